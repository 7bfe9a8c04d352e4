import { freezeModeOf, isEvacuated } from '../../../shared/enforcement/freeze-mode.ts';
import { isExempt } from '../../../shared/enforcement/nodepool.ts';
import type { PoolView } from '../../../shared/views/pool-view.ts';
import type { TermScene } from '../../term/scene.ts';

/** The NodePools of mode `zone`, which are frozen only until their Nodes in the zone are held; not those on their way out. */
export function poolsOfModeZone({ pools, settings }: Pick<TermScene, 'pools' | 'settings'>): PoolView[] {
  return pools
    .all()
    .filter(
      ({ enforced }) =>
        freezeModeOf(enforced, settings) === 'zone' &&
        !isExempt(enforced) &&
        !enforced.metadata.deletionTimestamp,
    );
}

/** Those of them whose Nodes are held: the Nodes of an evacuated one are to leave. */
export function heldPools(scene: Pick<TermScene, 'pools' | 'settings'>): ReadonlySet<string> {
  const stay = poolsOfModeZone(scene).filter(({ enforced }) => !isEvacuated(enforced, scene.settings));
  return new Set(stay.map(({ name }) => name));
}
