import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KubeError } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { AWAY, THREE, TWO, zonesOf } from '../cluster/product/scenario.ts';
import { documentedCommand, runDocumented } from '../cluster/uninstall/documented.ts';
import { inZones, nodeClaim, nodePool } from '../installation/node-pools.ts';
import { until } from '../installation/until.ts';
import { clearCluster, type NodeCluster, openCluster } from './cluster.ts';
import { overlayOf } from './overlay.ts';
import { askPod, isReady, logLines, type Pod, podsOf, untilRolledOut } from './pods.ts';
import { openZoneShift, type ZoneShift } from './zone-shift.ts';

/** `kubectl apply -k .` with another image, as a user does it. The tests go on from each other. */

let cluster: NodeCluster;
let shift: ZoneShift;
let overlay: string;
let pods: Pod[];

beforeAll(async () => {
  cluster = await openCluster();
  shift = await openZoneShift(cluster);
  overlay = overlayOf(cluster, '.', shift.options);
});
afterAll(async () => {
  if (cluster !== undefined) await clearCluster(cluster, overlay);
  await shift?.stop();
  await cluster?.close();
});

const isMarked = (pool: KubeObject): boolean =>
  pool.metadata.annotations?.['zonewarden.io/declared'] !== undefined;
const stored = (name: string): Promise<KubeObject> => cluster.client.get(resources.nodePools, { name });

const node = (pod: Pod, container: string, script: string) =>
  cluster.kubectl([
    ...['exec', '-n', 'zonewarden', pod.metadata.name, '-c', container, '--'],
    ...['node', '-e', script],
  ]);

describe('after kubectl apply -k', () => {
  it('both containers of two pods become ready under Pod Security restricted', async () => {
    const { stderr } = await cluster.kubectl(['apply', '-k', overlay]);
    // Pod Security warns of what it would refuse.
    expect(stderr).not.toMatch(/would violate/);
    pods = await untilRolledOut(cluster);
    for (const { status } of pods) {
      expect(
        status.containerStatuses.map(({ name, ready, restartCount }) => ({ name, ready, restartCount })),
      ).toEqual(['watcher', 'webhook'].map((name) => ({ name, ready: true, restartCount: 0 })));
      console.log(`a pod was ready ${secondsToReady({ status })} s after its containers had started`);
    }
  });

  it('each container runs as 65532 and can write nowhere', async () => {
    const [pod] = pods;
    if (pod === undefined) throw new Error('no pod');
    const script = `
      const tried = ['/', '/app', '/app/dist', '/tmp', process.env.HOME ?? '/home'].filter((folder) => {
        try { require('fs').writeFileSync(folder + '/x', 'x'); return true; } catch { return false; }
      });
      console.log(JSON.stringify({ uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(), tried }));`;
    for (const container of ['webhook', 'watcher']) {
      const { stdout } = await node(pod, container, script);
      expect(JSON.parse(stdout)).toMatchObject({ uid: 65532, gid: 65532, tried: [] });
    }
  });

  it('the API server calls the webhook through its Service, with a certificate of our own CA', async () => {
    const created = await cluster.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
    expect(zonesOf(created)).toEqual([inZones(...THREE)]);
    // containerd writes logs a moment later.
    await until('both webhooks tell of it', async () => {
      const lines = await logLines(cluster, 'webhook');
      const decided = lines.filter(({ event, name }) => event === 'decision' && name === 'web');
      return (
        decided
          .map(({ webhook }) => webhook)
          .sort()
          .join() === 'mutate,validate'
      );
    });
  });
});

describe('while a zone is shifted away', () => {
  it('NodePools are pruned, and NodeClaims into the zone are refused', async () => {
    await shift.start(AWAY.id);
    await until('the NodePool is pruned', async () => {
      return JSON.stringify(zonesOf(await stored('web'))) === JSON.stringify([inZones(...TWO)]);
    });
    const fromGit = await cluster.client.create(resources.nodePools, nodePool('late', [inZones(...THREE)]));
    expect(zonesOf(fromGit)).toEqual([inZones(...TWO)]);
    const refused = cluster.client.create(resources.nodeClaims, nodeClaim('there', [inZones(AWAY.name)]));
    await expect(refused).rejects.toThrow(KubeError);
    await expect(refused).rejects.toThrow(AWAY.id);
  });

  it('the metrics of both containers say so', async () => {
    for (const pod of await podsOf(cluster)) {
      for (const port of [8081, 8082]) {
        await until('the gauge is 1', async () => {
          const metrics = await askPod(cluster, pod.metadata.name, port, '/metrics');
          const [, bytes = ''] = /^process_resident_memory_bytes (\S+)$/m.exec(metrics) ?? [];
          if (!/^zonewarden_zone_impaired\{.*use1-az1.*\} 1$/m.test(metrics)) return false;
          console.log(`port ${port}: ${(Number(bytes) / 2 ** 20).toFixed(0)} MiB resident`);
          return true;
        });
      }
    }
  });

  it('a drain takes one pod at a time', async () => {
    const evict = async ({ metadata }: Pod) =>
      cluster.kubectl(
        [
          ...['create', '--raw', `/api/v1/namespaces/zonewarden/pods/${metadata.name}/eviction`],
          ...['-f', '-'],
        ],
        {
          allowFailure: true,
          input: JSON.stringify({
            apiVersion: 'policy/v1',
            kind: 'Eviction',
            metadata: { name: metadata.name, namespace: 'zonewarden' },
          }),
        },
      );
    const [first, second] = await podsOf(cluster);
    if (first === undefined || second === undefined) throw new Error('not two pods');
    expect(await evict(first)).toMatchObject({ code: 0 });
    expect((await evict(second)).stderr).toMatch(/disruption budget/);
    pods = await untilRolledOut(cluster);
    expect(pods.every(isReady)).toBe(true);
  });
});

describe('when the zone is back', () => {
  it('every NodePool is what its owner declared', async () => {
    await shift.end(AWAY.id);
    for (const name of ['web', 'late']) {
      await until(
        `${name} is as declared`,
        async () => {
          const pool = await stored(name);
          return !isMarked(pool) && JSON.stringify(zonesOf(pool)) === JSON.stringify([inZones(...THREE)]);
        },
        90_000,
      );
    }
  });
});

describe('uninstalled while a zone is away, as docs/uninstall.md says', () => {
  const run = (words: string) => runDocumented(cluster, documentedCommand('docs/uninstall.md', words));
  const marked = async () => (await run('get nodepools,nodes -o go-template')).stdout.trim();

  it('every NodePool is given back before', async () => {
    await shift.start(AWAY.id);
    await until('the NodePool is pruned', async () => isMarked(await stored('web')));
    expect(await marked()).toMatch(/^NodePool web$/m);
    await run('patch configmap zonewarden-config');
    await until('nothing is marked', async () => (await marked()) === '', 60_000);
    expect(zonesOf(await stored('web'))).toEqual([inZones(...THREE)]);
  });

  it('nothing is left that blocks, and nothing of ours', async () => {
    await cluster.kubectl(['delete', '-k', overlay, '--timeout=120s']);
    const kinds =
      'ns,clusterroles,clusterrolebindings,mutatingwebhookconfigurations,validatingwebhookconfigurations,' +
      'validatingadmissionpolicies,validatingadmissionpolicybindings';
    const { stdout } = await cluster.kubectl(['get', kinds, '-o', 'name']);
    expect(stdout.split('\n').filter((name) => /zonewarden(?!-test)/.test(name))).toEqual([]);
    const created = await cluster.client.create(resources.nodePools, nodePool('free', [inZones(AWAY.name)]));
    expect(zonesOf(created)).toEqual([inZones(AWAY.name)]);
    const claim = await cluster.client.create(resources.nodeClaims, nodeClaim('free', [inZones(AWAY.name)]));
    expect(claim.metadata.name).toBe('free');
  });
});

/** From the start of the last container to the pod's readiness; the API tells whole seconds. */
function secondsToReady({ status }: Pick<Pod, 'status'>): number {
  const started = status.containerStatuses.map(({ state }) => Date.parse(state.running?.startedAt ?? ''));
  const ready = status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  return (Date.parse(ready) - Math.max(...started)) / 1000;
}
