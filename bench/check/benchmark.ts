import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { bundlePrograms } from '../../scripts/bundle-programs.ts';
import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { catalogDocument } from '../../shared/catalog/catalog-document.ts';
import { type Spread, spread } from '../statistics.ts';
import { endedChildrenCpuMs } from './ended-children-cpu.ts';
import { TARGET_TYPES, thousandTypes } from './thousand-types.ts';
import { variedNodePools } from './varied-node-pools.ts';

/** The target for 1,000 NodePools and a catalogue of 1,000 types on one core. */
export const CHECK_MS = 2000;

export interface CheckBenchResult {
  readonly machine: string;
  readonly runs: number;
  readonly nodePools: number;
  /** Of the bundled catalogue. */
  readonly types: number;
  readonly findings: number;
  readonly bytes: number;
  readonly onOneCore: boolean;
  /** Milliseconds from the start of the process to its end, with a catalogue of 1,000 types: the target. */
  readonly target: Spread;
  /** The same with the bundled catalogue, which has more. */
  readonly whole: Spread;
  /** CPU time of it, milliseconds: on a machine that does other things too, this is the figure. */
  readonly cpu: Spread;
  /** The same for one NodePool: what the start of the program takes. */
  readonly one: Spread;
}

/**
 * Runs the bundled command line as a user does, `zonewarden check FILE -o json`, each time as a fresh process that is bound
 * to one core, with varied NodePools in one file: against 1,000 types, against the catalogue that comes with the product,
 * and as often with a single NodePool.
 */
export async function benchCheck(options: {
  readonly runs: number;
  readonly nodePools: number;
  onRun(run: number, wholeMs: number, cpuMs: number): void;
}): Promise<CheckBenchResult> {
  const { runs, nodePools } = options;
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-bench-check-'));
  try {
    await bundlePrograms(join(folder, 'programs'), ['cli']);
    const program = join(folder, 'programs', 'cli', 'main.js');
    const [many, single] = [join(folder, 'many.yaml'), join(folder, 'one.yaml')];
    const catalog = join(folder, 'catalog.json');
    writeFileSync(catalog, JSON.stringify(catalogDocument(thousandTypes())));
    const text = variedNodePools(nodePools);
    writeFileSync(many, text);
    writeFileSync(single, variedNodePools(1));
    const onOneCore = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
    const timed = (...args: string[]) => timeCheck([program, 'check', ...args], onOneCore);
    const [target, whole, cpu, one]: [number[], number[], number[], number[]] = [[], [], [], []];
    let findings = 0;
    for (let run = 1; run <= runs; run += 1) {
      target.push((await timed(many, '--catalog', catalog)).ms);
      const [first, second] = [await timed(many), await timed(single)];
      findings = first.findings;
      whole.push(first.ms);
      cpu.push(first.cpuMs);
      one.push(second.ms);
      options.onRun(run, first.ms, first.cpuMs);
    }
    return {
      machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      runs,
      nodePools,
      types: bundledCatalog().types.length,
      findings,
      bytes: Buffer.byteLength(text),
      onOneCore,
      target: spread(target),
      whole: spread(whole),
      cpu: spread(cpu),
      one: spread(one),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const reportSchema = z.object({
  summary: z.object({ pass: z.number(), warn: z.number(), fail: z.number(), error: z.literal(0) }),
  results: z.array(z.unknown()),
});

/** @throws Error where the program did not do its work: a fast failure is no figure */
async function timeCheck(
  args: readonly string[],
  onOneCore: boolean,
): Promise<{ readonly ms: number; readonly cpuMs: number; readonly findings: number }> {
  const command = [process.execPath, ...args, '-o', 'json'];
  const [first = '', ...rest] = onOneCore ? ['taskset', '-c', '0', ...command] : command;
  const [startedAt, cpuBefore] = [performance.now(), endedChildrenCpuMs()];
  const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
  const [ms, cpuMs] = [performance.now() - startedAt, endedChildrenCpuMs() - cpuBefore];
  const { results } = reportSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  return { ms, cpuMs, findings: results.length };
}

/** The result for people. */
export function describeCheck(result: CheckBenchResult): string {
  const row = (name: string, { min, median, max }: Spread) =>
    `${name.padEnd(26)}${[min, median, max].map((ms) => ms.toFixed(0).padStart(8)).join('')}`;
  const { machine, runs, nodePools, types, findings, bytes, onOneCore, target, whole, cpu, one } = result;
  return [
    `${machine}; ${onOneCore ? 'bound to one core' : 'not bound to a core'}`,
    `${runs} runs of each, in turn; ${nodePools} NodePools (${(bytes / 1024).toFixed(0)} KiB of YAML), ${types} types, ${findings} findings`,
    'ms from the start of the process to its end',
    '',
    `${''.padEnd(26)}${['min', 'median', 'max'].map((word) => word.padStart(8)).join('')}`,
    row(`${nodePools} x ${TARGET_TYPES} types`, target),
    row(`${nodePools} x ${types} types`, whole),
    row('  of it CPU time', cpu),
    row('1 NodePool', one),
    '',
    `every run against ${TARGET_TYPES} types under ${CHECK_MS} ms: ${target.max < CHECK_MS ? 'met' : 'not met'} (${target.max.toFixed(0)} ms)`,
  ].join('\n');
}
