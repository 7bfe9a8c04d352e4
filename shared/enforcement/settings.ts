import type { FreezeMode, FreezeScope } from './freeze.ts';
import type { MarkKeys } from './mark-keys.ts';

/** What an operator configures for all NodePools; annotations of a NodePool override the freeze and the evacuation. */
export interface EnforcementSettings {
  readonly freeze: FreezeMode;
  readonly freezeScope: FreezeScope;
  /** Whether the nodes that run in an impaired zone are moved out of it. */
  readonly evacuate: boolean;
}

/** How a decision is made: what is configured, and by which keys marks are sealed and known. */
export interface EnforcementScene extends EnforcementSettings {
  /**
   * Absent on the command line, which has no keys: it seals nothing, and believes the mark that it finds. `unread`: there
   * are keys, and this process has not read them yet: it seals nothing, and believes no generation.
   */
  readonly markKeys?: MarkKeys | 'unread' | undefined;
}

/** What holds where nothing is configured: nothing of the zone is churned, and nothing else is kept from it for long. */
export const DEFAULT_ENFORCEMENT: EnforcementSettings = {
  freeze: 'zone',
  freezeScope: 'affected',
  evacuate: false,
};
