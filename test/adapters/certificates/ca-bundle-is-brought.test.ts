import { expect, test } from 'vitest';
import { z } from 'zod';
import { resources } from '../../../shared/kube/resource.ts';
import { makeAuthority } from '../../../webhook/certificates/authority.ts';
import { bundleChange } from '../../../webhook/certificates/ca-bundle.ts';
import { bringFields, type KeptField } from '../../../webhook/registration/bring-fields.ts';
import { FakeKubeApi } from './fake-kube-api.ts';

const { mutatingWebhookConfigurations: mutating } = resources;
const now = new Date('2026-11-21T12:00:00Z');
const { certificate } = await makeAuthority(now);
const bundle = Buffer.from(certificate.toString()).toString('base64');

function putConfiguration(api: FakeKubeApi, caBundles: (string | undefined)[] = [undefined, undefined]) {
  const service = { namespace: 'zonewarden', name: 'zonewarden-webhook' };
  const webhooks = caBundles.map((caBundle, index) => ({
    name: `${index}.zonewarden.io`,
    clientConfig: caBundle === undefined ? { service } : { service, caBundle },
  }));
  api.put(mutating, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: mutating.kind,
    metadata: { name: 'zonewarden' },
    webhooks,
  });
}

const webhooksSchema = z.object({
  webhooks: z.array(z.object({ clientConfig: z.looseObject({ caBundle: z.string().optional() }) })),
});

const bundles = (api: FakeKubeApi) =>
  webhooksSchema.parse(api.stored(mutating, 'zonewarden')).webhooks.map((one) => one.clientConfig.caBundle);

const trust: KeptField = {
  name: 'caBundle',
  changeOf({ caBundle }) {
    const change = bundleChange(caBundle, { authority: certificate, overlapMs: 86_400_000 }, now);
    return change && { pointer: 'caBundle', ...change };
  },
};
const bring = (api: FakeKubeApi) => bringFields(api, mutating, 'zonewarden', [trust]);

test('every webhook of a configuration gets the CA with one write, and keeps all else', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api);
  await expect(bring(api)).resolves.toEqual(['caBundle']);
  expect(bundles(api)).toEqual([bundle, bundle]);
  expect(api.writes.map((call) => call.verb)).toEqual(['patch']);
  expect(api.stored(mutating, 'zonewarden')).toMatchObject({
    webhooks: [{ clientConfig: { service: { name: 'zonewarden-webhook' } } }, {}],
  });
});

test('where the CA is there already nothing is written', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api, [bundle, bundle]);
  await expect(bring(api)).resolves.toEqual([]);
  expect(api.writes).toEqual([]);
});

test('only the webhook that lost its CA is written', async () => {
  const api = new FakeKubeApi();
  const commented = Buffer.from(`# ours\n${certificate}`).toString('base64');
  putConfiguration(api, [commented, undefined]);
  await expect(bring(api)).resolves.toEqual(['caBundle']);
  expect(bundles(api)).toEqual([commented, bundle]);
});

test('a configuration that is not there is absent, and is not made', async () => {
  const api = new FakeKubeApi();
  await expect(bring(api)).resolves.toBe('absent');
  expect(api.writes).toEqual([]);
});

test('a write in between is a conflict: what it changed stays, and the next look adds the CA to it', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api);
  api.beforeNext('patch', () => putConfiguration(api, [undefined, undefined, undefined]));
  await expect(bring(api)).rejects.toMatchObject({ code: 'kube.conflict' });
  await expect(bring(api)).resolves.toEqual(['caBundle']);
  expect(bundles(api)).toEqual([bundle, bundle, bundle]);
});

test('a refusal is thrown as it is', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api);
  api.failNext('patch', 'kube.forbidden');
  await expect(bring(api)).rejects.toMatchObject({ code: 'kube.forbidden' });
});
