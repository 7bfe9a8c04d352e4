import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { budgetsOf, nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodeClaim, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { createNode, ELSEWHERE, IN_ZONE, untilNodes } from './cordon-scenario.ts';
import { AWAY, recordOf, shiftAway, shiftBack, THREE, TWO, untilZones } from './scenario.ts';

/** One installation with the default freeze and no calm, and one shift. The tests go on from each other. */

let installation: Installation;

const DISRUPT = 'karpenter.sh/do-not-disrupt';
const REPAIR = 'karpenter.sh/do-not-repair';
const HELD = 'zonewarden.io/held';
const of = (pool: string, labels: Readonly<Record<string, string>> = IN_ZONE) => ({
  ...labels,
  'karpenter.sh/nodepool': pool,
});

beforeAll(async () => {
  // What a killed process had received comes again after two seconds.
  installation = await install({ watcherArgs: ['--calm', '0s', '--visibility-seconds', '2'] });
  const { client } = installation;
  for (const name of ['web', 'batch', 'whole']) {
    const pool = nodePool(name, [inZones(...THREE)]);
    if (name === 'whole') Object.assign(pool.metadata, { annotations: { 'zonewarden.io/freeze': 'all' } });
    await client.create(resources.nodePools, pool);
  }
  await createNode(installation, 'web-1', of('web'));
  await createNode(installation, 'web-2', of('web', ELSEWHERE));
  await createNode(installation, 'theirs', of('web'));
  await createNode(installation, 'whole-1', of('whole'));
  await createNode(installation, 'nobodys');
  await annotate('theirs', { [DISRUPT]: 'true' });
  await annotate('web-1', { [REPAIR]: 'no' });
});
afterAll(() => installation?.stop());

async function annotate(name: string, annotations: Readonly<Record<string, string | null>>): Promise<void> {
  const body = { metadata: { annotations } };
  await installation.client.patch(
    resources.nodes,
    { name },
    { kind: 'merge', body },
    { fieldManager: 'hand' },
  );
}

const isFrozen = async (name: string) => {
  const pool = await installation.client.get(resources.nodePools, { name });
  return budgetsOf(nodePoolSchema.parse(pool))?.some(({ nodes }) => nodes === '0') ?? false;
};
const frozenPools = async () => {
  const names = ['web', 'batch', 'whole'];
  const frozen = await Promise.all(names.map(isFrozen));
  return names.filter((_, index) => frozen[index]);
};
const untilFrozen = (...names: string[]) =>
  until(`frozen: ${names.join()}`, async () => (await frozenPools()).join() === names.join());

/** What holds each Node: the annotations, and our mark. */
async function holds(): Promise<Record<string, readonly (string | undefined)[]>> {
  const { items } = await installation.client.listAll(resources.nodes);
  const said = ({ metadata: { annotations = {} } }: KubeObject) => [
    annotations[DISRUPT],
    annotations[REPAIR],
  ];
  const isMarked = ({ metadata }: KubeObject) => (metadata.annotations?.[HELD] === undefined ? [] : ['held']);
  return Object.fromEntries(
    items.map((node) => [node.metadata.name ?? '', [...said(node), ...isMarked(node)]]),
  );
}

it("the Nodes of the zone are held, of those NodePools that are to thaw; what is a person's stays theirs", async () => {
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
  const { value } = await until('they are held', async () => {
    const seen = await holds();
    return seen['web-1']?.includes('held') && seen.theirs?.includes('held') ? seen : undefined;
  });
  expect(value).toEqual({
    'web-1': ['true', 'true', 'held'],
    'web-2': [undefined, undefined],
    theirs: ['true', 'true', 'held'],
    'whole-1': [undefined, undefined],
    nobodys: [undefined, undefined],
  });
});

it('then their NodePools thaw, and one of another mode does not; the zone stays out of all of them', async () => {
  await untilFrozen('whole');
  for (const name of ['web', 'batch', 'whole']) await untilZones(installation, name, [inZones(...TWO)]);
  expect((await recordOf(installation))[AWAY.id]).toMatch(/thawed:\n {2}- batch\n {2}- web/);
});

it('a NodePool with a NodeClaim that lands in the zone late is frozen until its Node is held', async () => {
  const claim = nodeClaim('web-late', [inZones(...THREE)]);
  // Made before the webhook has read the record, and launched now.
  Object.assign(claim.metadata, { labels: of('web') });
  await installation.client.create(resources.nodeClaims, claim);
  await untilFrozen('web', 'whole');
  await createNode(installation, 'late', of('web'));
  const status = { nodeName: 'late' };
  const patch = { kind: 'merge', body: { status } } as const;
  await installation.client.patch(resources.nodeClaims, { name: 'web-late' }, patch, {
    subresource: 'status',
  });
  await untilFrozen('whole');
  expect((await holds()).late).toEqual(['true', 'true', 'held']);
});

it('a Node that a person gives to Karpenter stays so, and freezes nobody', async () => {
  await annotate('late', { [DISRUPT]: null });
  await createNode(installation, 'later', of('web'));
  await until('a later Node is held', async () => (await holds()).later?.includes('held'));
  expect((await holds()).late).toEqual([undefined, 'true', 'held']);
  await untilFrozen('whole');
});

it('a watcher that takes over leaves who is thawed so', async () => {
  const versionOf = async () =>
    (await installation.client.get(resources.nodePools, { name: 'web' })).metadata.resourceVersion;
  const before = await versionOf();
  await installation.watcher.stop('SIGKILL');
  await installation.watcher.start();
  await createNode(installation, 'last', of('batch', ELSEWHERE));
  await createNode(installation, 'of-nobody', IN_ZONE);
  await untilNodes(installation, { 'of-nobody': 'ours' });
  expect([await frozenPools(), await versionOf()]).toEqual([['whole'], before]);
});

it('at the end nothing of ours is left, and what was there before is there again', async () => {
  await shiftBack(installation);
  await untilZones(installation, 'web', [inZones(...THREE)]);
  await untilFrozen();
  const { value } = await until('no mark is left', async () => {
    const seen = await holds();
    return Object.values(seen).some((each) => each.includes('held')) ? undefined : seen;
  });
  expect(value).toMatchObject({
    'web-1': [undefined, 'no'],
    theirs: ['true', undefined],
    late: [undefined, undefined],
    later: [undefined, undefined],
  });
});
