import { expect, onTestFinished, test } from 'vitest';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import { createWebhookMetrics } from '../../../webhook/metrics/webhook-metrics.ts';
import { createPolicies } from '../../../webhook/state/policies.ts';
import { startKubeApi } from '../../standins/kube-api.ts';
import { stored } from '../../unit/webhook/policy-scene.ts';
import { nodePool, ONE_ZONE_AWAY } from './reviews.ts';
import { eventually } from './serving.ts';

const NAMESPACE = 'zonewarden';

/** What the webhook judges by, followed on a stand-in of the API server. */
async function start(policy?: string) {
  const api = await startKubeApi();
  const put = (text: string) =>
    api.put(resources.configMaps, {
      metadata: { namespace: NAMESPACE, name: 'zonewarden-policy' },
      data: { 'policy.yaml': text },
    });
  if (policy !== undefined) put(policy);
  const client = createKubeClient({ kubeConfig: loadKubeConfig(api.kubeconfigPath), userAgent: 'test' });
  const { log } = createLogger('webhook', 'info', { write: () => {} });
  const policies = createPolicies({
    client,
    namespace: NAMESPACE,
    metrics: createWebhookMetrics(),
    log,
    usedZones: () => ({ 'use1-az1': 'us-east-1a' }),
    now: () => 7,
  });
  onTestFinished(async () => {
    await policies.stop();
    client.close();
    await api.stop();
  });
  return { api, put, policies, mode: () => policies.current().policy.mode };
}

test('until the policy was read once nobody is refused by it', async () => {
  const { policies, put, mode } = await start('mode: sometimes');
  expect(mode()).toBe('audit');
  policies.start();
  await eventually(() => expect(policies.shown().problem).toContain('mode'));
  expect(mode()).toBe('audit');
  put('profile: strict');
  await eventually(() => expect(mode()).toBe('enforce'));
  expect(policies.shown()).toMatchObject({ profile: 'strict', mode: 'enforce', problem: undefined });
});

test('without a ConfigMap the defaults hold; a bad one changes nothing, a deleted one is none', async () => {
  const { api, policies, put, mode } = await start();
  policies.start();
  await eventually(() => expect(mode()).toBe('enforce'));
  put('profile: strict');
  await eventually(() => expect(policies.shown().profile).toBe('strict'));
  put('profile: strictest');
  await eventually(() => expect(policies.shown().problem).toBeDefined());
  expect(policies.shown()).toMatchObject({ profile: 'strict', mode: 'enforce' });
  api.remove(resources.configMaps, { namespace: NAMESPACE, name: 'zonewarden-policy' });
  await eventually(() => expect(policies.shown()).toMatchObject({ profile: 'baseline', problem: undefined }));
});

test('the bundled catalogue, the zones of the record and the NodeClasses are around', async () => {
  const { api, policies } = await start();
  const metadata = { name: 'default', annotations: { long: 'text' } };
  const status = { subnets: [{ zone: 'us-east-1a', zoneID: 'use1-az1' }] };
  api.put(resources.ec2NodeClasses, { metadata, status });
  policies.start();
  await eventually(() => expect(policies.current().around.knowsAllNodeClasses).toBe(true));
  const { around, nowMs } = policies.current();
  expect(nowMs).toBe(7);
  expect(around.catalog.origin.source).toBe('bundled');
  expect(around.zones).toEqual([{ id: 'use1-az1', name: 'us-east-1a' }]);
  expect([...around.nodeClasses]).toMatchObject([
    ['EC2NodeClass/default', { annotations: {}, zones: [{ id: 'use1-az1', name: 'us-east-1a' }] }],
  ]);
});

test('while an EC2NodeClass cannot be read, not all of them are known: none is said to be missing', async () => {
  const { api, policies } = await start();
  api.put(resources.ec2NodeClasses, { metadata: { name: 'odd' }, status: { subnets: 'none' } });
  api.put(resources.ec2NodeClasses, { metadata: { name: 'default' } });
  const around = () => policies.current().around;
  policies.start();
  await eventually(() => expect([...around().nodeClasses.keys()]).toEqual(['EC2NodeClass/default']));
  await eventually(() => expect(policies.shown().problem).toBeUndefined());
  expect(around().knowsAllNodeClasses).toBe(false);
  api.put(resources.ec2NodeClasses, { metadata: { name: 'odd' } });
  await eventually(() => expect(around().knowsAllNodeClasses).toBe(true));
  expect(around().nodeClasses.size).toBe(2);
});

test('other NodePools are known as declared, without their annotations, and exempt ones by name', async () => {
  const { api, policies } = await start();
  const nodePools = () => policies.current().around.nodePools ?? [];
  const pruned = stored(nodePool(['us-east-1a', 'us-east-1b']), ONE_ZONE_AWAY) as ReturnType<typeof nodePool>;
  const off = nodePool(['us-east-1a'], {
    name: 'off',
    annotations: { 'zonewarden.io/zone-enforcement': 'off' },
  });
  for (const pool of [pruned, off]) api.put(resources.nodePools, pool);
  expect([...policies.exemptPools()]).toEqual([]);
  policies.start();
  await eventually(() => expect(nodePools()).toHaveLength(2));
  expect([...policies.exemptPools()]).toEqual(['off']);
  const web = nodePools().find(({ name }) => name === 'web');
  expect(web).toMatchObject({ annotations: {}, requirements: [{ values: ['us-east-1a', 'us-east-1b'] }] });
  expect(nodePools()).toBe(nodePools());
});

test('which NodePools are there is known once they were read: not those that go, and the unreadable ones too', async () => {
  const { api, policies } = await start();
  const names = () => policies.current().around.nodePoolNames;
  const going = {
    name: 'going',
    deletionTimestamp: '2026-11-21T04:00:00Z',
    finalizers: ['example.com/hold'],
  };
  api.put(resources.nodePools, nodePool(['us-east-1a'], { name: 'web' }));
  api.put(resources.nodePools, { ...nodePool(['us-east-1a']), metadata: going });
  api.put(resources.nodePools, { metadata: { name: 'odd' }, spec: 'none' });
  expect(names()).toBeUndefined();
  policies.start();
  await eventually(() => expect([...(names() ?? [])].sort()).toEqual(['odd', 'web']));
  expect(policies.current().ownUser).toBe('system:serviceaccount:zonewarden:zonewarden');
});
