import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { shiftAway, THREE, TWO, untilZones } from '../product/scenario.ts';

/** Anybody in the cluster may read the second port of each process: metrics, readiness, status. */

let installation: Installation;

beforeAll(async () => {
  installation = await install();
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
});
afterAll(() => installation?.stop());

const kubeconfigSchema = z.object({ users: z.array(z.object({ user: z.object({ token: z.string() }) })) });
const secretSchema = z.object({ data: z.record(z.string(), z.string()) });

it('it tells neither the token, nor the key of the CA, nor what a NodePool holds', async () => {
  const { client, controlPlane, webhookOpsUrl, watcherOpsUrl } = installation;
  const files = readdirSync(controlPlane.dir).filter((name) => name.includes('serviceaccount'));
  const tokens = files.flatMap((name) => {
    const { users } = kubeconfigSchema.parse(parse(readFileSync(join(controlPlane.dir, name), 'utf8')));
    // The signature alone: what stands before it names the account, which is no secret.
    return users.map(({ user }) => user.token.split('.')[2] ?? '');
  });
  expect(tokens).toEqual([expect.stringMatching(/^.{40,}$/)]);
  const at = { namespace: 'zonewarden', name: 'zonewarden-webhook-ca' };
  const { data } = secretSchema.parse(await client.get(resources.secrets, at));
  const { 'tls.key': key = 'nothing to look for' } = data;

  const asked = [
    ...['/metrics', '/healthz', '/readyz', '/status'].map((path) => `${watcherOpsUrl}${path}`),
    ...['/metrics', '/healthz', '/readyz'].map((path) => `${webhookOpsUrl}${path}`),
  ];
  const told = await Promise.all(asked.map(async (url) => (await fetch(url)).text()));
  const all = told.join('\n');
  expect(all).toContain('zonewarden_zone_impaired');
  expect(all).toContain('use1-az1');
  for (const secret of [...tokens, key, 'PRIVATE KEY', 'Bearer ', 'nodeClassRef'])
    expect(all).not.toContain(secret);
});
