import type { NodePoolView } from '../views/node-pool.ts';
import { FREEZE_MODES, type FreezeMode } from './freeze.ts';
import type { EnforcementSettings } from './settings.ts';

/** `zonewarden.io/freeze: zone | all | drift | none` overrides the configured freeze for one NodePool. */
export const FREEZE_ANNOTATION = 'zonewarden.io/freeze';
/** `zonewarden.io/evacuate: "true" | "false"` overrides, for one NodePool, whether its nodes leave the zone. */
export const EVACUATE_ANNOTATION = 'zonewarden.io/evacuate';

/** How far the disruption of a NodePool stands still: as it says itself, or as is configured. */
export function freezeModeOf(
  pool: NodePoolView,
  { freeze }: Pick<EnforcementSettings, 'freeze'>,
): FreezeMode {
  const own = pool.metadata.annotations?.[FREEZE_ANNOTATION];
  return FREEZE_MODES.find((mode) => mode === own) ?? freeze;
}

/** Whether the nodes of a NodePool are to leave an impaired zone: as it says itself, or as is configured. */
export function isEvacuated(
  pool: NodePoolView,
  { evacuate }: Pick<EnforcementSettings, 'evacuate'>,
): boolean {
  const own = pool.metadata.annotations?.[EVACUATE_ANNOTATION];
  return own === 'true' || (own !== 'false' && evacuate);
}
