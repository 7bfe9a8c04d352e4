import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { away, BROKEN_GLASS, decision, FINDING, RECORD_WRITTEN } from '../../unit/cli/audit/sample-lines.ts';
import { zonewarden } from '../check/checking.ts';

let folder: string;
let log: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  const lines = [
    RECORD_WRITTEN,
    away(true, { action: 'pruned' }),
    { level: 'info', component: 'webhook', event: 'listening' },
    decision({ username: 'bob', allowed: false, action: 'refused', rule: 'policy', findings: [FINDING] }),
    decision({ uid: undefined }),
    BROKEN_GLASS,
  ].map((line) => `[pod/zonewarden-7d9c-x/webhook] ${JSON.stringify(line)}`);
  log = ['Defaulted container "webhook"', ...lines, ''].join('\n');
  await writeFile(join(folder, 'webhook.log'), log);
  return () => rm(folder, { recursive: true });
});

/** The real program: status, standard output, standard error. */
async function audit(args: readonly string[], input = '') {
  const { code, stdout, stderr } = await zonewarden(['audit', ...args], { cwd: folder, input });
  return { status: code, rows: stdout.split('\n').slice(0, -1), error: stderr };
}

test('a file as a table: every line of the stream, and what else there was is counted', async () => {
  const { status, rows, error } = await audit(['webhook.log']);
  expect(status).toBe(0);
  expect(rows.map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual([
    ['TIME', 'STEP', 'ACTION'],
    ['2026-11-21T06:23:46Z', 'record-written', '-'],
    ['2026-11-21T06:23:47Z', 'mutate', 'pruned'],
    ['2026-11-21T06:23:47Z', 'mutate', 'refused'],
    ['2026-11-21T07:00:00Z', 'break-glass', '-'],
  ]);
  expect(error).toBe(
    '4 of 4 audit lines; 2 other lines skipped; ' +
      '1 line of the audit stream not as docs/schemas/audit-line.schema.json says\n',
  );
});

test('what is piped in, as JSON lines that are what was written', async () => {
  const { status, rows } = await audit(['-o', 'json', '--rule', 'spot-types-min'], log);
  expect(status).toBe(0);
  expect(rows.map((row) => JSON.parse(row) as unknown)).toMatchObject([
    decision({ username: 'bob', allowed: false, action: 'refused', rule: 'policy', findings: [FINDING] }),
  ]);
});

test('filters together, a file and standard input one after the other', async () => {
  const { rows, error } = await audit(['--denied', '--user', 'b*', 'webhook.log', '-'], log);
  expect(rows).toHaveLength(3);
  expect(error).toContain('2 of 8 audit lines');
});

test('nothing that fits is no failure', async () => {
  const { status, rows, error } = await audit(['--nodepool', 'batch', 'webhook.log']);
  expect([status, rows.length]).toEqual([0, 1]);
  expect(error).toContain('0 of 4 audit lines');
});

test('a file that is not there is told with status 2, and the others are read', async () => {
  const { status, rows, error } = await audit(['nowhere.log', 'webhook.log', '.']);
  expect(status).toBe(2);
  expect(rows).toHaveLength(5);
  expect(error).toMatch(/error: nowhere\.log cannot be read: ENOENT/);
  expect(error).toMatch(/error: \. cannot be read: EISDIR/);
});

test.each([
  [['--since', 'yesterday'], '--since: "yesterday" is no time'],
  [['--action', 'denied'], 'Allowed choices are pruned, restored, unchanged, refused, ignored'],
  [['-o', 'csv'], 'Allowed choices are table, json'],
  [['--pool', 'web'], 'unknown option'],
])('bad usage ends with status 2: %j', async (args, told) => {
  const { status, rows, error } = await audit([...args, 'webhook.log']);
  expect([status, rows]).toEqual([2, []]);
  expect(error).toContain(told);
});

test('garbage without a line end, larger than a line may be, is skipped', async () => {
  const { status, rows, error } = await audit([], `{"event":"decision${'\u0000'.repeat(3_000_000)}\n${log}`);
  expect(status).toBe(0);
  expect(rows).toHaveLength(5);
  expect(error).toContain('3 other lines skipped');
});
