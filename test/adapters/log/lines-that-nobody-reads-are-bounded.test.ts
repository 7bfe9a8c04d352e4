import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { giveBackMemory } from '../../../shared/process/give-back-memory.ts';
import { createLogStream } from '../../../shared/process/log-stream.ts';
import { createLogger } from '../../../shared/process/logger.ts';

const MIB = 1024 * 1024;

/** A pipe as standard output is one, with a reader that reads when it is told to. */
function pipe() {
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-pipe-'));
  const path = join(folder, 'stdout');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  onTestFinished(() => {
    closeSync(reader);
    closeSync(writer);
    rmSync(folder, { recursive: true });
  });
  let text = '';
  const buffer = Buffer.alloc(MIB);
  return {
    writer,
    /** All that was read so far, with what is there now. */
    read(): string {
      for (;;) {
        let bytes = 0;
        try {
          bytes = readSync(reader, buffer);
        } catch {
          // EAGAIN: there is nothing now.
        }
        if (bytes === 0) return text;
        text += buffer.toString('latin1', 0, bytes);
      }
    },
  };
}

/** Bytes of strings that something refers to. */
const held = () => {
  giveBackMemory();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

test('while nobody reads, lines wait up to a bound; the others are counted, and said once lines go out again', async () => {
  const { writer, read } = pipe();
  const { log, droppedLines } = createLogger('webhook', 'info', createLogStream(writer));
  const before = held();
  const written = 60_000;
  for (let at = 0; at < written; at += 1) log.info({ at, padding: 'x'.repeat(1000) });
  // 60 MiB were logged.
  expect(held() - before).toBeLessThan(40 * MIB);
  const lost = droppedLines();
  expect(lost).toBeGreaterThan(written / 2);

  await vi.waitFor(() => expect(read()).toContain('log lines were lost'), { timeout: 20_000, interval: 5 });
  log.info('after it');
  await vi.waitFor(() => expect(read()).toContain('after it'), { timeout: 20_000, interval: 5 });
  const lines = read()
    .trimEnd()
    .split('\n')
    .map((line): { at?: number; lines?: number; level: string } => JSON.parse(line));
  const told = lines.filter((line) => line.lines !== undefined);
  expect(told).toEqual([expect.objectContaining({ level: 'warn', lines: lost })]);
  expect(droppedLines()).toBe(lost);
  // What came out stands in order and without a gap before the line that tells of one.
  const kept = lines.flatMap(({ at }) => at ?? []);
  expect(kept).toEqual(Array.from({ length: written - lost }, (_, at) => at));
  expect(lines.findIndex((line) => line.lines !== undefined)).toBe(kept.length);
});

test('one line that is larger than all that may wait is dropped and counted', async () => {
  const { writer, read } = pipe();
  const { log, droppedLines } = createLogger('webhook', 'info', createLogStream(writer));
  log.info({ padding: 'x'.repeat(10 * MIB) });
  expect(droppedLines()).toBe(1);
  log.info('the next one');
  await vi.waitFor(() => expect(read()).toMatch(/the next one[\s\S]*log lines were lost/), {
    timeout: 20_000,
    interval: 5,
  });
});

test('where everything is read nothing is dropped and nothing said', async () => {
  const { writer, read } = pipe();
  const { log, droppedLines } = createLogger('webhook', 'info', createLogStream(writer));
  for (let at = 0; at < 5000; at += 1) {
    log.info({ at, padding: 'x'.repeat(1000) });
    // Half a MiB at a time: what a busy machine has not written yet is not what this is about.
    if (at % 500 !== 499) continue;
    await vi.waitFor(() => expect(read()).toContain(`"at":${at},`), { timeout: 20_000, interval: 5 });
  }
  expect(droppedLines()).toBe(0);
  expect(read()).not.toContain('lost');
});
