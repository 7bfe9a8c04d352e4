import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { actAsTheProduct } from './acting-as-the-product.ts';
import { applyInstallation, installRoot } from './rendered-manifests.ts';

let controlPlane: ControlPlane;

const requirements = [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] }];
const nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };

const nodePool = (name: string) =>
  JSON.stringify({
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name, finalizers: ['example.test/held'] },
    spec: { template: { spec: { nodeClassRef, requirements } } },
  });

const nodeClaim = JSON.stringify({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodeClaim',
  metadata: { name: 'claim' },
  spec: { nodeClassRef, requirements },
});

const kubectl = (args: string[], input?: string) =>
  controlPlane.kubectl(args, input === undefined ? { allowFailure: true } : { allowFailure: true, input });

const patch = (name: string, body: object, ...more: string[]) =>
  kubectl(['patch', 'nodepool', name, '--type=merge', '-p', JSON.stringify(body), ...more]);

beforeAll(async () => {
  controlPlane = await startControlPlane();
  await installKarpenterCrds(controlPlane);
  for (const name of ['alive', 'doomed'])
    await controlPlane.kubectl(['create', '-f', '-'], { input: nodePool(name) });
  await applyInstallation(controlPlane);
  // A Service that is not there is answered at once; the address of one without pods would cost the full timeout.
  await controlPlane.kubectl(['delete', 'service', 'zonewarden-webhook', '-n', 'zonewarden']);
  await vi.waitUntil(async () => (await patch('alive', {})).code !== 0, { timeout: 30_000, interval: 100 });
});
afterAll(() => controlPlane?.stop());

test('NodePool writes are refused, and the message names the webhook', async () => {
  const created = await kubectl(['create', '-f', '-'], nodePool('new'));
  expect(created.stderr).toMatch(/failed calling webhook "nodepools\.zonewarden\.io"/);
  const changed = await patch('alive', { metadata: { labels: { a: 'b' } } });
  expect(changed.stderr).toMatch(/failed calling webhook "nodepools\.zonewarden\.io"/);
});

test('once the product has been there, the message names the document that says what to do at night', async () => {
  const token = '0123456789abcdef'.repeat(3);
  const written = { op: 'add', path: '/webhooks/0/clientConfig/service/path' };
  const value = `/mutate/${token}/if-this-fails-see/docs/break-glass.md`;
  await controlPlane.kubectl([
    ...['patch', 'mutatingwebhookconfiguration', 'zonewarden', '--type=json'],
    ...['-p', JSON.stringify([{ ...written, value }])],
  ]);
  const path = await vi.waitFor(
    async () => {
      const { stderr } = await patch('alive', { metadata: { labels: { a: 'b' } } });
      const url =
        /zonewarden-webhook\.zonewarden\.svc:443\/mutate\/[0-9a-f]{48}\/if-this-fails-see\/(\S+)\?timeout/;
      const [, document = ''] = url.exec(stderr) ?? [];
      expect(document).toBe('docs/break-glass.md');
      return document;
    },
    { timeout: 20_000 },
  );
  expect(existsSync(join(installRoot, path))).toBe(true);
});

test('nothing that the product itself has to write is held up', async () => {
  await actAsTheProduct(controlPlane);
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'event', namespace: 'zonewarden' },
    involvedObject: { kind: 'ConfigMap', namespace: 'zonewarden', name: 'zonewarden-impaired-zones' },
  };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } };
  for (const object of [event, node]) {
    expect(await kubectl(['create', '-f', '-'], JSON.stringify(object))).toMatchObject({ code: 0 });
  }
  expect(await kubectl(['cordon', 'node'])).toMatchObject({ code: 0 });
});

test("Karpenter's status writes pass", async () => {
  const answer = await patch('alive', { status: { resources: { nodes: '3' } } }, '--subresource=status');
  expect(answer).toMatchObject({ code: 0 });
});

test('NodeClaims are made, changed and deleted', async () => {
  expect(await kubectl(['create', '-f', '-'], nodeClaim)).toMatchObject({ code: 0 });
  expect(await kubectl(['label', 'nodeclaim', 'claim', 'a=b'])).toMatchObject({ code: 0 });
  expect(await kubectl(['delete', 'nodeclaim', 'claim'])).toMatchObject({ code: 0 });
});

test('a NodePool that is being deleted loses its finalizer and goes', async () => {
  expect(await kubectl(['delete', 'nodepool', 'doomed', '--wait=false'])).toMatchObject({ code: 0 });
  expect(await kubectl(['get', 'nodepool', 'doomed'])).toMatchObject({ code: 0 });
  expect(await patch('doomed', { metadata: { finalizers: null } })).toMatchObject({ code: 0 });
  expect((await kubectl(['get', 'nodepool', 'doomed'])).stderr).toMatch(/not found/);
});

test('with fail-open, NodePool writes pass', async () => {
  await applyInstallation(controlPlane, 'config/overlays/fail-open');
  await controlPlane.kubectl(['delete', 'service', 'zonewarden-webhook', '-n', 'zonewarden']);
  const write = () => patch('alive', { metadata: { labels: { passes: 'now' } } });
  await vi.waitUntil(async () => (await write()).code === 0, { timeout: 30_000, interval: 100 });
});
