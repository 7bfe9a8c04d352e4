import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkField } from '../../../shared/policy/crd/check-field.ts';
import { OBJECT_FIELDS } from '../../../shared/policy/crd/object-fields.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installCrds, installKarpenterCrds } from '../../control-plane/crds.ts';
import { nodePool } from '../../installation/node-pools.ts';
import { dryRun, type FieldValidation } from './dry-run.ts';
import { nextNodePoolCrd } from './next-crd.ts';
import { oneOddField } from './one-odd-field.ts';
import { randomObjects } from './random-objects.ts';
import { weakened } from './weakened.ts';

/** Many more, or others: `ZONEWARDEN_CRD_CASES=20000 ZONEWARDEN_CRD_SEED=7`. */
const count = Number(process.env.ZONEWARDEN_CRD_CASES ?? 500);
const seed = Number(process.env.ZONEWARDEN_CRD_SEED ?? 20_261_121);

/** More than 50 reasons repeat one of the three, and are refused for that. */
const NEVER_ALONE = 'NodePool.spec.disruption.budgets[].reasons most';

/** Nothing is timed here: more cases take longer, and so does a busy machine. */
const TIMEOUT_MS = 180_000 + count * 100;

const KINDS = ['NodePool', 'NodeClaim'] as const;

/** Objects with one odd field, and random ones. */
function objectsOf(kind: (typeof KINDS)[number]): unknown[] {
  return [...oneOddField(kind), ...randomObjects(kind, seed, count)];
}

/** Compares the verdicts on objects; returns those that the API server refused. */
async function compare(
  controlPlane: ControlPlane,
  kind: (typeof KINDS)[number],
  { validation, warnings }: { readonly validation: FieldValidation; readonly warnings: boolean },
): Promise<unknown[]> {
  const objects = objectsOf(kind);
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
  return objects.filter((_, place) => answers[place]?.refused !== undefined);
}

describe('the rule operator-values', () => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await startControlPlane();
  });

  afterAll(() => controlPlane?.stop());

  it.for(KINDS)(
    'finds something in a %s if and only if kubectl would be refused',
    { timeout: TIMEOUT_MS },
    async (kind) => {
      await installKarpenterCrds(controlPlane);
      const refused = await compare(controlPlane, kind, { validation: 'Strict', warnings: true });
      const share = refused.length / objectsOf(kind).length;
      expect(share).toBeGreaterThan(0.25);
      expect(share).toBeLessThan(0.75);
      // Whatever the table asks for: some object is refused for that alone, so that a table without it would fail here.
      const forOne = refused.filter((object) => checkField(OBJECT_FIELDS[kind], object).length === 1);
      const needless = weakened(OBJECT_FIELDS[kind], kind).filter(({ field }) =>
        forOne.every((object) => checkField(field, object).length > 0),
      );
      expect(needless.map(({ without }) => without).filter((one) => one !== NEVER_ALONE)).toEqual([]);
    },
  );

  it("denies a NodePool if and only if the API server refuses it with Karpenter's next CRD", {
    timeout: TIMEOUT_MS,
  }, async () => {
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
