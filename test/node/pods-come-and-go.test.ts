import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ApiServer } from '../cluster/availability/api-caller.ts';
import { expectNothingLost, underLoad } from '../cluster/availability/under-load.ts';
import { AWAY, THREE, TWO, zonesOf } from '../cluster/product/scenario.ts';
import { inZones, nodeClaim, nodePool } from '../installation/node-pools.ts';
import { until } from '../installation/until.ts';
import { clearCluster, type NodeCluster, openCluster } from './cluster.ts';
import { overlayOf } from './overlay.ts';
import { podsOf, untilRolledOut } from './pods.ts';
import { makeWriter, removeWriter } from './writer.ts';
import { openZoneShift, type ZoneShift } from './zone-shift.ts';

/** Pods of the product that are replaced, and pods that are gone, while a zone is away. The tests go on from each other. */

let cluster: NodeCluster;
let shift: ZoneShift;
let overlay: string;
let controlPlane: ApiServer;

beforeAll(async () => {
  cluster = await openCluster();
  shift = await openZoneShift(cluster);
  overlay = overlayOf(cluster, '.', shift.options);
  await cluster.kubectl(['apply', '-k', overlay]);
  await untilRolledOut(cluster);
  controlPlane = await makeWriter(cluster);
  await cluster.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await shift.start(AWAY.id);
  await until('the NodePool is pruned', async () => isPruned(await stored('web')));
});
afterAll(async () => {
  if (cluster !== undefined) {
    await clearCluster(cluster, overlay);
    await removeWriter(cluster);
  }
  await shift?.stop();
  await cluster?.close();
});

const stored = (name: string): Promise<KubeObject> => cluster.client.get(resources.nodePools, { name });
const isPruned = (pool: KubeObject): boolean =>
  JSON.stringify(zonesOf(pool)) === JSON.stringify([inZones(...TWO)]);
/** A write that has nothing to do with zones, another one each time. */
const touch = () =>
  cluster.kubectl(['label', 'nodepool', 'web', `touched=${Date.now()}`, '--overwrite'], {
    allowFailure: true,
  });
const scale = (replicas: number) =>
  cluster.kubectl(['scale', 'deployment/zonewarden', '-n', 'zonewarden', `--replicas=${replicas}`]);

describe('a rolling restart', () => {
  it('fails no write and lets no NodePool have the zone, at 50 writes a second', async () => {
    const before = (await podsOf(cluster)).map(({ metadata }) => metadata.uid);
    const report = await underLoad({ controlPlane }, async () => {
      await cluster.kubectl(['rollout', 'restart', 'deployment/zonewarden', '-n', 'zonewarden']);
      await untilRolledOut(cluster);
    });
    expectNothingLost('rolling restart of the pods', report);
    const after = (await podsOf(cluster)).map(({ metadata }) => metadata.uid);
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
  });
});

describe('with every pod gone', () => {
  it('the policy refuses NodeClaims into the zone, and admits the others', async () => {
    await scale(0);
    // Not by force: those are gone from the API at once, and go on answering over connections that stand. So a pod is gone
    // when the kubelet has seen its processes end.
    await cluster.kubectl([
      ...['delete', 'pods', '-n', 'zonewarden', '-l', 'app.kubernetes.io/name=zonewarden'],
      ...['--grace-period=1', '--wait'],
    ]);
    await until('nobody answers', async () => {
      const { code } = await touch();
      return code !== 0;
    });
    const create = (name: string, ...zones: string[]) =>
      cluster.client.create(
        resources.nodeClaims,
        nodeClaim(name, zones.length === 0 ? [] : [inZones(...zones)]),
      );
    await expect(create('there', AWAY.name)).rejects.toThrow(/ValidatingAdmissionPolicy 'zonewarden'/);
    await expect(create('anywhere')).rejects.toThrow(AWAY.id);
    expect((await create('elsewhere', ...TWO)).metadata.name).toBe('elsewhere');
  });

  it('NodePool writes fail closed, with a message that names the document on breaking the glass', async () => {
    const { code, stderr } = await touch();
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/failed calling webhook.*docs\/break-glass\.md/s);
  });

  it('comes back by itself, and prunes what was written meanwhile', async () => {
    // What docs/break-glass.md says.
    await cluster.kubectl([
      'delete',
      'mutatingwebhookconfiguration,validatingwebhookconfiguration',
      'zonewarden',
    ]);
    await cluster.kubectl(['delete', 'validatingadmissionpolicybinding', 'zonewarden']);
    await until('a NodePool with the zone is stored', async () => {
      const created = await cluster.client.create(
        resources.nodePools,
        nodePool('meanwhile', [inZones(...THREE)]),
      );
      return created.metadata.name === 'meanwhile';
    });
    expect(isPruned(await stored('meanwhile'))).toBe(false);
    await cluster.kubectl(['apply', '-k', overlay]);
    await untilRolledOut(cluster);
    await until('the NodePool is pruned', async () => isPruned(await stored('meanwhile')), 60_000);
  });
});
