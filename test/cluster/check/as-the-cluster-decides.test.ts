import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { unsealed } from '../../../shared/enforcement/mark-seal.ts';
import { TOO_NARROW, zonewarden } from '../../adapters/check/checking.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { AWAY, poolNamed, shiftAway, THREE, TWO, zonesOf } from '../product/scenario.ts';

/** `check` and `diff` beside the product itself: the same words, and the same object. */

let installation: Installation;
beforeAll(async () => {
  installation = await install();
});
afterAll(() => installation?.stop());

const reportSchema = z.object({
  results: z.array(
    z.object({ severity: z.string(), rule: z.string(), message: z.string(), fix: z.string().optional() }),
  ),
});
const storedSchema = z.object({
  items: z.tuple([
    z.looseObject({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }),
      spec: z.looseObject({ disruption: z.looseObject({ budgets: z.unknown() }) }),
    }),
  ]),
});

it('what kubectl is refused for is what check says', async () => {
  const { code, stdout } = await zonewarden(['check', '-o', 'json'], { input: TOO_NARROW });
  const denied = reportSchema.parse(JSON.parse(stdout)).results.filter(({ severity }) => severity === 'deny');
  expect([code, denied.map(({ rule }) => rule)]).toEqual([1, expect.arrayContaining(['spot-types-min'])]);
  const refused = await installation.controlPlane.kubectl(['apply', '-f', '-'], {
    input: TOO_NARROW,
    allowFailure: true,
  });
  for (const { rule, message, fix } of denied) {
    expect(refused.stderr).toContain(`${rule}: ${message}`);
    if (fix !== undefined) expect(refused.stderr).toContain(fix);
  }
});

it('what diff shows, by the record of the cluster, is what the API server stores', async () => {
  await shiftAway(installation);
  const budgets = { disruption: { budgets: [{ nodes: '10%' }], consolidateAfter: '1m' } };
  const pool = nodePool('web', [inZones(...THREE)], budgets);
  const { kubeconfigPath } = installation.controlPlane;
  const ended = await zonewarden(['diff', '--cluster', '--kubeconfig', kubeconfigPath, '-o', 'json'], {
    input: JSON.stringify(pool),
  });
  expect([ended.code, ended.stderr]).toEqual([1, '']);
  const [shown] = storedSchema.parse(JSON.parse(ended.stdout)).items;
  await installation.controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(pool) });
  const stored = await poolNamed(installation, 'web');
  expect(zonesOf(stored)).toEqual([inZones(...TWO)]);
  // The command line has no keys to seal a mark with.
  const { [DECLARED_ANNOTATION]: mark = '', ...others } = stored.metadata.annotations ?? {};
  expect({ ...others, [DECLARED_ANNOTATION]: unsealed(mark) }).toMatchObject(shown.metadata.annotations);
  expect(stored.spec).toMatchObject(shown.spec);
});

it('a NodePool that was exported meanwhile is judged as declared', async () => {
  const { stdout: exported } = await installation.controlPlane.kubectl(['get', 'nodepools', '-o', 'yaml']);
  expect(exported).not.toContain(`- ${AWAY.name}`);
  const { stdout } = await zonewarden(
    ['diff', '--impaired', 'use1-az2', '--zone-map', 'use1-az2=us-east-1b', '-o', 'json'],
    { input: exported },
  );
  const [shown] = storedSchema.parse(JSON.parse(stdout)).items;
  expect(shown.spec).toMatchObject({
    template: { spec: { requirements: [inZones('us-east-1a', 'us-east-1c')] } },
  });
});
