import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkField } from '../../../shared/policy/crd/check-field.ts';
import { OBJECT_FIELDS } from '../../../shared/policy/crd/object-fields.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installCrds, installKarpenterCrds } from '../../control-plane/crds.ts';
import { nodePool } from '../../installation/node-pools.ts';
import { dryRun, type FieldValidation } from './dry-run.ts';
import { nextNodePoolCrd } from './next-crd.ts';
import { randomObjects } from './random-objects.ts';

/** Many more, or others: `ZONEWARDEN_CRD_CASES=20000 ZONEWARDEN_CRD_SEED=7`. */
const count = Number(process.env.ZONEWARDEN_CRD_CASES ?? 1000);
const seed = Number(process.env.ZONEWARDEN_CRD_SEED ?? 20_261_121);

const KINDS = ['NodePool', 'NodeClaim'] as const;

/** Compares the verdicts on random objects; returns how many of them the API server refused. */
async function compare(
  controlPlane: ControlPlane,
  kind: (typeof KINDS)[number],
  { validation, warnings }: { readonly validation: FieldValidation; readonly warnings: boolean },
): Promise<number> {
  const objects = randomObjects(kind, seed, count);
  const answers = await dryRun(controlPlane, kind, objects, validation);
  for (const [place, object] of objects.entries()) {
    const refused = answers[place]?.refused;
    const problems = checkField(OBJECT_FIELDS[kind], object).filter(
      ({ atMost }) => warnings || atMost === undefined,
    );
    if (problems.length > 0 === (refused !== undefined)) continue;
    expect.fail(
      `${kind} ${place} of seed ${seed}: ${JSON.stringify(object, null, 2)}\n` +
        `The API server ${refused === undefined ? 'accepts it' : `says ${refused}`}\n` +
        `check says ${JSON.stringify(problems, null, 2)}`,
    );
  }
  return answers.filter(({ refused }) => refused !== undefined).length;
}

describe('the rule operator-values', () => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await startControlPlane();
  });

  afterAll(() => controlPlane?.stop());

  it.for(KINDS)('finds something in a %s if and only if kubectl would be refused', async (kind) => {
    await installKarpenterCrds(controlPlane);
    const refused = await compare(controlPlane, kind, { validation: 'Strict', warnings: true });
    expect(refused / count).toBeGreaterThan(0.25);
    expect(refused / count).toBeLessThan(0.75);
  });

  it("denies a NodePool if and only if the API server refuses it with Karpenter's next CRD", async () => {
    await installCrds(controlPlane, [await nextNodePoolCrd()]);
    const probe = nodePool('next', [], {
      disruption: { budgets: [{ nodes: '1', reasons: ['Unhealthy'] }] },
    });
    // For a moment the API server goes on with the schema that it had.
    await expect
      .poll(() => dryRun(controlPlane, 'NodePool', [probe], 'Ignore'), { timeout: 30_000 })
      .toEqual([{ refused: undefined }]);
    await compare(controlPlane, 'NodePool', { validation: 'Ignore', warnings: false });
  });
});
