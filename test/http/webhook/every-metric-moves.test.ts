import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { resources } from '../../../shared/kube/resource.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import { startOpsServer } from '../../../shared/process/ops-server.ts';
import { createWebhookMetrics } from '../../../webhook/metrics/webhook-metrics.ts';
import { readWebhookOptions } from '../../../webhook/options.ts';
import { startWebhook } from '../../../webhook/webhook-process.ts';
import { AdmissionClient } from '../../standins/admission-client.ts';
import { MUTATE, putKeys, VALIDATE } from '../../standins/known-path.ts';
import { startKubeApi } from '../../standins/kube-api.ts';
import { MOVED_BY_POLICIES, MOVED_BY_REQUESTS, MOVED_BY_THE_RECORD } from './moved-metrics.ts';
import { recordObject } from './record-object.ts';
import {
  NODE_CLAIM,
  nodeClaim,
  nodePool,
  reviewOf,
  SECOND_ZONE_RECORDED,
  SPOT_OF_ONE_TYPE,
} from './reviews.ts';
import { scrape } from './scrape.ts';
import { ENFORCING, eventually, startServing } from './serving.ts';

const NAMESPACE = 'zonewarden';

test('every metric of the webhook is driven by one of these tests', () => {
  const registered = createWebhookMetrics()
    .registry.getMetricsAsArray()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('zonewarden_'));
  const driven = [MOVED_BY_REQUESTS, MOVED_BY_POLICIES, MOVED_BY_THE_RECORD].flatMap((metrics) =>
    Object.keys(metrics),
  );
  expect(driven.map((name) => `zonewarden_${name}`).sort()).toEqual(registered.sort());
});

test('requests of every sort move the metrics of admission', async () => {
  const metrics = createWebhookMetrics(undefined, undefined, undefined, () => 3);
  let state: typeof ENFORCING | undefined = { ...ENFORCING, shadow: SECOND_ZONE_RECORDED };
  const serving = await startServing({ metrics, state: () => state });
  const ops = await startOpsServer({
    host: '127.0.0.1',
    port: 0,
    registry: metrics.registry,
    unready: () => [],
  });
  onTestFinished(() => ops.close());
  const { client } = serving;

  await client.review('/mutate', reviewOf());
  state = ENFORCING;
  await client.review('/mutate', reviewOf({ object: nodePool(['us-east-1b']) }));
  await client.review('/mutate', reviewOf({ kind: NODE_CLAIM, object: nodeClaim(['us-east-1a']) }));
  const pod = { group: '', version: 'v1', kind: 'Pod' };
  await client.review('/validate', reviewOf({ kind: pod, operation: 'DELETE', object: null }));

  const body = JSON.stringify(reviewOf());
  await client.call('/', { body });
  await client.call('/mutate', { method: 'GET' });
  await client.call('/mutate', { body, headers: { 'content-type': 'text/plain' } });
  await client.call('/mutate', { body: body.padEnd(4 * 1024 * 1024 + 1) });
  await client.call('/mutate', { body: '{}' });
  await halfRequest(serving, '/mutate?timeout=50ms', (socket) => once(socket, 'end'));
  await halfRequest(serving, '/mutate', async (socket) => {
    await eventually(async () =>
      expect((await scrape(ops.port)).value('zonewarden_admission_requests_in_flight')).toBe(1),
    );
    socket.destroy();
  });
  state = undefined;
  await client.review('/mutate', reviewOf());
  state = ENFORCING;

  const { client: unlucky } = await startServing({
    metrics,
    deciderFor: () => () => {
      throw new Error('a defect');
    },
  });
  await unlucky.review('/mutate', reviewOf());
  const { client: crowded } = await startServing({ metrics, limits: { requests: 0 } });
  await crowded.review('/mutate', reviewOf());
  const narrow = await startServing({ metrics, mostConnections: 1 });
  await connectTwice(narrow);
  const { client: stranger } = await startServing({ metrics, isCaller: () => false });
  await stranger.review('/mutate', reviewOf());
  const { client: withoutOneRule } = await startServing({
    metrics,
    deciderFor: () => () => ({
      verdict: { allowed: true },
      facts: { action: 'ignored', rule: 'not-ours' },
      defects: [{ rule: 'spot-types-min', error: new Error('a defect') }],
      unasked: ['spot-only'],
    }),
  });
  await withoutOneRule.review('/validate', reviewOf());

  await eventually(async () => expect(await serving.inFlight()).toBe(0));
  const after = await scrape(ops.port);
  for (const check of Object.values(MOVED_BY_REQUESTS)) check(after);
  expect(after.names).toContain('process_cpu_user_seconds_total');
});

/** Opens a connection that makes room for another one. */
async function connectTwice({ server, caPem }: { server: { port: number }; caPem: string }): Promise<void> {
  const open = () => connect({ host: '127.0.0.1', port: server.port, ca: caPem }).on('error', () => {});
  const first = open();
  onTestFinished(() => void first.destroy());
  await once(first, 'secureConnect');
  const second = open();
  onTestFinished(() => void second.destroy());
  await new Promise((resolve) => first.resume().on('close', resolve));
}

/** Begins a request and leaves the rest to the test. */
async function halfRequest(
  serving: { server: { port: number }; caPem: string },
  path: string,
  then: (socket: ReturnType<typeof connect>) => Promise<unknown>,
): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: serving.server.port, ca: serving.caPem });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.resume();
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"half":`,
  );
  await then(socket);
}

test('the running webhook shows its record and its certificate, and says why it is not ready', async () => {
  const api = await startKubeApi();
  onTestFinished(() => api.stop());
  const webhooks = [{ name: 'nodepools.zonewarden.io', clientConfig: { url: 'https://127.0.0.1/' } }];
  api.put(resources.mutatingWebhookConfigurations, { metadata: { name: 'zonewarden' }, webhooks });
  putKeys(api);
  api.fail('patch', { kind: 'status', status: 500 }, 20);
  const argv = {
    kubeconfig: api.kubeconfigPath,
    namespace: NAMESPACE,
    host: '127.0.0.1',
    port: '0',
    'ops-port': '0',
    'extra-names': '127.0.0.1',
    'drain-ms': '0',
  };
  const options = readWebhookOptions(Object.entries(argv).flatMap(([name, value]) => [`--${name}`, value]));
  const { log } = createLogger('webhook', 'info', { write: () => {} });
  const webhook = await startWebhook(options, log);
  onTestFinished(() => webhook.stop());
  const ready = () => fetch(`http://127.0.0.1:${webhook.opsPort}/readyz`);

  await eventually(async () => {
    const text = await (await ready()).text();
    expect(text).toMatch(/zonewarden-impaired-zones does not exist/);
    expect(text).toMatch(/MutatingWebhookConfiguration zonewarden does not trust our CA/);
  });
  expect((await ready()).status).toBe(503);
  const before = await scrape(webhook.opsPort);
  expect(before.value('zonewarden_record_synced')).toBe(0);
  expect(before.value('zonewarden_impaired_set_generation')).toBe(0);

  const secret = api.read(resources.secrets, { namespace: NAMESPACE, name: options.caSecret });
  const { data } = z.object({ data: z.object({ 'tls.crt': z.base64() }) }).parse(secret);
  const caPem = Buffer.from(data['tls.crt'], 'base64').toString('utf8');
  const client = new AdmissionClient({ port: webhook.port, caPem });
  onTestFinished(() => client.close());
  await expect(client.review(MUTATE, reviewOf())).resolves.toMatchObject({ status: { code: 503 } });

  api.put(resources.configMaps, recordObject());
  await eventually(() => expect(api.seen('patch').length).toBeGreaterThan(0));
  api.heal();
  await eventually(async () => expect((await ready()).status).toBe(200));
  await expect(client.review(MUTATE, reviewOf())).resolves.toMatchObject({
    allowed: true,
    patchType: 'JSONPatch',
  });

  const refusal = await client.review(VALIDATE, reviewOf({ object: SPOT_OF_ONE_TYPE }));
  expect(refusal).toMatchObject({ allowed: false, status: { code: 403 } });
  expect((await scrape(webhook.opsPort)).value('zonewarden_policy_problem')).toBe(0);
  const policy = { namespace: NAMESPACE, name: 'zonewarden-policy' };
  api.put(resources.configMaps, { metadata: policy, data: { 'policy.yaml': 'profile: [' } });
  await eventually(async () => {
    const after = await scrape(webhook.opsPort);
    for (const check of Object.values(MOVED_BY_POLICIES)) check(after);
  });

  api.resetWatches();
  await eventually(async () => {
    const after = await scrape(webhook.opsPort);
    for (const check of Object.values(MOVED_BY_THE_RECORD)) check(after);
  });
});
