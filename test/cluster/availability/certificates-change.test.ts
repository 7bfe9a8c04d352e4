import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BalancedInstallation,
  installBehindBalancer,
  type Pod,
} from '../../installation/behind-a-balancer.ts';
import {
  applyManifests,
  calledByUrl,
  isWebhookConfiguration,
  renderManifests,
} from '../../installation/manifests.ts';
import { until } from '../../installation/until.ts';
import { shiftAway } from '../product/scenario.ts';
import type { WriteReport } from './counting-client.ts';
import { handshake, startHandshakes } from './handshakes.ts';
import { allTrustedCas, caInSecret } from './trusted-cas.ts';
import { expectNothingLost, underLoad, untilMoreAnswers } from './under-load.ts';

/**
 * Two replicas behind a load balancer, a zone impaired, 50 NodePool writes a second through the API server, while
 * certificates are renewed, lost, damaged and taken out of the configurations. The tests go on from each other.
 */

/**
 * A leaf is renewed after 14 s, and the CA after 43 s: two thirds of their lives. The last third is what a machine with
 * a cluster and other tests on two cores may need to make an RSA key and to sign with it: with 4 s for it, a leaf was
 * once renewed 0.3 s late.
 */
const LEAF_MS = 21_000;
const CA_MS = 64_000;
const RENEWED_AT = 2 / 3;
const LIVES = ['--leaf-duration', `${LEAF_MS}ms`, '--ca-duration', `${CA_MS}ms`];
const RENEWED_MS = 120_000;
/** The writes begin so long before a renewal is due: 150 of them find out whether all is well before it. */
const BEFORE_MS = 3_000;
/** The line of the log. */
const IN_SERVICE = 'a serving certificate is in service';
const SECRET = ['secret', 'zonewarden-webhook-ca', '--namespace', 'zonewarden'];

let installation: BalancedInstallation;

beforeAll(async () => {
  installation = await installBehindBalancer({ webhookArgs: LIVES });
  await shiftAway(installation);
});
afterAll(() => installation?.stop());

/** Leaves that a replica has taken into service so far, for this reason. */
const leavesOf = (pod: Pod, reason: string) =>
  pod.process.lines().filter((line) => line.message === IN_SERVICE && line.reason === reason).length;

async function untilAllServe(reason: string, more: number): Promise<void> {
  const before = installation.pods().map((pod) => ({ pod, count: leavesOf(pod, reason) }));
  await until(
    `each replica serves ${more} more leaves (${reason})`,
    () => before.every(({ pod, count }) => leavesOf(pod, reason) >= count + more),
    RENEWED_MS,
  );
}

/** The Secret holds another CA, every configuration trusts it, and each replica serves what it signed. */
async function untilChangedOver(oldCa: string): Promise<void> {
  const newCa = await until(
    'the Secret holds another CA',
    async () => {
      const found = await caInSecret(installation.client);
      return found !== undefined && found !== oldCa ? found : undefined;
    },
    RENEWED_MS,
  );
  for (const pod of installation.pods())
    await until(
      `${pod.name} serves what the new CA signed`,
      () => handshake(pod.url, newCa.value),
      RENEWED_MS,
    );
  for (const trusted of await allTrustedCas(installation.client))
    expect(trusted).toContain(newCa.value.trim());
}

/** Does the work under load, with new connections all the while, none of which may meet a certificate that is not trusted. */
async function change(what: string, work: () => Promise<void>): Promise<void> {
  const handshakes = startHandshakes(installation.client, installation.balancer.url);
  const report = await underLoad(installation, work).finally(() => handshakes.stop());
  const { done, failures, leaves } = await handshakes.stop();
  console.log(`${what}: ${done} handshakes, ${failures.length} failed, ${leaves.size} certificates met`);
  expectNothingLost(what, report);
  expect(failures).toEqual([]);
  expect(done).toBeGreaterThan(0);
}

async function currentCa(): Promise<string> {
  const { value } = await until('there is a CA', () => caInSecret(installation.client));
  return value;
}

/** The first of the leaves that are served now is nearly due. */
async function untilLeafIsNearlyDue(): Promise<void> {
  const servedSince = installation.pods().map((pod) => {
    const last = pod.process.lines().findLast(({ message }) => message === IN_SERVICE);
    return Date.parse(String(last?.time));
  });
  const due = Math.min(...servedSince) + LEAF_MS * RENEWED_AT;
  await until('a leaf is nearly due', () => Date.now() > due - BEFORE_MS, RENEWED_MS);
}

async function untilCaIsNearlyDue(ca: string): Promise<void> {
  const due = Date.parse(new X509Certificate(ca).validTo) - CA_MS * (1 - RENEWED_AT);
  await until('the CA is nearly due', () => Date.now() > due - BEFORE_MS, RENEWED_MS);
}

describe('no write fails and no NodePool has the zone', () => {
  it('while the serving certificates are renewed', async () => {
    await untilLeafIsNearlyDue();
    await change('leaf rotation', () => untilAllServe('renewal', 1));
  });

  it('while the CA is renewed', async () => {
    const before = await currentCa();
    await untilCaIsNearlyDue(before);
    await change('CA rotation', () => untilChangedOver(before));
  });

  it('when somebody deletes the Secret with the CA', async () => {
    const before = await currentCa();
    await change('Secret deleted', async () => {
      await installation.controlPlane.kubectl(['delete', ...SECRET, '--force', '--grace-period=0']);
      await untilChangedOver(before);
    });
  });

  it('when somebody damages the Secret with the CA', async () => {
    const before = await currentCa();
    await change('Secret damaged', async () => {
      const garbage = JSON.stringify({ data: { 'tls.crt': 'AAAA', 'tls.key': '' } });
      await installation.controlPlane.kubectl(['patch', ...SECRET, '--type=merge', '-p', garbage]);
      await untilChangedOver(before);
    });
  });

  it('when the manifests are applied again, which know of no caBundle', async () => {
    const before = await allTrustedCas(installation.client);
    await change('manifests applied again', async () => {
      await applyManifests(installation.controlPlane, await configurations());
    });
    expect(before.every((pem) => pem !== '')).toBe(true);
    expect((await allTrustedCas(installation.client)).every((pem) => pem !== '')).toBe(true);
  });
});

describe('the configurations are replaced by ones without caBundle', () => {
  /**
   * From the replacement until the product has put its CA back and the API server has heard of it, the API server trusts
   * nobody, and failurePolicy Fail refuses NodePool writes. That is what Fail is for: the other way would let the zone
   * back in. It is over within seconds, and nothing has to be done by hand.
   */
  it('and writes fail until the product has put it back, and none lets the zone in', async () => {
    const kubectl = installation.controlPlane.kubectl.bind(installation.controlPlane);
    let healedAt = 0;
    const startedAt = performance.now();
    const report = await underLoad(installation, async (client) => {
      for (const manifest of await configurations()) {
        const input = JSON.stringify(manifest);
        // Refused where the product writes the CA into it at that very moment: tried again, as Git tools do.
        await until(`${manifest.kind} is replaced`, async () => {
          const { code } = await kubectl(['replace', '-f', '-'], { input, allowFailure: true });
          return code === 0;
        });
      }
      await until('every caBundle is filled in again', async () =>
        (await allTrustedCas(installation.client)).every((pem) => pem !== ''),
      );
      await until('the API server has heard of it', async () => {
        await untilMoreAnswers(client, 25);
        return client
          .answers()
          .slice(-25)
          .every(({ verdict }) => verdict === 'ok');
      });
      healedAt = performance.now();
      await untilMoreAnswers(client);
    });
    describeGap(report, startedAt);
    expect(report.unpruned).toEqual([]);
    expect(report.storedUnpruned).toEqual([]);
    expect(report.failed.filter(({ sentAt }) => sentAt > healedAt)).toEqual([]);
    for (const { message } of report.failed) expect(message).toContain('failed to verify certificate');
  });
});

/** The webhook configurations as in Git, for a webhook that is called by URL. */
async function configurations() {
  const manifests = await renderManifests(installation.controlPlane);
  return manifests
    .filter(isWebhookConfiguration)
    .map((manifest) => calledByUrl(manifest, installation.balancer.url));
}

function describeGap(report: WriteReport, startedAt: number): void {
  const times = report.failed.map(({ sentAt }) => sentAt - startedAt);
  const gap = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
  console.log(`caBundle emptied: ${report.text}\nfailures over ${gap.toFixed(0)} ms`);
}
