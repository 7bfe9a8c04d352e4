import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeDeclared } from '../../../shared/enforcement/declared-annotation.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { fallbackLiterals } from '../../../shared/fallback/fallback-literals.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type OrderedZone, showZone } from '../../../shared/record/orders.ts';
import type { AdmissionState } from '../../../webhook/admission/outcome.ts';
import { decodeReview } from '../../../webhook/admission/review.ts';
import { validateNodeClaim } from '../../../webhook/validate/nodeclaim.ts';
import { validateNodePool } from '../../../webhook/validate/nodepool.ts';
import { NODE_CLAIM, NODE_POOL, reviewOf } from '../../http/webhook/reviews.ts';
import { anyNodeClaim, anyNodePool, EXEMPT_POOL, GENERATION, ZONES } from './objects.ts';
import { isRefusedByCrd, type PolicyCluster, refusalOf, startPolicyCluster } from './policy-cluster.ts';

/**
 * The policy on a real API server, without any webhook, against the webhook's own validating step: the same writes, and the
 * same zones refused.
 */

const RUNS = Number(process.env.ZONEWARDEN_POLICY_RUNS ?? 150);
const SET = { generation: GENERATION, zones: ZONES };
const EXEMPT = ['exempt', EXEMPT_POOL];

let cluster: PolicyCluster;
const stored: KubeObject[] = [];
/** How many writes came past the CRD, and how many of them were refused. */
const counts = { compared: 0, refused: 0 };

beforeAll(async () => {
  cluster = await startPolicyCluster();
  // What was stored before any zone was away: open to all, to some and to none.
  for (const [index, pool] of fc.sample(anyNodePool, { numRuns: 40, seed: 7 }).entries()) {
    const named = { ...pool, metadata: { ...pool.metadata, name: `stored-${index}` } };
    const made = await cluster.client.create(resources.nodePools, named).catch((error: unknown) => {
      if (isRefusedByCrd(error)) return undefined;
      throw error;
    });
    if (made !== undefined) stored.push(made);
  }
  expect(stored.length).toBeGreaterThan(10);
  await cluster.client.create(resources.nodePools, heavy(6000));
  await cluster.rulesFor(SET, EXEMPT);
});
afterAll(() => cluster?.stop());

/** What the policy knows beyond the set: which zones have expired, and which are on their way back. */
function zonesFor(operation: string, object: KubeObject): OrderedZone[] {
  const { zones } = fallbackLiterals(SET, EXEMPT);
  const marks = decodeDeclared(object.metadata.annotations?.['zonewarden.io/declared']);
  return ZONES.map((zone) => {
    const until = zones.find(({ id }) => id === zone.id)?.until;
    const expired = operation === 'CREATE' && until !== undefined && Date.parse(until) < Date.now();
    const isBack =
      marks?.generation === GENERATION &&
      marks.zones.some(
        ({ id, name, state }) => state === 'recovering' && id === zone.id && name === zone.name,
      );
    return expired || isBack ? { ...zone, state: 'recovering' } : zone;
  });
}

/** The zones for which the webhook refuses the write. */
function refusedByWebhook(
  kind: typeof NODE_POOL,
  operation: string,
  object: KubeObject,
  oldObject: unknown = null,
) {
  const decoded = decodeReview(JSON.stringify(reviewOf({ kind, operation, object, oldObject })));
  if (!decoded.ok) throw new Error(decoded.problem);
  const state: AdmissionState = {
    set: { generation: GENERATION, zones: zonesFor(operation, object) },
    settings: DEFAULT_ENFORCEMENT,
    exemptPools: new Set(EXEMPT),
  };
  const validate = kind === NODE_POOL ? validateNodePool : validateNodeClaim;
  return zonesIn(validate(decoded.request, state).verdict.message);
}

function zonesIn(message = ''): string[] {
  return ZONES.map(showZone).filter((zone) => message.includes(`zone ${zone}`));
}

/** Compares one write, unless the CRD refuses it before anybody else is asked. */
async function compare(write: Promise<unknown>, expected: readonly string[]): Promise<void> {
  let refusal: string | undefined;
  try {
    refusal = await refusalOf(write);
  } catch (error) {
    if (isRefusedByCrd(error)) return;
    throw error;
  }
  counts.compared += 1;
  if (refusal !== undefined) counts.refused += 1;
  expect(zonesIn(refusal)).toEqual(expected);
  expect(refusal === undefined).toBe(expected.length === 0);
}

test('of new NodePools', async () => {
  await fc.assert(
    fc.asyncProperty(anyNodePool, async (pool) => {
      const write = cluster.client.create(resources.nodePools, pool, { dryRun: true });
      await compare(write, refusedByWebhook(NODE_POOL, 'CREATE', pool));
    }),
    { numRuns: RUNS },
  );
});

test('of changed NodePools', async () => {
  const before = fc.nat({ max: stored.length - 1 }).map((index) => stored[index] as KubeObject);
  await fc.assert(
    fc.asyncProperty(anyNodePool, before, async (pool, old) => {
      const { annotations } = pool.metadata;
      const { name, resourceVersion } = old.metadata;
      const metadata = { name, resourceVersion, ...(annotations === undefined ? {} : { annotations }) };
      const changed = { ...pool, metadata } as KubeObject;
      const write = cluster.client.replace(resources.nodePools, changed, { dryRun: true });
      await compare(write, refusedByWebhook(NODE_POOL, 'UPDATE', changed, old));
    }),
    { numRuns: RUNS },
  );
});

test('of new NodeClaims', async () => {
  await fc.assert(
    fc.asyncProperty(anyNodeClaim, async (claim) => {
      const write = cluster.client.create(resources.nodeClaims, claim, { dryRun: true });
      await compare(write, refusedByWebhook(NODE_CLAIM, 'CREATE', claim));
    }),
    { numRuns: RUNS },
  );
});

test('of enough of both kinds', () => {
  const { compared, refused } = counts;
  expect(compared).toBeGreaterThan(RUNS);
  expect(refused).toBeGreaterThan(compared / 10);
  expect(refused).toBeLessThan((compared * 9) / 10);
});

test('of 100 requirements with 50 values each, and within what the API server allows to cost', async () => {
  const list = (values: readonly string[]) =>
    Array.from({ length: 100 }, (_, entry) => ({
      key: 'topology.kubernetes.io/zone',
      operator: 'NotIn',
      values: [...Array.from({ length: 49 }, (_value, index) => `some-zone-${entry}-${index}`), ...values],
    }));
  const pool = (last: string): KubeObject => ({
    ...nodePoolOf(list([last])),
    metadata: { name: 'large' },
  });
  const create = (object: KubeObject) =>
    refusalOf(cluster.client.create(resources.nodePools, object, { dryRun: true }));
  expect(zonesIn(await create(pool('us-east-1b')))).toHaveLength(4);
  expect(zonesIn(await create(pool('us-east-1a')))).toHaveLength(3);
  const [old] = stored;
  if (old === undefined) throw new Error('no NodePool is stored');
  const { name, resourceVersion } = old.metadata;
  const changed = { ...pool('us-east-1a'), metadata: { name, resourceVersion } } as KubeObject;
  const refusal = await refusalOf(cluster.client.replace(resources.nodePools, changed, { dryRun: true }));
  expect(zonesIn(refusal)).toEqual(refusedByWebhook(NODE_POOL, 'UPDATE', changed, old));
});

test('of objects that hold more than is looked at', async () => {
  const long = nodePoolOf([{ key: 'example.com/team', operator: 'In', values: ['x'.repeat(254)] }]);
  const create = (object: KubeObject) =>
    refusalOf(
      cluster.client.create(
        resources.nodePools,
        { ...object, metadata: { name: 'another' } },
        { dryRun: true },
      ),
    );
  expect(await create(heavy(5001))).toMatch(
    /its requirements have 5001 values, and at most 5000 are looked at/,
  );
  expect(await create(long)).toMatch(/longer than 253 characters/);
  expect(await create(heavy(5000))).not.toMatch(/looked at/);
  const patch = (body: object) =>
    refusalOf(
      cluster.client.patch(resources.nodePools, { name: 'heavy' }, { kind: 'merge', body }, { dryRun: true }),
    );
  expect(await patch({ metadata: { labels: { team: 'web' } } })).toBeUndefined();
  expect(await patch({ spec: { weight: 7 } })).toMatch(/6000 values/);
});

function heavy(count: number): KubeObject {
  const values = Array.from({ length: count }, (_, place) => `zone-${place}`);
  const entry = { key: 'topology.kubernetes.io/zone', operator: 'In', values };
  return { ...nodePoolOf([entry]), metadata: { name: 'heavy' } };
}

function nodePoolOf(requirements: readonly object[]): KubeObject {
  const [first] = stored;
  const { spec } = first as { spec?: { template?: { spec?: object } } };
  const template = { spec: { ...spec?.template?.spec, requirements } };
  return { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: {}, spec: { ...spec, template } };
}
