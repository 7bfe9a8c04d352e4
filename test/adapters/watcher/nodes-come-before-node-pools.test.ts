import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/client.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { leading, recordOf, ZONE } from './leading.ts';
import { until } from './sqs-server.ts';

const node = (name: string): KubeObject => ({
  metadata: { name, labels: { 'topology.k8s.aws/zone-id': ZONE.id } },
  spec: {},
});
const pool: KubeObject = {
  metadata: { name: 'web' },
  spec: {
    template: {
      spec: {
        requirements: [
          { key: 'topology.kubernetes.io/zone', operator: 'In', values: [ZONE.name, 'us-east-1b'] },
        ],
      },
    },
  },
};

function prepare(api: KubeApi): void {
  api.put(resources.nodePools, pool);
  for (const name of ['node-1', 'node-2', 'node-3']) api.put(resources.nodes, node(name));
}

const patched = (api: KubeApi) => api.seen('patch').map(({ path }) => path.split('/').slice(-2).join('/'));
const cordoned = (api: KubeApi) =>
  ['node-1', 'node-2', 'node-3'].filter(
    (name) =>
      api.read(resources.nodes, { name })?.metadata.annotations?.['zonewarden.io/cordoned'] === ZONE.id,
  );

describe('at the beginning of a shift', () => {
  it('the leader writes Nodes, then NodePools', async () => {
    const { api, told } = await leading(recordOf(1, 'impaired'), prepare);
    await until(() => patched(api).includes('nodepools/web'));
    expect(patched(api).slice(0, 3).sort()).toEqual(['nodes/node-1', 'nodes/node-2', 'nodes/node-3']);
    expect(cordoned(api)).toHaveLength(3);
    expect(told.filter((line) => line.startsWith('cordon')).sort()).toEqual([
      'cordon node-1 done',
      'cordon node-2 done',
      'cordon node-3 done',
    ]);
  });

  it('does not wait for a Node that is not answered', async () => {
    const { api, state, told } = await leading(recordOf(1, 'impaired'), (prepared) => {
      prepare(prepared);
      prepared.fail('patch', { kind: 'hang' });
    });
    await until(() => patched(api).includes('nodepools/web'));
    expect(cordoned(api)).toHaveLength(2);
    await until(() => told.some((line) => /^cordon .* failed$/.test(line)));
    state.now += 60_000;
    await until(() => cordoned(api).length === 3);
  });

  it('nor for Nodes that it may not list', async () => {
    const { api, told } = await leading(recordOf(1, 'impaired'), (prepared) => {
      prepare(prepared);
      // NodePools are asked for first.
      prepared.fail('list', { kind: 'pass' });
      prepared.fail('list', { kind: 'status', status: 403, reason: 'Forbidden' }, 1000);
    });
    await until(() => patched(api).includes('nodepools/web'));
    expect(cordoned(api)).toEqual([]);
    expect(told).toContain('problem nodes-list');
  });

  it('writes no Node while it does not know the record', async () => {
    const { api, told, end } = await leading(recordOf(1, 'impaired'), prepare, false);
    await until(() => api.seen('watch').some(({ path }) => path.endsWith('/nodes')));
    await end();
    expect([patched(api), told]).toEqual([[], []]);
  });
});
