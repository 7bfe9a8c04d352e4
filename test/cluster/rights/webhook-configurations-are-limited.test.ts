import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubePatch } from '../../../shared/kube/client.ts';
import { resources } from '../../../shared/kube/resource.ts';
import {
  applyManifests,
  calledByUrl,
  isWebhookConfiguration,
  renderManifests,
} from '../../installation/manifests.ts';
import {
  all,
  annotations,
  merge,
  type OwnWritesScene,
  outcomes,
  type Row,
  startOwnWrites,
} from './own-writes-scene.ts';

/** What the product's own account may change in its webhook configurations. */

let scene: OwnWritesScene;
beforeAll(async () => {
  scene = await startOwnWrites();
});
afterAll(() => scene?.stop());

const HOOKS = [resources.mutatingWebhookConfigurations, resources.validatingWebhookConfigurations];
const json = (...body: object[]): KubePatch => ({ kind: 'json', body });

describe.each(['https://127.0.0.1:1', undefined])('webhook configurations, called at %s', (url) => {
  beforeAll(async () => {
    const rendered = (await renderManifests(scene.controlPlane)).filter(isWebhookConfiguration);
    await applyManifests(
      scene.controlPlane,
      url === undefined ? rendered : rendered.map((manifest) => calledByUrl(manifest, url)),
    );
    // As the product has written it: the manifests have none.
    const written = [0, 1].map((index) => {
      return { op: 'add', path: `/webhooks/${index}/clientConfig/service/path`, value: '/mutate/before' };
    });
    if (url === undefined)
      for (const type of HOOKS) await scene.admin.patch(type, { name: 'zonewarden' }, json(...written));
  });
  afterAll(async () => {
    for (const type of HOOKS) await scene.admin.delete(type, { name: 'zonewarden' });
  });

  const set = (path: string, value: unknown) => json({ op: 'add', path, value });
  const at = (path: string, value: unknown) => set(`/webhooks/1/${path}`, value);
  const bundle = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');
  const ours = (
    url === undefined
      ? [['the path', at('clientConfig/service/path', '/mutate/secret'), 'zonewarden']]
      : [['the path', at('clientConfig/url', `${url}/mutate/secret`), 'zonewarden']]
  ) as readonly Row[];
  const elsewhere = (
    url === undefined
      ? [
          ['another Service', at('clientConfig/service/name', 'other'), 'zonewarden'],
          ['another namespace', at('clientConfig/service/namespace', 'default'), 'zonewarden'],
          ['another port', at('clientConfig/service/port', 8443), 'zonewarden'],
          [
            'a URL in its place',
            at('clientConfig', { url: 'https://zonewarden-webhook.zonewarden.svc/x' }),
            'zonewarden',
          ],
        ]
      : [
          ['another host', at('clientConfig/url', 'https://127.0.0.2:1/mutate'), 'zonewarden'],
          ['another port', at('clientConfig/url', 'https://127.0.0.1:2/mutate'), 'zonewarden'],
          ['a host that begins alike', at('clientConfig/url', 'https://127.0.0.1:11/x'), 'zonewarden'],
          [
            'a Service in its place',
            at('clientConfig', { service: { name: 'zonewarden-webhook', namespace: 'zonewarden' } }),
            'zonewarden',
          ],
        ]
  ) as readonly Row[];
  const notOurs: readonly Row[] = [
    ...elsewhere,
    ['rules', at('rules/0/resources', ['*']), 'zonewarden'],
    [
      'one rule more',
      at('rules/-', { apiGroups: [''], apiVersions: ['v1'], resources: ['secrets'], operations: ['*'] }),
      'zonewarden',
    ],
    ['the failure policy', at('failurePolicy', 'Fail'), 'zonewarden'],
    ['the namespaces', at('namespaceSelector', { matchLabels: { a: 'b' } }), 'zonewarden'],
    ['the objects', at('objectSelector', { matchLabels: { a: 'b' } }), 'zonewarden'],
    ['the time', at('timeoutSeconds', 30), 'zonewarden'],
    ['conditions', at('matchConditions', [{ name: 'never', expression: 'false' }]), 'zonewarden'],
    ['the first webhook', set('/webhooks/0/failurePolicy', 'Ignore'), 'zonewarden'],
    ['one webhook less', json({ op: 'remove', path: '/webhooks/1' }), 'zonewarden'],
    ['none', merge({ webhooks: [] }), 'zonewarden'],
    ['their order', json({ op: 'move', from: '/webhooks/1', path: '/webhooks/0' }), 'zonewarden'],
    [
      'one more, like the first',
      json(
        { op: 'copy', from: '/webhooks/0', path: '/webhooks/-' },
        { op: 'replace', path: '/webhooks/2/name', value: 'a.zonewarden.io' },
      ),
      'zonewarden',
    ],
    ['a name', at('name', 'other.zonewarden.io'), 'zonewarden'],
    ['a label', merge({ metadata: { labels: { a: 'b' } } }), 'zonewarden'],
    ['an annotation', annotations({ 'cert-manager.io/inject-ca-from': 'x/y' }), 'zonewarden'],
  ];

  it.each(HOOKS)('$kind: the CA and the path are let through', async (type) => {
    const rows = [['the CA', at('clientConfig/caBundle', bundle), 'zonewarden'] as const, ...ours];
    expect(await outcomes(scene.product, type, rows)).toEqual(all(rows, 'passes'));
  });

  it.each(HOOKS)('$kind: nothing else is', async (type) => {
    expect(await outcomes(scene.product, type, notOurs)).toEqual(all(notOurs, 'refused'));
  });
});
