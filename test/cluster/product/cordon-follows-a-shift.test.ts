import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodeClaim, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { byHand, createNode, ELSEWHERE, IN_ZONE, nodeStates, untilNodes } from './cordon-scenario.ts';
import { AWAY, recordOf, shiftAway, shiftBack, THREE, TWO, untilZones, zonalShift } from './scenario.ts';

/** One installation, one shift and a second one, and people at work in between. The tests go on from each other. */

let installation: Installation;

beforeAll(async () => {
  // Its EC2NodeClass says nothing of zones: what their IDs are called, Nodes have to tell.
  installation = await install({ zones: {} });
  const { client } = installation;
  await client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await createNode(installation, 'karpenter-1');
  await createNode(installation, 'managed-1', { 'topology.kubernetes.io/zone': AWAY.name });
  await createNode(installation, 'only-id', { 'topology.k8s.aws/zone-id': AWAY.id });
  await createNode(installation, 'drained');
  await createNode(installation, 'wanted');
  await createNode(installation, 'debugged');
  await createNode(installation, 'kept');
  await createNode(installation, 'elsewhere', ELSEWHERE);
  await byHand(installation, 'cordon', 'drained');
  const claim = nodeClaim('web-1', [inZones(AWAY.name)]);
  Object.assign(claim.metadata, { labels: IN_ZONE });
  Object.assign(claim, { spec: { ...(claim.spec as object), expireAfter: '2h' } });
  await client.create(resources.nodeClaims, claim);
});
afterAll(() => installation?.stop());

/** Lines of these events, when there are so many: the log is written with a delay. */
const untilLogged = async (count: number, ...events: string[]) =>
  (
    await until(`${count} lines of ${events.join(' and ')}`, () => {
      const lines = logged(...events);
      return lines.filter(({ event }) => event === events[0]).length >= count ? lines : undefined;
    })
  ).value;
const logged = (...events: string[]) =>
  installation.watcher.lines().filter(({ event }) => events.includes(String(event)));
const scraped = async (name: string, labels: Record<string, string>) =>
  (await scrape(installation.watcherOpsUrl)).sum(name, labels);

describe('during a shift', () => {
  it('Nodes of the zone are cordoned and marked, by whatever label; others are not touched', async () => {
    await shiftAway(installation);
    await untilZones(installation, 'web', [inZones(...TWO)]);
    await untilNodes(installation, {
      'karpenter-1': 'ours',
      'managed-1': 'ours',
      'only-id': 'ours',
      drained: 'cordoned',
      wanted: 'ours',
      elsewhere: 'open',
    });
    expect((await recordOf(installation))[AWAY.id]).toContain(`name: ${AWAY.name}`);
  });

  it('each write is a line with Node, zone and reason, and is counted', async () => {
    const [line] = (await untilLogged(6, 'cordon')).filter(({ node }) => node === 'karpenter-1');
    expect(line).toMatchObject({ result: 'done', zoneId: AWAY.id, zone: AWAY.name });
    expect(line?.why).toMatch(/^autoshift since /);
    await until(
      'the gauge follows',
      async () => (await scraped('zonewarden_nodes_cordoned', { zone_id: AWAY.id })) === 6,
    );
    expect(await scraped('zonewarden_cordon_actions_total', { action: 'cordon', result: 'done' })).toBe(6);
  });

  it('a Node that joins late is cordoned too', async () => {
    await createNode(installation, 'late');
    await untilNodes(installation, { late: 'ours' });
  });

  it('what a person uncordons stays so, and what they cordon anew is theirs', async () => {
    await byHand(installation, 'uncordon', 'wanted');
    await byHand(installation, 'uncordon', 'debugged');
    await byHand(installation, 'cordon', 'debugged');
    await installation.controlPlane.kubectl(['annotate', 'node', 'kept', 'zonewarden.io/cordoned-']);
    // A later Node was looked at: so were those, again.
    await createNode(installation, 'later');
    await untilNodes(installation, { later: 'ours', wanted: 'marked', debugged: 'ours', kept: 'cordoned' });
  });

  it('what EKS opens when its own zonal shift ends is cordoned again, for an autoshift goes on', async () => {
    await zonalShift(installation, 'Manual Shift Started');
    await zonalShift(installation, 'Manual Shift Canceled');
    const eks = { fieldManager: 'eks-controller' };
    for (const name of ['managed-1', 'later']) {
      const patch = { kind: 'merge', body: { spec: { unschedulable: null } } } as const;
      await installation.client.patch(resources.nodes, { name }, patch, eks);
    }
    // What a person opened in the same minutes is too: nothing tells them apart.
    await untilNodes(installation, { 'managed-1': 'ours', later: 'ours', wanted: 'ours' });
  });

  it('a node that expires during the shift is listed, once', async () => {
    await until(
      'the gauge says so',
      async () => (await scraped('zonewarden_expiring_nodes', { zone_id: AWAY.id })) === 1,
    );
    expect(await untilLogged(1, 'expiring')).toMatchObject([
      { nodeClaim: 'web-1', zoneId: AWAY.id, zone: AWAY.name },
    ]);
  });
});

describe('after it', () => {
  it('only ours are uncordoned, and no mark is left', async () => {
    await shiftBack(installation);
    await untilZones(installation, 'web', [inZones(...THREE)]);
    const expected = {
      'karpenter-1': 'open',
      'managed-1': 'open',
      'only-id': 'open',
      drained: 'cordoned',
      wanted: 'open',
      debugged: 'cordoned',
      kept: 'cordoned',
      late: 'open',
      later: 'open',
      elsewhere: 'open',
    };
    await untilNodes(installation, expected);
    expect(await nodeStates(installation)).toEqual(expected);
  });

  it('the freeze was out of the NodePools before the first Node was uncordoned', async () => {
    const kinds = (await untilLogged(5, 'uncordon', 'nudge')).map(({ event }) => event);
    expect(kinds).toContain('nudge');
    expect(kinds.indexOf('uncordon')).toBeGreaterThan(kinds.lastIndexOf('nudge'));
  });

  it('the next shift cordons anew', async () => {
    await shiftAway(installation);
    await untilNodes(installation, { 'karpenter-1': 'ours', wanted: 'ours', debugged: 'cordoned' });
    await shiftBack(installation);
    await untilNodes(installation, { 'karpenter-1': 'open', wanted: 'open', debugged: 'cordoned' });
  });

  it('nothing failed', async () => {
    expect(await scraped('zonewarden_cordon_actions_total', { result: 'failed' })).toBe(0);
    expect(installation.watcher.lines().filter(({ part }) => part === 'cordon')).toEqual([]);
  });
});
