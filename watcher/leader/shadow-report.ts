import { enforceNodePool } from '../../shared/enforcement/nodepool.ts';
import type { EnforcementSettings } from '../../shared/enforcement/settings.ts';
import { effectiveAt, type ImpairedRecord } from '../../shared/record/impaired-record.ts';
import { type ImpairedZone, showSources } from '../../shared/record/impaired-set.ts';
import { onlyInShadow, shadowAt } from '../../shared/record/shadow-set.ts';
import type { NodePoolView } from '../../shared/views/node-pool.ts';

/** So many NodePools are named. */
const MOST_NAMED = 20;

/** What a zone that is only recorded would change if it were impaired. docs/audit-only.md shows it as a log line. */
export interface ShadowOfZone {
  readonly zoneId: string;
  readonly zone: string | undefined;
  /** Why it is recorded, in words. */
  readonly sources: readonly string[];
  readonly nodePools: number;
  /** NodePools that would be kept out of it, and the first of their names. */
  readonly changed: number;
  readonly names: readonly string[];
  /** Those of them that no zone would be left to. */
  readonly withoutZone: readonly string[];
  /** NodePools from which it could not be taken, because their list is full. */
  readonly noRoom: readonly string[];
}

export interface ShadowScene {
  readonly record: ImpairedRecord;
  readonly pools: readonly NodePoolView[];
  readonly settings: EnforcementSettings;
  readonly maxImpairedZones: number | undefined;
  readonly nowMs: number;
}

/** Tells once of each zone that is recorded, as long as it stays so. */
export class ShadowReport {
  #told: ReadonlySet<string> = new Set();

  see(scene: ShadowScene): ShadowOfZone[] {
    const { record, nowMs } = scene;
    const shadow = shadowAt(record, nowMs, scene.maxImpairedZones);
    const zones = shadow === undefined ? [] : onlyInShadow(shadow, effectiveAt(record, nowMs));
    const fresh = zones.filter(({ id }) => !this.#told.has(id));
    this.#told = new Set(zones.map(({ id }) => id));
    if (shadow === undefined || fresh.length === 0) return [];
    const decisions = scene.pools
      .map((pool) => ({
        name: pool.metadata.name ?? '',
        ...enforceNodePool(pool, pool, shadow, scene.settings),
      }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    return fresh.map((zone) => shadowOf(zone, decisions));
  }
}

type Decision = ReturnType<typeof enforceNodePool> & { readonly name: string };

function shadowOf(zone: ImpairedZone, decisions: readonly Decision[]): ShadowOfZone {
  const has = (zones: readonly ImpairedZone[]) => zones.some(({ id }) => id === zone.id);
  const changed = decisions.filter(({ excluded }) => has(excluded));
  const named = (some: readonly Decision[]) => some.slice(0, MOST_NAMED).map(({ name }) => name);
  return {
    zoneId: zone.id,
    zone: zone.name,
    sources: zone.sources.map((source) => showSources({ ...zone, sources: [source] })),
    nodePools: decisions.length,
    changed: changed.length,
    names: named(changed),
    withoutZone: named(changed.filter(({ nothingLeft }) => nothingLeft)),
    noRoom: named(decisions.filter(({ noRoomFor }) => has(noRoomFor))),
  };
}
