import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiServer } from '../cluster/availability/api-caller.ts';
import { expectNothingLost, underLoad } from '../cluster/availability/under-load.ts';
import { AWAY } from '../cluster/product/scenario.ts';
import { until } from '../installation/until.ts';
import { clearCluster, hasCertManager, type NodeCluster, openCluster } from './cluster.ts';
import { overlayOf } from './overlay.ts';
import { askPod, podsOf, untilRolledOut } from './pods.ts';
import { makeWriter, removeWriter } from './writer.ts';
import { openZoneShift, type ZoneShift } from './zone-shift.ts';

/** The overlay cert-manager, with cert-manager's own controller and CA injector. The tests go on from each other. */

const isThere = await hasCertManager();
if (!isThere) console.log('skipped: there is no cert-manager in this cluster');

let cluster: NodeCluster;
let shift: ZoneShift;
let overlay: string;
let controlPlane: ApiServer;

const secretSchema = z.object({ data: z.object({ 'tls.crt': z.string(), 'ca.crt': z.string() }) });

async function issued(): Promise<{ leaf: X509Certificate; ca: string }> {
  const { stdout } = await cluster.kubectl([
    ...['get', 'secret', 'zonewarden-webhook-tls', '-n', 'zonewarden', '-o', 'json'],
  ]);
  const { data } = secretSchema.parse(JSON.parse(stdout));
  return {
    leaf: new X509Certificate(Buffer.from(data['tls.crt'], 'base64')),
    ca: Buffer.from(data['ca.crt'], 'base64').toString(),
  };
}

/** When the certificate that a pod serves ends, by its own metric; in milliseconds. */
async function servedUntil(pod: string): Promise<number> {
  const metrics = await askPod(cluster, pod, 8081, '/metrics');
  const [, seconds = ''] =
    /^zonewarden_tls_certificate_expiry_timestamp_seconds(?:\{.*\})? (\S+)$/m.exec(metrics) ?? [];
  return Number(seconds) * 1000;
}

const everyPodServes = async (leaf: X509Certificate): Promise<boolean> => {
  const ends = await Promise.all((await podsOf(cluster)).map(({ metadata }) => servedUntil(metadata.name)));
  return ends.length === 2 && ends.every((end) => end === leaf.validToDate.getTime());
};

describe.runIf(isThere)('with certificates from cert-manager', () => {
  beforeAll(async () => {
    cluster = await openCluster();
    shift = await openZoneShift(cluster);
    overlay = overlayOf(cluster, 'config/overlays/cert-manager', shift.options);
    await cluster.kubectl(['apply', '-k', overlay]);
    await untilRolledOut(cluster);
    controlPlane = await makeWriter(cluster);
    await shift.start(AWAY.id);
  });
  afterAll(async () => {
    if (cluster !== undefined) {
      await clearCluster(cluster, overlay);
      await removeWriter(cluster);
    }
    await shift?.stop();
    await cluster?.close();
  });

  it('the CA is injected into both configurations, and every pod serves what was issued', async () => {
    const { leaf, ca } = await issued();
    for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
      const path = '{.webhooks[*].clientConfig.caBundle}';
      await until(`the ${kind} trusts it`, async () => {
        const { stdout } = await cluster.kubectl(['get', kind, 'zonewarden', '-o', `jsonpath=${path}`]);
        const bundles = stdout.split(' ').map((bundle) => Buffer.from(bundle, 'base64').toString());
        // The injector merges: an older CA may stay beside the new one.
        return bundles.length === 2 && bundles.every((bundle) => bundle.includes(ca.trim()));
      });
    }
    await until('every pod serves it', () => everyPodServes(leaf));
  });

  it('no Secret of our own is made', async () => {
    const { stdout } = await cluster.kubectl(['get', 'secrets', '-n', 'zonewarden', '-o', 'name']);
    expect(stdout).not.toContain('zonewarden-webhook-ca\n');
  });

  it('a renewal reaches every pod without a restart and without a failed write', async () => {
    const before = await issued();
    const restarts = async () =>
      (await podsOf(cluster)).map(({ metadata, status }) => [
        metadata.uid,
        ...status.containerStatuses.map(({ restartCount }) => restartCount),
      ]);
    const pods = await restarts();
    const report = await underLoad({ controlPlane }, async () => {
      // What `cmctl renew` does: the condition makes the controller issue a new certificate.
      const condition = {
        type: 'Issuing',
        status: 'True',
        reason: 'ManuallyTriggered',
        message: 'renewed by a test',
        lastTransitionTime: new Date().toISOString(),
      };
      await cluster.kubectl([
        ...['patch', 'certificate', 'zonewarden-webhook', '-n', 'zonewarden', '--subresource=status'],
        ...['--type=merge', '-p', JSON.stringify({ status: { conditions: [condition] } })],
      ]);
      const renewed = await until('another certificate is issued', async () => {
        const { leaf } = await issued();
        return leaf.serialNumber === before.leaf.serialNumber ? undefined : leaf;
      });
      // The kubelet brings a changed Secret into the volume within a minute or so.
      await until('every pod serves it', () => everyPodServes(renewed.value), 180_000);
    });
    expectNothingLost('renewal by cert-manager', report);
    expect(await restarts()).toEqual(pods);
  });
});
