import { exemptsItsNodes } from '../../shared/enforcement/nodepool.ts';
import type { ProcessScene } from './scene.ts';

/** Names of the NodePools whose NodeClaims and Nodes are exempt from enforcement now. Before NodePools are known, nobody knows them. */
export function exemptPools({
  pools,
}: {
  readonly pools: Pick<ProcessScene['pools'], 'all'>;
}): ReadonlySet<string> {
  return new Set(pools.all().flatMap(({ name, enforced }) => (exemptsItsNodes(enforced) ? [name] : [])));
}
