import jsonpatch from 'fast-json-patch';
import { enforceNodePool, type NodePoolDecision } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT, type EnforcementScene } from '../../../shared/enforcement/settings.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';

/** A NodePool as JSON, the way the API server sends it. */
export type Json = Record<string, unknown>;

/** What the API server stores for a write: our decision, its patch applied strictly (a bad path throws). */
export function stored(
  incoming: Json,
  old: Json | undefined,
  set: Orders,
  settings: Partial<EnforcementScene> = {},
  writer?: string,
): { object: Json; decision: NodePoolDecision } {
  const view = nodePoolSchema.parse(incoming);
  const before = old === undefined ? undefined : nodePoolSchema.parse(old);
  const decision = enforceNodePool(view, before, set, { ...DEFAULT_ENFORCEMENT, ...settings }, writer);
  const operations = structuredClone(decision.patch) as jsonpatch.Operation[];
  const object = jsonpatch.applyPatch(structuredClone(incoming), operations, true).newDocument;
  return { object, decision };
}

/** An empty merge patch: admission runs again on what is stored. */
export function nudged(object: Json, set: Orders, settings: Partial<EnforcementScene> = {}): Json {
  return stored(object, object, set, settings).object;
}

/** A set with the given zones impaired, at a generation. */
export function setOf(generation: number, ...zones: (readonly [id: string, name?: string])[]): Orders {
  return {
    generation,
    zones: zones.map(([id, name]) => ({
      id,
      ...(name === undefined ? {} : { name }),
      state: 'impaired' as const,
      sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
    })),
  };
}

/** The same zones, on their way back. */
export function recoveringSet(set: Orders, generation: number): Orders {
  return {
    generation,
    zones: set.zones.map((zone) => ({ ...zone, state: 'recovering' as const, sources: [] })),
  };
}
