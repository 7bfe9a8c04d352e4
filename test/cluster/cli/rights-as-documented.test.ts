import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../installation/until.ts';
import { codeBlocks, readDocument } from '../../unit/docs/markdown.ts';
import { type ShiftScene, startShiftScene } from './shift-scene.ts';

const manifests = codeBlocks(readDocument('docs/shift.md'), 'yaml');
const named = (kind: string) => manifests.find((text) => text.includes(`kind: ${kind}\n`)) ?? '';
const START = ['--for', '1h', '--reason', 'r'];

let scene: ShiftScene;
let stranger: string;
let operator: string;
beforeAll(async () => {
  scene = await startShiftScene();
  const { kubectl } = scene.controlPlane;
  const run = kubectl.bind(scene.controlPlane);
  for (const name of ['stranger', 'alice']) await run(['-n', 'zonewarden', 'create', 'serviceaccount', name]);
  stranger = await scene.controlPlane.serviceAccountKubeconfig('zonewarden', 'stranger');
  operator = await scene.controlPlane.serviceAccountKubeconfig('zonewarden', 'alice');
  await run(['apply', '-f', '-'], { input: named('Role') });
  const binding = ['create', 'rolebinding', 'operator', '--role=zonewarden-operator'];
  await run(['-n', 'zonewarden', ...binding, '--serviceaccount=zonewarden:alice']);
  await scene.putRecord({});
  // The authorizer learns of the binding by watch.
  await until('alice may look', async () => (await scene.shift(['list'], operator)).code === 0);
});
afterAll(() => scene?.stop());

it('somebody without rights is refused, and told which right is missing', async () => {
  const before = await scene.recordNow();
  for (const args of [['list'], ['start', 'use1-az1', ...START]]) {
    const { code, stdout, stderr } = await scene.shift(args, stranger);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: get .*zonewarden-impaired-zones: .*403 Forbidden.*; grant this verb/);
  }
  expect(await scene.recordNow()).toEqual(before);
});

it('the documented Role is enough, and the record names the account', async () => {
  const begun = await scene.shift(['start', 'us-east-1a', ...START], operator);
  expect(begun).toMatchObject({ code: 0, stderr: '' });
  const [zone] = (await scene.recordNow()).zones;
  expect(zone?.sources[0]?.by).toBe('system:serviceaccount:zonewarden:alice');
  expect(await scene.shift(['extend', 'us-east-1a', '--for', '2h'], operator)).toMatchObject({
    code: 0,
    stderr: '',
  });
  expect(await scene.shift(['cancel', 'us-east-1a'], operator)).toMatchObject({ code: 0, stderr: '' });
});

it('it is refused for a zone that it would have to look up, and told what it may not read', async () => {
  const { code, stderr } = await scene.shift(['start', 'us-east-1z', ...START], operator);
  expect(code).toBe(1);
  expect(stderr).toContain('Known are use1-az1 (us-east-1a), use1-az2 (us-east-1b), use1-az4 (us-east-1c)');
  expect(stderr).toMatch(/could not be read: EC2NodeClasses: .*Forbidden.*Nodes: .*Forbidden/);
});

it('without the right to read the rules the defaults are used, with a warning', async () => {
  const withoutRules = named('Role').replace('[zonewarden-config]', '[something-else]');
  await scene.controlPlane.kubectl(['apply', '-f', '-'], { input: withoutRules });
  const { value } = await until('the right is gone', async () => {
    const listed = await scene.shift(['list'], operator);
    return listed.stderr === '' ? undefined : listed;
  });
  expect(value).toMatchObject({ code: 0 });
  expect(value.stderr).toMatch(
    /^warning: you may not read ConfigMap zonewarden-config in namespace zonewarden/,
  );
  expect(await scene.shift(['start', 'use1-az2', ...START], operator)).toMatchObject({ code: 0 });
});

it('where nobody may ask who they are, the local name is written down as such', async () => {
  const group = ['clusterrolebinding', 'system:basic-user'];
  // Without this the API server brings the binding back when it starts again, and not before.
  await scene.controlPlane.kubectl(['delete', ...group]);
  await scene.putRecord({});
  const { value } = await until('the right is gone', async () => {
    const began = await scene.shift(['start', 'use1-az1', ...START], operator);
    if (began.stderr.includes('does not say who you are')) return began;
    await scene.putRecord({});
    return undefined;
  });
  expect(value.code).toBe(0);
  expect((await scene.recordNow()).zones[0]?.sources[0]?.by).toMatch(/ \(local name\)$/);
});

it('the documented Job is one that the namespace takes', async () => {
  const { kubectl } = scene.controlPlane;
  const enforce = 'pod-security.kubernetes.io/warn=restricted';
  await kubectl.call(scene.controlPlane, ['label', 'namespace', 'zonewarden', enforce]);
  const create = ['create', '--dry-run=server', '-f', '-'];
  const made = await kubectl.call(scene.controlPlane, create, { input: named('Job') });
  expect(made.stderr).toBe('');
  const bad = named('Job').replace('runAsNonRoot: true', 'runAsNonRoot: false');
  const warned = await kubectl.call(scene.controlPlane, create, { input: bad });
  expect(warned.stderr).toContain('would violate PodSecurity');
});
