import { setTimeout as wait } from 'node:timers/promises';
import { orAbsent } from '../../shared/kube/errors.ts';
import { resources } from '../../shared/kube/resource.ts';
import { readClaim } from '../../shared/views/node-claim.ts';
import type { Session } from '../session/session.ts';

const EVERY_MS = 1000;

/**
 * Waits until Karpenter holds no NodeClaim for drifted because of its NodePool's requirements: without the freeze it
 * would replace those nodes. It does so within seconds of the list coming back. Not for ever: some drift for their
 * owner's reasons, and where Karpenter does not run nobody clears it.
 */
export async function untilNotDrifted(session: Session, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  for (;;) {
    const drifted = await driftedClaims(session);
    if (drifted.length === 0) return;
    if (performance.now() > end) {
      session.output.warn(
        `${drifted.length} NodeClaims are still drifted from their NodePools' requirements, among them ${drifted[0]}: ` +
          'without the freeze Karpenter may replace their nodes.',
      );
      return;
    }
    await wait(EVERY_MS, undefined, { signal: session.signal });
  }
}

async function driftedClaims({ client, signal }: Session): Promise<string[]> {
  const list = await orAbsent(client.listAll(resources.nodeClaims, {}, { signal }));
  return (list?.items ?? []).map(readClaim).flatMap(({ name, isDrifted }) => (isDrifted ? [name] : []));
}
