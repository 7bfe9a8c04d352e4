import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { FREEZE_MODES } from '../../../shared/enforcement/freeze.ts';
import type { EnforcementSettings } from '../../../shared/enforcement/settings.ts';
import { type Json, nudged, recoveringSet, setOf, stored } from '../../unit/enforcement/stored.ts';

/** A NodePool as its owner writes it, complete enough for the CRD, and the zones that are away. */
export interface DeclaredNodePool {
  readonly name: string;
  readonly object: Json;
  readonly impaired: Readonly<Record<string, string | null>>;
}

const nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
const caseSchema = z.object({
  impaired: z.record(z.string(), z.string().nullable()),
  in: z.looseObject({
    spec: z.looseObject({ template: z.looseObject({ spec: z.looseObject({}) }) }),
  }),
});

/** The NodePools of the golden cases, each of which shows one kind of change that we make. */
export function declaredNodePools(): DeclaredNodePool[] {
  const folder = join(import.meta.dirname, '..', '..', 'unit', 'enforcement', 'cases');
  return readdirSync(folder).map((file) => {
    const { impaired, in: declared } = caseSchema.parse(parse(readFileSync(join(folder, file), 'utf8')));
    const { template } = declared.spec;
    const spec = { ...declared.spec, template: { ...template, spec: { nodeClassRef, ...template.spec } } };
    const object = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', ...declared, spec };
    return { name: basename(file, '.yaml'), object, impaired };
  });
}

/** Every way to configure the freeze: with and without reasons, none, and that of an evacuation. */
const SETTINGS: readonly Partial<EnforcementSettings>[] = FREEZE_MODES.flatMap((freeze) =>
  [false, true].map((evacuate) => ({ freeze, evacuate })),
);

/** What we store for a NodePool while the zones are away, while they recover, and when they are back; each once. */
export function everythingStored({ object, impaired }: DeclaredNodePool): { how: string; object: Json }[] {
  const zones = Object.entries(impaired).map(([id, name]) =>
    name === null ? ([id] as const) : ([id, name] as const),
  );
  const away = setOf(7, ...zones);
  const all = SETTINGS.flatMap((settings) => {
    const pruned = stored(object, undefined, away, settings).object;
    const steps = {
      away: pruned,
      recovering: nudged(pruned, recoveringSet(away, 8), settings),
      back: nudged(pruned, { generation: 9, zones: [] }, settings),
    };
    return Object.entries(steps).map(([step, object]) => ({
      how: `${step}, ${JSON.stringify(settings)}`,
      object,
    }));
  });
  return [...new Map(all.map((one) => [JSON.stringify(one.object), one])).values()];
}
