import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { logLinesOf } from '../../installation/log-lines.ts';

it('each line once, in order, when it is whole; what is no JSON is passed over', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'webhook.log');
  const lines = logLinesOf(file);
  expect(lines()).toEqual([]);
  const name = Buffer.from('{"name":"é"}\n');
  appendFileSync(file, '{"a":1}\n');
  // In the middle of a letter, which has two bytes.
  appendFileSync(file, name.subarray(0, 10));
  expect(lines()).toEqual([{ a: 1 }]);
  expect(lines()).toEqual([{ a: 1 }]);
  appendFileSync(file, name.subarray(10));
  appendFileSync(file, 'Error: not JSON\n{"b":\n{"b":2}\n');
  expect(lines()).toEqual([{ a: 1 }, { name: 'é' }, { b: 2 }]);
});
