import type { FreezeMode, FreezeScope } from './freeze.ts';

/** What an operator configures for all NodePools; annotations of a NodePool override the freeze and the evacuation. */
export interface EnforcementSettings {
  readonly freeze: FreezeMode;
  readonly freezeScope: FreezeScope;
  /** Whether the nodes that run in an impaired zone are moved out of it. */
  readonly evacuate: boolean;
}

/** What holds where nothing is configured: nothing is churned, and only what was changed is frozen. */
export const DEFAULT_ENFORCEMENT: EnforcementSettings = {
  freeze: 'all',
  freezeScope: 'affected',
  evacuate: false,
};
