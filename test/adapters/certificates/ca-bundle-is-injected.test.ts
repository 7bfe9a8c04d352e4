import { expect, test } from 'vitest';
import { z } from 'zod';
import { createBackoff } from '../../../shared/kube/backoff.ts';
import { type ResourceType, resources } from '../../../shared/kube/resource.ts';
import { makeAuthority } from '../../../webhook/certificates/authority.ts';
import { type BundleReport, injectCaBundle } from '../../../webhook/certificates/ca-bundle-injection.ts';
import { FakeKubeApi } from './fake-kube-api.ts';

const { mutatingWebhookConfigurations: mutating, validatingWebhookConfigurations: validating } = resources;
const now = new Date('2026-11-21T12:00:00Z');
const caPem = (await makeAuthority(now)).certificatePem;
const bundle = Buffer.from(caPem).toString('base64');

function putConfiguration(
  api: FakeKubeApi,
  type: ResourceType,
  caBundles: (string | undefined)[] = [undefined, undefined],
) {
  const service = { namespace: 'zonewarden', name: 'zonewarden-webhook' };
  const webhooks = caBundles.map((caBundle, index) => ({
    name: `${index}.zonewarden.io`,
    clientConfig: caBundle === undefined ? { service } : { service, caBundle },
  }));
  api.put(type, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: type.kind,
    metadata: { name: 'zonewarden' },
    webhooks,
  });
}

const webhooksSchema = z.object({
  webhooks: z.array(z.object({ clientConfig: z.looseObject({ caBundle: z.string().optional() }) })),
});

const bundles = (api: FakeKubeApi, type: ResourceType) =>
  webhooksSchema.parse(api.stored(type, 'zonewarden')).webhooks.map((one) => one.clientConfig.caBundle);

/** Runs the injection with waits of at most a millisecond; `onReport` may change the world or abort. */
async function inject(
  api: FakeKubeApi,
  onReport: (report: BundleReport, stop: () => void) => void = () => {},
) {
  const reports: BundleReport[] = [];
  const controller = new AbortController();
  await injectCaBundle({
    client: api,
    name: 'zonewarden',
    caPem,
    clock: () => now,
    signal: controller.signal,
    makeBackoff: () => createBackoff({ baseMs: 1, capMs: 1 }),
    report(report) {
      reports.push(report);
      onReport(report, () => controller.abort(new Error('shutting down')));
    },
  });
  return reports;
}

const outcomes = (reports: BundleReport[], type: ResourceType) =>
  reports.filter((report) => report.kind === type.kind).map((report) => report.outcome);

test('every webhook of both configurations gets the CA, each configuration with one write', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api, mutating);
  putConfiguration(api, validating);
  const reports = await inject(api);
  expect(bundles(api, mutating)).toEqual([bundle, bundle]);
  expect(bundles(api, validating)).toEqual([bundle, bundle]);
  expect(api.writes.map((call) => call.verb)).toEqual(['patch', 'patch']);
  expect(reports.map((report) => report.outcome)).toEqual(['patched', 'patched']);
  expect(api.stored(mutating, 'zonewarden')).toMatchObject({
    webhooks: [{ clientConfig: { service: { name: 'zonewarden-webhook' } } }, {}],
  });
});

test('where the CA is there already nothing is written', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api, mutating, [bundle, bundle]);
  putConfiguration(api, validating, [bundle]);
  const reports = await inject(api);
  expect(api.writes).toEqual([]);
  expect(reports.map((report) => report.outcome)).toEqual(['unchanged', 'unchanged']);
});

test('only the webhook that lost its CA is written', async () => {
  const api = new FakeKubeApi();
  const commented = Buffer.from(`# ours\n${caPem}`).toString('base64');
  putConfiguration(api, mutating, [commented, undefined]);
  putConfiguration(api, validating, [bundle]);
  await inject(api);
  expect(bundles(api, mutating)).toEqual([commented, bundle]);
});

test('a configuration that is not there yet is reported, awaited, and then patched', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api, mutating);
  let looks = 0;
  const reports = await inject(api, (report) => {
    if (report.outcome !== 'absent') return;
    looks += 1;
    if (looks === 3) putConfiguration(api, validating);
  });
  expect(outcomes(reports, mutating)).toEqual(['patched']);
  expect(outcomes(reports, validating)).toEqual(['absent', 'absent', 'absent', 'patched']);
  expect(reports.find((report) => report.outcome === 'absent')).toMatchObject({
    name: 'zonewarden',
    retryInMs: expect.any(Number),
  });
  expect(bundles(api, validating)).toEqual([bundle, bundle]);
});

test('a write in between is a conflict: what it changed stays, and the CA is added to it', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api, mutating);
  putConfiguration(api, validating, [bundle]);
  api.beforeNext('patch', () => putConfiguration(api, mutating, [undefined, undefined, undefined]));
  const reports = await inject(api);
  expect(bundles(api, mutating)).toEqual([bundle, bundle, bundle]);
  expect(outcomes(reports, mutating)).toEqual(['failed', 'patched']);
  expect(reports.find((report) => report.outcome === 'failed')?.error).toMatchObject({
    code: 'kube.conflict',
  });
});

test('a refusal is reported and tried again, because the right may be granted later', async () => {
  const api = new FakeKubeApi();
  putConfiguration(api, mutating);
  putConfiguration(api, validating);
  api.failNext('patch', 'kube.forbidden');
  api.failNext('get', 'kube.unreachable');
  const reports = await inject(api);
  const failures = reports
    .filter((report) => report.outcome === 'failed')
    .map((report) => report.error?.code);
  expect(new Set(failures)).toEqual(new Set(['kube.forbidden', 'kube.unreachable']));
  expect(bundles(api, mutating)).toEqual([bundle, bundle]);
  expect(bundles(api, validating)).toEqual([bundle, bundle]);
});

test('a shutdown ends the waiting', async () => {
  const api = new FakeKubeApi();
  await expect(inject(api, (_, stop) => stop())).rejects.toThrow('shutting down');
});
