import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { inZones, nodeClaim } from '../../test/installation/node-pools.ts';
import { AdmissionClient, readAnswer } from '../../test/standins/admission-client.ts';

/** Between an answer and the next question. */
const GAP_MS = 2;

/** Asks one replica of the webhook what it would make of a NodeClaim, again and again, as the API server would ask. */
export interface ReplicaProbe {
  /** The clock, in ms since 1970, when an answer first took the zone out of the NodeClaim. */
  untilPruned(zoneName: string, signal: AbortSignal): Promise<number>;
  /** Resolves when an answer leaves the zone in. */
  untilOpen(zoneName: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * One kept connection.
 * @param zones what the NodeClaim's list has
 * @param readPath reads by which path the API server asks; again when it is another one
 */
export function createReplicaProbe(
  url: string,
  caPem: string,
  zones: readonly string[],
  readPath: () => Promise<string>,
): ReplicaProbe {
  const client = new AdmissionClient({ port: Number(new URL(url).port), caPem, connections: 1 });
  const body = JSON.stringify(review(zones));
  let path: string | undefined;

  const removes = async (zoneName: string): Promise<boolean> => {
    path ??= await readPath();
    const { status, text } = await client.call(`${path}?timeout=5s`, { body });
    if (status === 404) {
      path = undefined;
      return removes(zoneName);
    }
    if (status !== 200) throw new Error(`a replica answered HTTP ${status}: ${text.slice(0, 500)}`);
    const { operations, allowed } = readAnswer(text);
    if (!allowed) throw new Error(`a replica refused a NodeClaim that has healthy zones: ${text}`);
    const lists = operations.flatMap((one) =>
      one.op !== 'remove' && one.path.includes('/requirements') ? [one.value] : [],
    );
    return lists.length > 0 && !JSON.stringify(lists).includes(zoneName);
  };
  const untilIt = async (isRemoved: boolean, zoneName: string, signal: AbortSignal): Promise<number> => {
    for (;;) {
      signal.throwIfAborted();
      if ((await removes(zoneName)) === isRemoved) return Date.now();
      await wait(GAP_MS, undefined, { signal });
    }
  };
  return {
    untilPruned: (zoneName, signal) => untilIt(true, zoneName, signal),
    async untilOpen(zoneName, signal) {
      await untilIt(false, zoneName, signal);
    },
    close: () => client.close(),
  };
}

function review(zones: readonly string[]): object {
  const kind = { group: 'karpenter.sh', version: 'v1', kind: 'NodeClaim' };
  const resource = { group: 'karpenter.sh', version: 'v1', resource: 'nodeclaims' };
  const object = nodeClaim('probe', [inZones(...zones)]);
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: randomUUID(),
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name: 'probe',
      operation: 'CREATE',
      userInfo: { username: 'system:serviceaccount:kube-system:karpenter', groups: ['system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  };
}
