import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { budgetsOf, nodePoolSchema, requirementsOf } from '../../../shared/views/node-pool.ts';
import { nudged, recoveringSet, setOf, stored } from './stored.ts';

/** One file a case in cases/: `in` is what was declared, `out` what has to be stored while the zones are away. */
const caseSchema = z.object({
  why: z.string(),
  impaired: z.record(z.string(), z.string().nullable()),
  in: z.record(z.string(), z.unknown()),
  unchanged: z.literal(true).optional(),
  nothingLeft: z.literal(true).optional(),
  out: z
    .object({
      requirements: z.array(z.unknown()),
      budgets: z.array(z.unknown()),
      patchPaths: z.array(z.string()).optional(),
    })
    .optional(),
});

const folder = join(import.meta.dirname, 'cases');
const cases = readdirSync(folder).map((file) => ({
  name: basename(file, '.yaml'),
  ...caseSchema.parse(parse(readFileSync(join(folder, file), 'utf8'))),
}));

describe.each(cases)('$name', (golden) => {
  const zones = Object.entries(golden.impaired).map(([id, name]) =>
    name === null ? ([id] as const) : ([id, name] as const),
  );
  const set = setOf(7, ...zones);
  const healthy = { generation: 8, zones: [] };

  it(golden.why, () => {
    const { object, decision } = stored(golden.in, undefined, set);
    if (golden.unchanged) {
      expect(decision.patch).toEqual([]);
      return;
    }
    const view = nodePoolSchema.parse(object);
    expect(requirementsOf(view)).toEqual(golden.out?.requirements);
    expect(budgetsOf(view)).toEqual(golden.out?.budgets);
    expect(view.metadata.annotations?.[DECLARED_ANNOTATION]).toBeDefined();
    expect(decision.nothingLeft).toBe(golden.nothingLeft ?? false);
    if (golden.out?.patchPaths) expect(decision.patch.map(({ path }) => path)).toEqual(golden.out.patchPaths);
  });

  it('is stored the same by a create and by a nudge of what was there before', () => {
    expect(nudged(golden.in, set)).toEqual(stored(golden.in, undefined, set).object);
  });

  it('does nothing the second time', () => {
    const { object } = stored(golden.in, undefined, set);
    expect(stored(object, object, set).decision.patch).toEqual([]);
  });

  it('gives back what was declared, at once or in two steps', () => {
    const { object } = stored(golden.in, undefined, set);
    expect(nudged(object, healthy)).toEqual(golden.in);
    const recovering = nudged(object, recoveringSet(set, 8));
    expect(requirementsOf(nodePoolSchema.parse(recovering))).toEqual(
      requirementsOf(nodePoolSchema.parse(golden.in)),
    );
    expect(budgetsOf(nodePoolSchema.parse(recovering))).toEqual(budgetsOf(nodePoolSchema.parse(object)));
    expect(nudged(recovering, { generation: 9, zones: [] })).toEqual(golden.in);
  });
});
