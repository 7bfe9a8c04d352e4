import { isExempt } from '../../shared/enforcement/nodepool.ts';
import type { ProcessScene } from './scene.ts';

/** Names of the NodePools that are exempt from enforcement now. Before NodePools are known, nobody knows them. */
export function exemptPools({ pools }: Pick<ProcessScene, 'pools'>): ReadonlySet<string> {
  return new Set(pools.all().flatMap(({ name, enforced }) => (isExempt(enforced) ? [name] : [])));
}
