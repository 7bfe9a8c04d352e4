import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import type { RecordedZone } from '../../../shared/record/zone-record.ts';
import { createNodeClass } from '../../installation/node-class.ts';
import { AT, type ShiftScene, startShiftScene } from './shift-scene.ts';

let scene: ShiftScene;
beforeAll(async () => {
  scene = await startShiftScene();
});
afterAll(() => scene?.stop());

const START = ['--for', '1h', '--reason', 'r'];
const impaired = (id: string, name: string, hour: string): RecordedZone => ({
  id,
  name,
  state: 'impaired',
  sources: [{ id: 'autoshift/region', kind: 'autoshift', since: `2026-11-21T${hour}:00:00Z` }],
});

it('a shift that would leave nothing to launch in is made by force alone', async () => {
  await scene.putRecord({
    zones: [impaired('use1-az1', 'us-east-1a', '01'), impaired('use1-az2', 'us-east-1b', '02')],
  });
  const before = await scene.recordNow();
  const refused = await scene.shift(['start', 'us-east-1c', ...START]);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain(
    'error: the guard would hold zone use1-az4 (us-east-1c) back, so that something is left to launch in: the cluster ' +
      'uses 3 zones, at most 2 of them may be impaired at once; impaired: use1-az1 (us-east-1a) and use1-az2 (us-east-1b)',
  );
  expect(refused.stderr).toContain(
    '--force shifts it away all the same, and gives use1-az2 (us-east-1b) back for it',
  );
  expect(await scene.recordNow()).toEqual(before);

  const forced = await scene.shift(['start', 'us-east-1c', ...START, '--force']);
  expect(forced.code).toBe(0);
  expect(forced.stderr).toBe(
    'warning: the guard now holds back use1-az2 (us-east-1b), impaired until now: NodePools get it back.\n',
  );
  const { zones } = await scene.recordNow();
  expect(zones.map(({ id, state }) => [id, state])).toEqual([
    ['use1-az1', 'impaired'],
    ['use1-az2', 'recovering'],
    ['use1-az4', 'impaired'],
  ]);
  expect(zones[2]?.sources).toMatchObject([{ forced: true }]);

  const ended = await scene.shift(['cancel', 'use1-az4']);
  expect(ended.stderr).toBe(
    'warning: the guard holds use1-az2 (us-east-1b) back no more: it is impaired from now on.\n',
  );
});

it('nothing is made where the watcher has made no record', async () => {
  await scene.deleteRecord();
  for (const args of [['start', 'use1-az1', ...START], ['cancel', 'use1-az1'], ['list']]) {
    const { code, stdout, stderr } = await scene.shift(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: there is no ConfigMap zonewarden-impaired-zones in namespace zonewarden/);
  }
  const elsewhere = await scene.shift(['list', '-n', 'default']);
  expect(elsewhere.stderr).toContain('in namespace default');
  await expect(scene.recordNow()).rejects.toMatchObject({ code: 'kube.not-found' });
});

it('nothing is written over a record of which a part cannot be read', async () => {
  await scene.putRecord({ zones: [impaired('use1-az1', 'us-east-1a', '01')] });
  const body = { data: { 'use1-az1': 'state: [not, yaml' } };
  const broken = await scene.client.patch(resources.configMaps, AT, { kind: 'merge', body });
  const refused = await scene.shift(['start', 'use1-az2', ...START]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('zone use1-az1 cannot be read') });
  expect(await scene.client.get(resources.configMaps, AT)).toEqual(broken);
  const listed = await scene.shift(['list']);
  expect(listed).toMatchObject({ code: 0, stderr: expect.stringContaining('warning: ConfigMap') });
});

describe('a zone', () => {
  it('that the record does not know is found in EC2NodeClasses and on Nodes', async () => {
    await scene.putRecord({ used: {} });
    const unknown = await scene.shift(['start', 'us-east-1d', ...START]);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toMatch(
      /^error: nothing knows a zone 'us-east-1d' by ID or by name. No zone is known/,
    );
    await createNodeClass(scene.client, { 'use1-az6': 'us-east-1d' });
    expect((await scene.shift(['start', 'us-east-1d', ...START])).stdout).toContain('use1-az6 (us-east-1d)');

    const labels = { 'topology.k8s.aws/zone-id': 'use1-az5', 'topology.kubernetes.io/zone': 'us-east-1e' };
    await scene.client.create(resources.nodes, { metadata: { name: 'n1', labels } });
    expect((await scene.shift(['start', 'us-east-1e', ...START])).stdout).toContain('use1-az5 (us-east-1e)');
    const other = { ...labels, 'topology.k8s.aws/zone-id': 'use1-az3' };
    await scene.client.create(resources.nodes, { metadata: { name: 'n2', labels: other } });
    await scene.putRecord({ used: {} });
    const two = await scene.shift(['start', 'us-east-1e', ...START]);
    expect(two).toMatchObject({ code: 1 });
    expect(two.stderr).toMatch(
      /^error: 'us-east-1e' stands for more than one zone: use1-az3 .* and use1-az5 /,
    );
    expect((await scene.shift(['start', 'use1-az3', ...START])).code).toBe(0);
  });

  it('that nothing knows is taken by force, and only by an ID', async () => {
    await scene.putRecord({});
    const byName = await scene.shift(['start', 'eu-west-1a', ...START, '--force']);
    expect(byName).toMatchObject({ code: 1 });
    expect(byName.stderr).toContain('Known are use1-az1 (us-east-1a)');
    const byId = await scene.shift(['start', 'euw1-az1', ...START]);
    expect(byId.stderr).toContain('--force of `shift start` takes an ID that nothing knows');
    const forced = await scene.shift(['start', 'euw1-az1', ...START, '--force']);
    expect(forced).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no name is known for zone euw1-az1'),
    });
    expect((await scene.recordNow()).zones).toMatchObject([{ id: 'euw1-az1', state: 'impaired' }]);
  });
});

it.each([
  ['no command', [], 'Usage: zonewarden shift'],
  ['an unknown command', ['strat'], "error: unknown command 'strat'"],
  ['no zone', ['start', ...START], "error: missing required argument 'zone'"],
  ['two zones', ['start', 'a', 'b', ...START], 'error: too many arguments'],
  [
    'no time',
    ['start', 'use1-az1', '--reason', 'r'],
    "error: required option '--for <duration>' not specified",
  ],
  [
    'no reason',
    ['start', 'use1-az1', '--for', '1h'],
    "error: required option '--reason <text>' not specified",
  ],
  ['a time that is none', ['start', 'use1-az1', '--for', '2 hours', '--reason', 'r'], 'Give hours, minutes'],
  ['a reason of two lines', ['start', 'use1-az1', '--for', '1h', '--reason', 'a\nb'], 'one line'],
  ['an unknown form', ['list', '-o', 'yaml'], 'Allowed choices are table, wide, json'],
])('%s is bad usage', async (_what, args, message) => {
  const { code, stdout, stderr } = await scene.shift(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

it('a kubeconfig that is not there, and a server that is not, end with status 1', async () => {
  const missing = await scene.shift(['list', '--kubeconfig', '/nowhere/config']);
  expect(missing).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: cannot load \/nowhere\/config/),
  });
});
