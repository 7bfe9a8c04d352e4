import { type AuditEvent, timeOf } from '../karpenter-kwok/audit-log.ts';
import { KARPENTER_USER } from '../karpenter-kwok/karpenter-user.ts';
import type { ProtectedCluster } from './protected-cluster.ts';

/** What was done to nodes and pods, from the API server's audit log: nothing is missed between two looks. */
export interface Churn {
  /** Nodes that Karpenter tainted because it wanted to disrupt them, in the order in which it did. */
  readonly tainted: readonly Act[];
  /** Nodes and NodeClaims that somebody deleted. */
  readonly deleted: readonly (Act & { readonly by: string })[];
  /** Pods that were placed, with the node. */
  readonly placed: readonly (Act & { readonly pod: string })[];
}

/** Something that happened to a node, or to the NodeClaim of that name. */
export interface Act {
  readonly node: string;
  /** When it was stored; ms since 1970. */
  readonly at: number;
}

const DISRUPTED_TAINT = 'karpenter.sh/disrupted';

/** Everything that was done after `since` (ms since 1970). */
export function churnIn({ audit }: Pick<ProtectedCluster, 'audit'>, since: number): Churn {
  const done = audit
    .read()
    .filter(
      ({ responseStatus, stageTimestamp }) => responseStatus.code < 300 && timeOf(stageTimestamp) > since,
    );
  return {
    tainted: firstOfEach(done.filter(isDisruptionTaint).map(actOf)),
    deleted: done
      .filter(({ verb }) => verb === 'delete' || verb === 'deletecollection')
      .map((event) => ({ ...actOf(event), by: event.user.username })),
    placed: done
      .filter(({ objectRef }) => objectRef.resource === 'pods')
      .map((event) => ({
        node: event.requestObject?.target?.name ?? '',
        pod: event.objectRef.name ?? '',
        at: timeOf(event.stageTimestamp),
      })),
  };
}

function isDisruptionTaint({ verb, user, objectRef, requestObject }: AuditEvent): boolean {
  const written = (verb === 'patch' || verb === 'update') && objectRef.resource === 'nodes';
  if (!written || user.username !== KARPENTER_USER) return false;
  return requestObject?.spec?.taints?.some(({ key }) => key === DISRUPTED_TAINT) ?? false;
}

function actOf({ objectRef, stageTimestamp }: AuditEvent): Act {
  return { node: objectRef.name ?? '(all)', at: timeOf(stageTimestamp) };
}

/** Karpenter writes a node several times while the taint is on it. */
function firstOfEach(acts: readonly Act[]): Act[] {
  return acts.filter((act, index) => acts.findIndex(({ node }) => node === act.node) === index);
}
