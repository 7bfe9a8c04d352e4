import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { resources } from '../../../shared/kube/resource.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import { makeAuthority } from '../../../webhook/certificates/authority.ts';
import {
  assembleCertificate,
  issuerOf,
  makeRsaKeyPair,
} from '../../../webhook/certificates/x509-assembly.ts';
import { readWebhookOptions } from '../../../webhook/options.ts';
import { startWebhook } from '../../../webhook/webhook-process.ts';
import { MountedSecret } from '../../adapters/certificates/mounted-secret.ts';
import { AdmissionClient } from '../../standins/admission-client.ts';
import { MUTATE, putKeys, TOKEN, VALIDATE } from '../../standins/known-path.ts';
import { type KubeApi, startKubeApi } from '../../standins/kube-api.ts';
import { recordObject } from './record-object.ts';
import { reviewOf, SPOT_OF_ONE_TYPE } from './reviews.ts';
import { scrape } from './scrape.ts';
import { eventually } from './serving.ts';

/** A webhook that is ready, whose API server asks by a token that the test knows. */
async function startReady(args: readonly string[] = []) {
  const api = await startKubeApi();
  onTestFinished(() => api.stop());
  putKeys(api);
  api.put(resources.configMaps, recordObject());
  for (const [type, path] of [
    [resources.mutatingWebhookConfigurations, MUTATE],
    [resources.validatingWebhookConfigurations, VALIDATE],
  ] as const) {
    const webhooks = [{ name: 'nodepools.zonewarden.io', clientConfig: { url: `https://127.0.0.1${path}` } }];
    api.put(type, { metadata: { name: 'zonewarden' }, webhooks });
  }
  const lines: string[] = [];
  const { log } = createLogger('webhook', 'debug', { write: (line: string) => void lines.push(line) });
  const argv = [
    ...['--kubeconfig', api.kubeconfigPath, '--host', '127.0.0.1', '--port', '0', '--ops-port', '0'],
    ...['--extra-names', '127.0.0.1', '--drain-ms', '0', ...args],
  ];
  const webhook = await startWebhook(readWebhookOptions(argv), log);
  onTestFinished(() => webhook.stop());
  await eventually(async () =>
    expect((await fetch(`http://127.0.0.1:${webhook.opsPort}/readyz`)).status).toBe(200),
  );
  const client = new AdmissionClient({ port: webhook.port, caPem: caIn(api) });
  onTestFinished(() => client.close());
  return { api, webhook, client, lines, metrics: () => scrape(webhook.opsPort) };
}

function caIn(api: KubeApi): string {
  const secret = api.read(resources.secrets, { namespace: 'zonewarden', name: 'zonewarden-webhook-ca' });
  const { data } = z.object({ data: z.object({ 'tls.crt': z.string() }) }).parse(secret);
  return Buffer.from(data['tls.crt'], 'base64').toString();
}

/** A CA in a file, and what it signed for an API server. */
async function clientCertificate() {
  const now = new Date();
  const authority = await makeAuthority(now);
  const keys = await makeRsaKeyPair();
  const certificate = await assembleCertificate(
    {
      subject: [{ name: 'commonName', value: 'kube-apiserver' }],
      issuer: issuerOf(authority.certificatePem).issuer,
      notBefore: authority.certificate.validFromDate,
      notAfter: authority.certificate.validToDate,
      publicKeyPem: keys.publicKeyPem,
      extensions: [
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', clientAuth: true },
      ],
    },
    authority.privateKey,
  );
  const folder = new MountedSecret();
  folder.swap({ 'ca.crt': authority.certificatePem });
  return {
    caFile: join(folder.dir, 'ca.crt'),
    cert: certificate.toString(),
    key: keys.privateKeyPem,
  };
}

const DOCUMENT = 'if-this-fails-see/docs/break-glass.md';
const WRONG = TOKEN.replace('0', '1');
const FORGED = reviewOf({ object: SPOT_OF_ONE_TYPE, uid: 'forged' });

test('a forged review by any other path is 404, and leaves no audit line, no Event and no label: it is counted', async () => {
  const { api, client, lines, metrics } = await startReady();
  const paths = [
    ...[
      '/',
      '/mutate',
      '/validate',
      `/validate/${DOCUMENT}`,
      `/validate/${WRONG}`,
      `/mutate/${WRONG}/${DOCUMENT}`,
    ],
    ...[`/validate/${TOKEN.toUpperCase()}`, `/validate/x/${TOKEN}`, `/${TOKEN}`, `/validate//${TOKEN}`],
    ...[`/validate?${TOKEN}`, `/validate/${TOKEN}x`, `/validate/%30${TOKEN.slice(1)}`],
  ];
  const before = api.requests.length;
  for (const path of paths) {
    const { http, allowed, uid } = await client.review(path, FORGED);
    expect([path, http.status, allowed, uid]).toEqual([path, 404, false, '']);
  }
  const after = await metrics();
  expect(after.value('zonewarden_admission_rejected_total', { reason: 'path' })).toBe(paths.length);
  expect(after.value('zonewarden_admission_requests_total')).toBe(0);
  expect(after.value('zonewarden_policy_findings_total')).toBe(0);
  expect(after.value('zonewarden_policy_events_total')).toBe(0);
  expect(api.requests.slice(before).filter(({ verb }) => verb === 'create')).toEqual([]);
  expect(lines.filter((line) => line.includes('forged') || line.includes('decision'))).toEqual([]);
});

test('by its path the API server is answered, and the log, the metrics and the answer do not tell the path', async () => {
  const { client, lines, webhook, api } = await startReady();
  for (const path of [MUTATE, VALIDATE, `${VALIDATE}/${DOCUMENT}?timeout=5s`]) {
    const { http } = await client.review(path, FORGED);
    expect(http.status).toBe(200);
    expect(http.text).not.toContain(TOKEN);
  }
  const { http } = await client.review('/mutate/elsewhere', FORGED);
  expect(http.text).not.toContain(TOKEN);
  await eventually(() => expect(lines.filter((line) => line.includes('"event":"decision"'))).toHaveLength(3));
  expect(lines.filter((line) => line.includes(TOKEN))).toEqual([]);
  expect(await (await fetch(`http://127.0.0.1:${webhook.opsPort}/metrics`)).text()).not.toContain(TOKEN);
  const events = api.seen('create').filter(({ path }) => path.endsWith('/events'));
  expect(events.filter(({ body }) => body.includes(TOKEN))).toEqual([]);
});

test('with client CAs, who shows no certificate of one is 403, whatever path it knows', async () => {
  const [ours, others] = [await clientCertificate(), await clientCertificate()];
  const { webhook, client, lines, metrics, api } = await startReady(['--client-ca-file', ours.caFile]);
  await expect(client.review(VALIDATE, FORGED)).resolves.toMatchObject({ http: { status: 403 }, uid: '' });
  const ask = async ({ cert, key }: { cert: string; key: string }) => {
    const caller = new AdmissionClient({ port: webhook.port, caPem: caIn(api), cert, key });
    onTestFinished(() => caller.close());
    return (await caller.review(VALIDATE, FORGED)).http.status;
  };
  expect(await ask(others)).toBe(403);
  expect(lines.filter((line) => line.includes('"event":"decision"'))).toEqual([]);
  expect(await ask(ours)).toBe(200);
  expect(
    (await metrics()).value('zonewarden_admission_rejected_total', { reason: 'client-certificate' }),
  ).toBe(2);
});

test('a file of client CAs that is none ends the start in words', async () => {
  const missing = join(new MountedSecret().dir, 'ca.crt');
  const argv = ['--host', '127.0.0.1', '--port', '0', '--ops-port', '0', '--client-ca-file', missing];
  const api = await startKubeApi();
  onTestFinished(() => api.stop());
  const { log } = createLogger('webhook', 'info', { write: () => {} });
  await expect(
    startWebhook(readWebhookOptions([...argv, '--kubeconfig', api.kubeconfigPath]), log),
  ).rejects.toMatchObject({
    code: 'certificates.client-ca-unusable',
    message: expect.stringContaining(missing),
  });
});
