import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { resources } from '../../../shared/kube/resource.ts';
import { AT, type ShiftScene, startShiftScene } from './shift-scene.ts';

let scene: ShiftScene;
beforeAll(async () => {
  scene = await startShiftScene();
});
afterAll(() => scene?.stop());

const HOUR = 3_600_000;
const listedSchema = z.object({
  generation: z.number(),
  zones: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullable(),
      state: z.string(),
      heldBack: z.boolean(),
      sources: z.array(z.looseObject({ id: z.string(), standing: z.string() })),
    }),
  ),
  guard: z.object({ used: z.record(z.string(), z.string()), limit: z.number() }).loose(),
});

const hoursLeft = async (zoneId: string) => {
  const [source] = (await scene.recordNow()).zones.find(({ id }) => id === zoneId)?.sources ?? [];
  return (Date.parse(source?.until ?? '') - Date.now()) / HOUR;
};

it('is started by the zone’s name, listed, extended, cancelled, and its traces tell who did it', async () => {
  await scene.putRecord({ generation: 4 });
  const began = await scene.shift(['start', 'us-east-1a', '--for', '2h', '--reason', 'packet loss']);
  expect(began).toMatchObject({ code: 0, stderr: '' });
  expect(began.stdout).toMatch(
    /^zone use1-az1 \(us-east-1a\) is shifted away until \S+Z \(2h\), generation 5\n$/,
  );
  const record = await scene.recordNow();
  expect(record).toMatchObject({
    generation: 5,
    zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired' }],
  });
  expect(record.zones[0]?.sources).toMatchObject([
    { id: 'operator', kind: 'operator', via: 'operator', by: 'admin', reason: 'packet loss' },
  ]);
  expect(await hoursLeft('use1-az1')).toBeCloseTo(2, 1);
  const { metadata } = await scene.client.get(resources.configMaps, AT);
  expect(metadata.managedFields).toContainEqual(expect.objectContaining({ manager: 'zonewarden-cli' }));

  const table = await scene.shift(['list']);
  expect(table).toMatchObject({ code: 0, stderr: '' });
  const [header = '', row = '', guard = ''] = table.stdout.split('\n');
  expect(header).toMatch(/^ZONE +NAME +STATE +SOURCE +KIND +SINCE +UNTIL +STANDING +BY +REASON$/);
  expect(row).toMatch(
    /^use1-az1 +us-east-1a +impaired +operator +operator +\S+Z +\S+Z +counts +admin +packet loss$/,
  );
  expect(guard).toBe(
    'guard: the cluster uses 3 zones, at most 2 of them may be impaired at once; impaired: use1-az1 (us-east-1a); held back: none',
  );

  const again = await scene.shift(['start', 'use1-az1', '--for', '1h', '--reason', 'x']);
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toMatch(
    /^error: zone use1-az1 \(us-east-1a\) is shifted away already by admin, until .*extend/,
  );
  expect(await scene.recordNow()).toEqual(record);

  const extended = await scene.shift(['extend', 'use1-az1', '--for', '4h', '--reason', 'still lossy']);
  expect(extended).toMatchObject({ code: 0, stderr: '' });
  expect(extended.stdout).toMatch(/stays shifted away until \S+ \(4h from now\), generation 5\n$/);
  expect(await hoursLeft('use1-az1')).toBeCloseTo(4, 1);

  const ended = await scene.shift(['cancel', 'us-east-1a', '--reason', 'well again']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatch(/by admin is cancelled, generation 6\nthe zone is recovering/);
  expect(await scene.recordNow()).toMatchObject({
    generation: 6,
    zones: [{ id: 'use1-az1', state: 'recovering', sources: [] }],
  });
  const { metadata: after } = await scene.client.get(resources.configMaps, AT);
  expect(JSON.parse(after.annotations?.['zonewarden.io/last-cancelled-shift'] ?? '')).toMatchObject({
    zone: 'use1-az1',
    by: 'admin',
    reason: 'well again',
    shift: { by: 'admin', reason: 'still lossy' },
  });
  const none = await scene.shift(['cancel', 'us-east-1a']);
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toMatch(
    /^error: nobody shifts zone use1-az1 \(us-east-1a\) away by hand: `zonewarden shift list`/,
  );
});

it('ends without ending what AWS started, and says so', async () => {
  const autoshift = { id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T03:00:00Z' };
  const practice = {
    ...autoshift,
    id: 'practice-run/x',
    kind: 'practice-run',
    standing: 'recorded' as const,
  };
  await scene.putRecord({
    used: { 'use1-az1': 'us-east-1a', 'use1-az4': '' },
    zones: [
      { id: 'use1-az1', name: 'us-east-1a', state: 'impaired', sources: [autoshift] },
      { id: 'use1-az2', name: 'us-east-1b', state: 'recorded', sources: [practice] },
      { id: 'use1-az4', state: 'held', sources: [{ ...autoshift, reason: 'a\u001b[2J\nb' }] },
    ],
  });
  const began = await scene.shift(['start', 'use1-az1', '--for', '30m', '--reason', 'r']);
  expect(began.stdout).toMatch(/\(30m\), generation 1\nbesides autoshift autoshift\/region\n$/);
  const ended = await scene.shift(['cancel', 'use1-az1']);
  expect(ended.stdout).toMatch(/the zone stays impaired because of autoshift autoshift\/region\n$/);

  const { stdout, code } = await scene.shift(['list', '-o', 'json']);
  expect(code).toBe(0);
  const listed = listedSchema.parse(JSON.parse(stdout));
  expect(listed.guard).toMatchObject({
    limit: 1,
    impaired: ['use1-az1'],
    heldBack: ['use1-az4'],
    rulesAreKnown: true,
  });
  expect(
    listed.zones.map(({ id, state, sources }) => [id, state, sources.map((each) => each.standing)]),
  ).toEqual([
    ['use1-az1', 'impaired', ['counts']],
    ['use1-az2', 'recorded', ['recorded']],
    ['use1-az4', 'held', ['held-back']],
  ]);
  const wide = await scene.shift(['list', '-o', 'wide']);
  expect(wide.stdout).not.toContain('\u001b');
  expect(wide.stdout.trimEnd().split('\n')).toHaveLength(5);
});

it('of a zone in which the cluster has nothing changes nothing unless it is forced, and says so', async () => {
  const by = 'EC2NodeClass default has a subnet there';
  const reach = { zones: { 'use1-az1': { name: 'us-east-1a', by }, 'use1-az2': { by } }, names: {} };
  await scene.putRecord({ reach });
  const start = ['start', 'use1-az4', '--for', '1h', '--reason', 'r'];
  const began = await scene.shift(start);
  expect(began).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('and nothing is changed: no subnet'),
  });
  expect((await scene.recordNow()).zones).toMatchObject([{ state: 'elsewhere', use: 'elsewhere' }]);
  const listed = await scene.shift(['list']);
  expect(listed.stdout).toMatch(/use1-az4 .* elsewhere .* elsewhere /);
  expect(listed.stdout).toMatch(/^use1-az4( \(\S+\))? changes nothing: no subnet, Node, /m);
  const longer = await scene.shift(['extend', 'use1-az4', '--for', '2h']);
  expect(longer.stdout).toMatch(/stays recorded until .*, and nothing is changed: no subnet/);
  await scene.shift(['cancel', 'use1-az4']);
  const forced = await scene.shift([...start, '--force']);
  expect(forced.stdout).toContain('is shifted away until');
  expect((await scene.recordNow()).zones).toMatchObject([{ state: 'impaired', use: 'used' }]);
  await scene.putRecord({
    reach: { ...reach, unknown: 'NodePool web refers to a NodeClass of eks.amazonaws.com' },
  });
  await scene.shift(start);
  const unknown = await scene.shift(['list']);
  expect(unknown.stdout).toMatch(
    /is enforced because what the cluster uses is not known: NodePool web refers to/,
  );
});

it('follows the zone rules of the cluster', async () => {
  await scene.putRecord({});
  const rules = (text: string) => ({
    metadata: { namespace: AT.namespace, name: 'zonewarden-config' },
    data: { 'config.yaml': text },
  });
  await scene.client.create(
    resources.configMaps,
    rules('sources: {operator: record}\noperatorMaxDuration: 3h\n'),
  );
  const long = await scene.shift(['start', 'use1-az1', '--for', '3h1s', '--reason', 'r']);
  expect(long).toMatchObject({ code: 1, stderr: expect.stringContaining('lasts 3h from now at most') });
  const kept = await scene.shift(['start', 'use1-az1', '--for', '3h', '--reason', 'r']);
  expect(kept.stdout).toContain('is recorded until');
  expect((await scene.recordNow()).zones).toMatchObject([
    { state: 'recorded', sources: [{ standing: 'recorded' }] },
  ]);

  await scene.client.replace(resources.configMaps, rules('sources: {operator: ignore}'));
  const ignored = await scene.shift(['start', 'use1-az2', '--for', '1h', '--reason', 'r']);
  expect(ignored).toMatchObject({ code: 1, stderr: expect.stringContaining('sources.operator: ignore') });

  await scene.client.replace(resources.configMaps, rules('sources: {operator: perhaps}'));
  const unread = await scene.shift(['start', 'use1-az2', '--for', '1h', '--reason', 'r']);
  expect(unread).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^warning: .*the defaults are used/),
  });
  await scene.client.delete(resources.configMaps, { namespace: AT.namespace, name: 'zonewarden-config' });
});
