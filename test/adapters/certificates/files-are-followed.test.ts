import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createCertificateFiles } from '../../../webhook/certificates/certificate-files.ts';
import { certManagersPair, MountedSecret } from './mounted-secret.ts';

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
const NEVER_MS = 3_600_000;
const first = await certManagersPair();
const second = await certManagersPair();

function follow(dir: string, options: { pollMs?: number; now?: () => number; refuse?: () => boolean } = {}) {
  const served: string[] = [];
  const failures: string[] = [];
  const source = createCertificateFiles({
    dir,
    now: options.now ?? Date.now,
    pollMs: options.pollMs ?? 5,
    events: {
      serve(pair) {
        if (options.refuse?.() === true) throw new Error('the server does not want it');
        served.push(pair.certPem);
      },
      failure: (_what, error) => void failures.push(error instanceof Error ? error.message : ''),
      authority: () => undefined,
      trust: () => undefined,
    },
  });
  onTestFinished(() => source.stop());
  source.start();
  return { source, served, failures };
}

test('a pair that is there is served, and again only when its bytes change', async () => {
  const secret = new MountedSecret();
  secret.swap(first.files);
  const { served, source } = follow(secret.dir);
  await eventually(() => expect(served).toEqual([first.certPem]));
  expect(source.problem()).toBeUndefined();
  secret.swap({ ...first.files, 'ca.crt': 'another' });
  secret.swap(second.files);
  await eventually(() => expect(served).toEqual([first.certPem, second.certPem]));
});

test('a swap is seen by an event, long before the poll', async () => {
  const secret = new MountedSecret();
  secret.swap(first.files);
  const { served } = follow(secret.dir, { pollMs: NEVER_MS });
  await eventually(() => expect(served).toHaveLength(1));
  secret.swap(second.files);
  await eventually(() => expect(served).toEqual([first.certPem, second.certPem]));
});

test('a folder that is not there yet is waited for, reported once, and followed from then on', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'zonewarden-files-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const dir = join(parent, 'certs');
  const { source, served, failures } = follow(dir);
  expect(source.problem()).toBe(`${dir} has not been read yet`);
  await eventually(() => expect(source.problem()).toMatch(/ENOENT.*mount a Secret with tls.crt and tls.key/));
  mkdirSync(dir);
  writeFileSync(join(dir, 'tls.crt'), first.certPem);
  writeFileSync(join(dir, 'tls.key'), first.keyPem);
  await eventually(() => expect(served).toEqual([first.certPem]));
  expect(source.problem()).toBeUndefined();
  expect(new Set(failures).size).toBe(failures.length);
});

test('a folder that is replaced by another of its name is followed', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'zonewarden-files-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const dir = join(parent, 'certs');
  const write = (pair: typeof first) => {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    for (const [name, text] of Object.entries(pair.files)) writeFileSync(join(dir, name), text);
  };
  write(first);
  const { served } = follow(dir);
  await eventually(() => expect(served).toHaveLength(1));
  write(second);
  await eventually(() => expect(served.at(-1)).toBe(second.certPem));
});

const expired = await certManagersPair(60_000, new Date(Date.now() - 120_000));
const chained = { ...second.files, 'tls.crt': second.certPem + second.caPem };

test.each([
  ['of two pairs', { ...second.files, 'tls.key': first.keyPem }, /does not belong to the first certificate/],
  [
    'with the CA before the leaf',
    { ...second.files, 'tls.crt': second.caPem + second.certPem },
    /does not belong/,
  ],
  ['that is no certificate', { ...second.files, 'tls.crt': 'garbage' }, /tls.crt cannot be read/],
  ['that is no key', { ...second.files, 'tls.key': '' }, /tls.key cannot be read/],
  ['that has expired', expired.files, /tls.crt expired on/],
  [
    'whose chain is broken',
    {
      ...chained,
      'tls.crt': `${second.certPem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    },
    /pair cannot be read/,
  ],
])('a pair %s is refused once, and the one before stays', async (_, files, why) => {
  const secret = new MountedSecret();
  secret.swap(first.files);
  const { source, served, failures } = follow(secret.dir);
  await eventually(() => expect(served).toHaveLength(1));
  secret.swap(files);
  await eventually(() => expect(failures).toEqual([expect.stringMatching(why)]));
  expect(failures[0]).toContain(secret.dir);
  expect(source.problem()).toBeUndefined();
  secret.swap(chained);
  await eventually(() => expect(served.at(-1)).toBe(chained['tls.crt']));
  expect(served).toHaveLength(2);
  expect(failures).toHaveLength(1);
});

test('without a pair that can be served, and after the end of the one that is, it says so', async () => {
  const secret = new MountedSecret();
  secret.swap({ ...first.files, 'tls.key': second.keyPem });
  let now = Date.now();
  const { source, served } = follow(secret.dir, { now: () => now });
  await eventually(() => expect(source.problem()).toMatch(/does not belong/));
  secret.swap(first.files);
  await eventually(() => expect(served).toHaveLength(1));
  expect(source.problem()).toBeUndefined();
  now += 400 * 86_400_000;
  expect(source.problem()).toMatch(/the serving certificate expired on/);
});

test('a pair that the server itself refuses is a failure like any other', async () => {
  const secret = new MountedSecret();
  secret.swap(first.files);
  const { source } = follow(secret.dir, { refuse: () => true });
  await eventually(() => expect(source.problem()).toBe('the server does not want it'));
});
