import { ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import { type AuditLog, timeOf } from '../karpenter-kwok/audit-log.ts';

/** A NodeClaim that was created, and the Node that came of it, by the API server's audit log. */
export interface Launch {
  readonly claim: string;
  readonly pool: string;
  /** When the API server received the NodeClaim's creation, and when it had stored it; ms since 1970, with fractions. */
  readonly claimReceived: number;
  readonly claimStored: number;
  /** The Node that was created for it, and its zone; undefined while there is none. */
  readonly node: string | undefined;
  readonly zone: string | undefined;
  /** When that Node was stored: the launch itself, in a cluster without machines. */
  readonly nodeStored: number | undefined;
}

/** Every NodeClaim that was ever created in this cluster, whatever has become of it since. */
export function launchesIn(audit: AuditLog): Launch[] {
  const created = audit
    .read()
    .filter(({ verb, responseStatus }) => verb === 'create' && responseStatus.code === 201);
  const nodes = new Map(
    created
      .filter(({ objectRef }) => objectRef.resource === 'nodes')
      // The kwok provider gives a node the name of its claim as the hostname.
      .map((event) => [event.responseObject?.metadata.labels?.['kubernetes.io/hostname'] ?? '', event]),
  );
  return created
    .filter(({ objectRef }) => objectRef.resource === 'nodeclaims')
    .map((event) => {
      const claim = event.responseObject?.metadata;
      const node = nodes.get(claim?.name ?? '');
      return {
        claim: claim?.name ?? '',
        pool: claim?.labels?.['karpenter.sh/nodepool'] ?? '',
        claimReceived: timeOf(event.requestReceivedTimestamp),
        claimStored: timeOf(event.stageTimestamp),
        node: node?.responseObject?.metadata.name,
        zone: node?.responseObject?.metadata.labels?.[ZONE_NAME_KEY],
        nodeStored: node === undefined ? undefined : timeOf(node.stageTimestamp),
      };
    });
}

/** What the API server said to NodeClaims that were not created. */
export function refusedClaims(audit: AuditLog): string[] {
  return audit
    .read()
    .filter(
      ({ verb, objectRef, responseStatus }) =>
        verb === 'create' && objectRef.resource === 'nodeclaims' && responseStatus.code !== 201,
    )
    .map(({ responseStatus }) => `${responseStatus.code} ${responseStatus.message ?? ''}`);
}

/** When the record of impaired zones was first stored with the zone in it; undefined while it never was. */
export function recordStoredWith(audit: AuditLog, zoneId: string): number | undefined {
  const event = audit
    .read()
    .find(
      ({ objectRef, responseObject }) =>
        objectRef.resource === 'configmaps' && responseObject?.data?.[zoneId] !== undefined,
    );
  return event === undefined ? undefined : timeOf(event.stageTimestamp);
}
