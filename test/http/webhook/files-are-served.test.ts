import { expect, onTestFinished, test } from 'vitest';
import { KEYS_SECRET_NAME } from '../../../shared/keys/keys-document.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import { readWebhookOptions } from '../../../webhook/options.ts';
import { startWebhook } from '../../../webhook/webhook-process.ts';
import { certManagersPair, MountedSecret } from '../../adapters/certificates/mounted-secret.ts';
import { AdmissionClient } from '../../standins/admission-client.ts';
import { MUTATE, putKeys } from '../../standins/known-path.ts';
import { startKubeApi } from '../../standins/kube-api.ts';
import { reviewOf } from './reviews.ts';
import { scrape } from './scrape.ts';
import { eventually } from './serving.ts';

/** A webhook that serves files, against a stand-in for the API server that has no Secret and trusts nobody. */
async function startWithFiles(dir: string) {
  const api = await startKubeApi();
  onTestFinished(() => api.stop());
  const webhooks = [{ name: 'nodepools.zonewarden.io', clientConfig: { url: 'https://127.0.0.1/' } }];
  api.put(resources.mutatingWebhookConfigurations, { metadata: { name: 'zonewarden' }, webhooks });
  putKeys(api);
  const argv = [
    ...['--kubeconfig', api.kubeconfigPath, '--host', '127.0.0.1', '--port', '0', '--ops-port', '0'],
    ...['--drain-ms', '0', '--cert-dir', dir],
  ];
  const { log } = createLogger('webhook', 'info', { write: () => {} });
  const webhook = await startWebhook(readWebhookOptions(argv), log);
  onTestFinished(() => webhook.stop());
  const readiness = async () => (await fetch(`http://127.0.0.1:${webhook.opsPort}/readyz`)).text();
  return { api, webhook, readiness };
}

test('without a pair the webhook is up and not ready; then it serves it, and the next one, and touches no Secret of a CA', async () => {
  const secret = new MountedSecret();
  const { api, webhook, readiness } = await startWithFiles(secret.dir);
  await eventually(async () => expect(await readiness()).toMatch(/mount a Secret with tls.crt and tls.key/));
  const names = 'zonewarden_tls_certificate_expiry_timestamp_seconds';
  expect((await scrape(webhook.opsPort)).value(names)).toBe(0);

  const pairs = [await certManagersPair(), await certManagersPair(30 * 86_400_000)];
  for (const pair of pairs) {
    secret.swap(pair.files);
    const client = new AdmissionClient({ port: webhook.port, caPem: pair.caPem });
    onTestFinished(() => client.close());
    // The record is not there, which is an answer; what counts is the handshake.
    await eventually(async () =>
      expect(await client.review(MUTATE, reviewOf())).toMatchObject({ status: { code: 503 } }),
    );
  }
  expect(await readiness()).not.toMatch(/tls\.crt|certificate|trust/);
  const metrics = await scrape(webhook.opsPort);
  expect(metrics.value(names)).toBeGreaterThan(Date.now() / 1000 + 29 * 86_400);
  expect(metrics.value('zonewarden_tls_rotations_total', { what: 'leaf', outcome: 'done' })).toBe(2);
  expect(metrics.value('zonewarden_tls_ca_expiry_timestamp_seconds')).toBe(0);
  const secrets = api.requests.filter(({ path }) => path.includes('/secrets'));
  const named = secrets
    .map(({ path, query }) => `${path}?${query}`)
    .filter((at) => !at.includes(KEYS_SECRET_NAME));
  expect(named).toEqual([]);
  // The path is ours also where the CA is somebody else's.
  const writes = api.seen('patch');
  expect(writes.map(({ path }) => path.split('/').slice(-2).join(' '))).toEqual([
    'mutatingwebhookconfigurations zonewarden',
  ]);
  expect(writes[0]?.body).not.toContain('caBundle');
  // Somebody else wants to know what becomes of the configurations.
  expect(api.requests.some(({ path }) => path.includes('webhookconfigurations'))).toBe(true);
});
