import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { KEYS_SECRET_NAME } from '../../../shared/keys/keys-document.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { askedPath } from '../../installation/asked-path.ts';
import { type BalancedInstallation, installBehindBalancer } from '../../installation/behind-a-balancer.ts';
import {
  applyManifests,
  calledByUrl,
  isWebhookConfiguration,
  renderManifests,
} from '../../installation/manifests.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { AdmissionClient } from '../../standins/admission-client.ts';
import { expectNothingLost, underLoad } from '../availability/under-load.ts';
import { shiftAway, THREE } from '../product/scenario.ts';

/** Two replicas behind a load balancer, a zone impaired. The tests go on from each other. */

const SECRET = { namespace: 'zonewarden', name: KEYS_SECRET_NAME };
const SETTLE_MS = 60_000;

let installation: BalancedInstallation;
let caPem: string;

beforeAll(async () => {
  installation = await installBehindBalancer();
  await shiftAway(installation);
  const ca = await dataOf('zonewarden-webhook-ca');
  caPem = Buffer.from(ca['tls.crt'] ?? '', 'base64').toString();
});
afterAll(() => installation?.stop());

async function dataOf(name: string): Promise<Record<string, string>> {
  const secret = await installation.client.get(resources.secrets, { namespace: 'zonewarden', name });
  return z.object({ data: z.record(z.string(), z.string()) }).parse(secret).data;
}

/** As if the product had been installed yesterday: beside its first token it answers the path without one for a while. */
async function ageTokens(): Promise<void> {
  const { 'admission-tokens': text = '' } = await dataOf(KEYS_SECRET_NAME);
  const tokens = z
    .array(z.object({ token: z.string(), madeAt: z.string() }))
    .parse(JSON.parse(Buffer.from(text, 'base64').toString()));
  const aged = tokens.map(({ token }, index) => ({
    token,
    madeAt: new Date(Date.now() - (index + 1) * 86_400_000).toISOString(),
  }));
  const data = { 'admission-tokens': Buffer.from(JSON.stringify(aged)).toString('base64') };
  await installation.client.patch(resources.secrets, SECRET, { kind: 'merge', body: { data } });
}

const forged = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: '00000000-dead-beef-0000-000000000000',
    kind: { group: 'karpenter.sh', version: 'v1', kind: 'NodePool' },
    resource: { group: 'karpenter.sh', version: 'v1', resource: 'nodepools' },
    name: 'payments',
    operation: 'UPDATE',
    userInfo: { username: 'alice@example.com' },
    object: { metadata: { name: 'payments' }, spec: { template: { spec: { requirements: [] } } } },
    oldObject: { metadata: { name: 'payments' }, spec: { template: { spec: { requirements: [] } } } },
  },
};

/** Posts a forged review to each replica, past the API server, and returns the statuses. */
async function forge(path: string): Promise<number[]> {
  return Promise.all(
    installation.pods().map(async ({ url }) => {
      const client = new AdmissionClient({ port: Number(new URL(url).port), caPem });
      const { status } = await client
        .call(path, { body: JSON.stringify(forged) })
        .finally(() => client.close());
      return status;
    }),
  );
}

const rejected = async () => {
  const all = await Promise.all(installation.pods().map(({ opsUrl }) => scrape(opsUrl)));
  return all.map((each) => each.sum('zonewarden_admission_rejected_total', { reason: 'path' }));
};

it('a forged review leaves no line and no Event, at either replica, and is counted', async () => {
  await ageTokens();
  await until(
    'the path without a token is answered no more',
    async () => (await forge('/validate/x')).every((status) => status === 404),
    SETTLE_MS,
  );
  const [before, lines] = [await rejected(), installation.pods().map((pod) => pod.process.lines().length)];
  const real = await askedPath(installation.client, 'validate');
  const wrong = real.replace(/[0-9a-f]{48}/, 'f'.repeat(48));
  for (const path of ['/validate', '/mutate', '/', wrong, real.replace('/validate', '')])
    expect([path, ...(await forge(path))]).toEqual([path, 404, 404]);
  expect(await rejected()).toEqual(before.map((count) => count + 5));
  const since = installation.pods().flatMap((pod, index) => pod.process.lines().slice(lines[index]));
  expect(JSON.stringify(since)).not.toMatch(/alice|payments|dead-beef/);
  const events = await installation.client.listAll(resources.events, { namespace: 'default' });
  expect(JSON.stringify(events.items)).not.toContain('payments');
});

it('a write through the API server is decided all the while, and no user of it is told the path', async () => {
  const stored = await installation.client.create(
    resources.nodePools,
    nodePool('honest', [inZones(...THREE)]),
  );
  expect(JSON.stringify(stored)).toContain('zonewarden.io/declared');
  const [token = ''] = /[0-9a-f]{48}/.exec(await askedPath(installation.client, 'mutate')) ?? [];
  expect(token).not.toBe('');
  for (const pod of installation.pods()) expect(JSON.stringify(pod.process.lines())).not.toContain(token);
});

it('another token comes into service under load, at both replicas, and no write fails', async () => {
  const before = await askedPath(installation.client, 'mutate');
  const report = await underLoad(installation, async () => {
    const body = { data: { 'admission-tokens': null } };
    await installation.client.patch(resources.secrets, SECRET, { kind: 'merge', body });
    await until(
      'both configurations ask by another path',
      async () => {
        const [mutate, validate] = [
          await askedPath(installation.client, 'mutate'),
          await askedPath(installation.client, 'validate'),
        ];
        return mutate !== before && validate.replace('/validate/', '/mutate/') === mutate;
      },
      SETTLE_MS,
    );
  });
  expectNothingLost('another token', report);
  expect(await forge(await askedPath(installation.client, 'validate'))).toEqual([200, 200]);
});

it('both replicas are replaced one by one under load, and no write fails', async () => {
  const report = await underLoad(installation, () => installation.rollingRestart());
  expectNothingLost('rolling restart', report);
});

it('by URL an apply takes the path back for a moment, and no write fails', async () => {
  const report = await underLoad(installation, async () => {
    const manifests = (await renderManifests(installation.controlPlane)).filter(isWebhookConfiguration);
    const { url } = installation.balancer;
    await applyManifests(
      installation.controlPlane,
      manifests.map((manifest) => calledByUrl(manifest, url)),
    );
    await until('the token is back', async () =>
      /[0-9a-f]{48}/.test(await askedPath(installation.client, 'mutate')),
    );
  });
  expectNothingLost('manifests applied again', report);
});
