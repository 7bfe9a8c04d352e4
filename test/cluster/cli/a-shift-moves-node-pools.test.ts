import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { recordOf, THREE, TWO, untilZones } from '../product/scenario.ts';
import { runCli } from './shift-scene.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await install();
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
});
afterAll(() => installation?.stop());

const shift = (...args: string[]) => runCli(['shift', ...args], installation.controlPlane.kubeconfigPath);

it('what an operator says reaches NodePools as what AWS says does, and is taken back', async () => {
  // The watcher makes the record when it knows which zones the cluster uses.
  await until('there is a record', () => recordOf(installation));
  const began = await shift('start', 'us-east-1a', '--for', '1h', '--reason', 'drill');
  expect(began).toMatchObject({ code: 0, stdout: expect.stringContaining('use1-az1 (us-east-1a)') });
  await untilZones(installation, 'web', [inZones(...TWO)]);
  expect(await shift('extend', 'us-east-1a', '--for', '2h')).toMatchObject({ code: 0 });
  expect(await shift('cancel', 'us-east-1a')).toMatchObject({ code: 0 });
  await untilZones(installation, 'web', [inZones(...THREE)]);
  await until('the zone has left the record', async () => !('use1-az1' in (await recordOf(installation))));
  expect((await shift('list')).stdout).toMatch(/^no zone is shifted away; generation \d+\nguard: /);
});

it('an operator’s shift ends by itself', async () => {
  expect(await shift('start', 'us-east-1a', '--for', '10s', '--reason', 'drill')).toMatchObject({ code: 0 });
  await untilZones(installation, 'web', [inZones(...TWO)]);
  await untilZones(installation, 'web', [inZones(...THREE)]);
  await until('the zone has left the record', async () => !('use1-az1' in (await recordOf(installation))));
});
