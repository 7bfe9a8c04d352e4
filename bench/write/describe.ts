import { type Spread, spread } from '../statistics.ts';
import type { TurnResult, WriteResult } from './benchmark.ts';
import type { DirectKind, DirectLoad } from './direct-load.ts';
import type { TimedWrites, WriteKind } from './timed-writes.ts';
import { TURNS, type TurnName } from './turns.ts';

const KINDS: readonly (readonly [WriteKind, string])[] = [
  ['dryRun', 'dry run'],
  ['create', 'create'],
];
const STEPS: readonly (readonly [DirectKind, string])[] = [
  ['mutate', 'mutate'],
  ['validate', 'validate'],
  ['validateNew', 'validate, each another NodePool'],
];

/** The targets for a write: its median over no webhook, and its p99 at most that of controller-runtime. */
const MOST_P50_MS = 2;

/** The result as two tables in Markdown, and whether the targets are met. */
export function describeWrite(result: WriteResult): string {
  const { machine, rounds, writesPerTurn, secondsPerLoad } = result;
  return [
    machine,
    `${rounds.length} rounds, interleaved; ${writesPerTurn} writes of each kind in a turn, one after the other; ` +
      `${secondsPerLoad} s of load a step; median [min - max]`,
    '',
    '| a write through the API server | p10 over no webhook, ms | p50 over, ms | p99 over, ms | CPU of the webhook, us a write |',
    '|---|---|---|---|---|',
    ...TURNS.filter((name) => name !== 'none').flatMap((name) =>
      KINDS.map(([kind, words]) => writeRow(result, name, kind, words)),
    ),
    '',
    '| direct, 10 connections | req/s | p50, ms | p99, ms | CPU, us a request | RSS, MiB |',
    '|---|---|---|---|---|---|',
    ...TURNS.flatMap((name) => STEPS.flatMap(([step, words]) => directRow(result, name, step, words))),
    '',
    ...KINDS.map(([kind, words]) => verdict(result, kind, words)),
  ].join('\n');
}

/** What a write took over that of the same round without a webhook. */
export function overNone(
  { rounds }: Pick<WriteResult, 'rounds'>,
  name: TurnName,
  kind: WriteKind,
  of: 'p10Ms' | 'p50Ms' | 'p99Ms',
): Spread {
  return spread(rounds.map((round) => round[name].writes[kind][of] - round.none.writes[kind][of]));
}

function writeRow(result: WriteResult, name: TurnName, kind: WriteKind, words: string): string {
  const over = (of: 'p10Ms' | 'p50Ms' | 'p99Ms') => show(overNone(result, name, kind, of), 1);
  const cpu = spread(result.rounds.map((round) => cpuOf(round[name], kind)));
  return `| ${name}, ${words} | ${over('p10Ms')} | ${over('p50Ms')} | ${over('p99Ms')} | ${show(cpu, 0)} |`;
}

function cpuOf({ writes }: TurnResult, kind: WriteKind): TimedWrites['cpuUsPerWrite'] {
  return writes[kind].cpuUsPerWrite;
}

function directRow({ rounds }: WriteResult, name: TurnName, step: DirectKind, words: string): string[] {
  const loads = rounds.flatMap((round) => round[name].direct[step] ?? []);
  if (loads.length === 0) return [];
  const of = (field: keyof DirectLoad, digits: number) =>
    show(spread(loads.map((one) => one[field])), digits);
  const cells = [
    of('requestsPerSecond', 0),
    of('p50Ms', 2),
    of('p99Ms', 1),
    of('cpuUsPerRequest', 0),
    of('rssMib', 0),
  ];
  return [`| ${name}, ${words} | ${cells.join(' | ')} |`];
}

function verdict(result: WriteResult, kind: WriteKind, words: string): string {
  const p50 = overNone(result, 'zonewarden', kind, 'p50Ms').median;
  const p99 = overNone(result, 'zonewarden', kind, 'p99Ms').median;
  const peer = overNone(result, 'controller-runtime', kind, 'p99Ms').median;
  const met = (is: boolean) => (is ? 'met' : 'not met');
  return (
    `${words}: p50 at most ${MOST_P50_MS.toFixed(1)} ms over no webhook: ${met(p50 <= MOST_P50_MS)} (${p50.toFixed(1)}); ` +
    `p99 no worse than controller-runtime's: ${met(p99 <= peer)} (${p99.toFixed(1)} and ${peer.toFixed(1)})`
  );
}

function show({ min, median, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)} - ${max.toFixed(digits)}]`;
}
