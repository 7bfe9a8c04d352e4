import { type Spread, spread } from '../statistics.ts';
import type { LeaderMemoryResult, LeaderRun, Phase } from './benchmark.ts';

/** The result for people. */
export function describeLeaderMemory({
  machine,
  limitMib,
  flags,
  cluster,
  runs,
}: LeaderMemoryResult): string {
  const { nodePools, nodes, nodeClaims } = cluster;
  const shifted = runs.flatMap((run) => run.shifted ?? []);
  const highest = Math.max(...runs.flatMap(phasesOf).map(({ peakMib }) => peakMib));
  return [
    machine,
    `${runs.length} runs, a fresh watcher each; Node's flags: ${flags.join(' ') || 'none'}`,
    `${nodePools.count} NodePools of ${nodePools.bytes} bytes, ${nodes.count} Nodes of ${nodes.bytes}, ${nodeClaims.count} NodeClaims of ${nodeClaims.bytes}`,
    'MiB; resident, but for what is alive: objects after a full collection',
    '',
    row('', 'min', 'median', 'max'),
    ...phase(
      'before it leads',
      runs.map(({ waiting }) => waiting),
    ),
    ...phase(
      'leads, everything read',
      runs.map(({ leading }) => leading),
    ),
    figures('  peak over before it leads', runs.map(grown)),
    figures('  of it alive', runs.map(grownAlive)),
    figures(
      '  of it not kept',
      runs.map((run) => grown(run) - grownAlive(run)),
    ),
    ...(shifted.length === 0 ? [] : phase('a zone is away', shifted)),
    '',
    figures(
      'until everything is read, ms',
      runs.map(({ readMs }) => readMs),
    ),
    '',
    `every peak under the container's limit of ${limitMib} MiB: ${highest < limitMib ? 'met' : 'not met'} (${highest.toFixed(0)} MiB)`,
  ].join('\n');
}

const phasesOf = ({ waiting, leading, shifted }: LeaderRun): Phase[] => [
  waiting,
  leading,
  ...(shifted === undefined ? [] : [shifted]),
];

function phase(what: string, phases: readonly Phase[]): string[] {
  return [
    figures(
      what,
      phases.map(({ settledMib }) => settledMib),
    ),
    figures(
      '  peak',
      phases.map(({ peakMib }) => peakMib),
    ),
    figures(
      '  peak over settled',
      phases.map(({ peakMib, settledMib }) => peakMib - settledMib),
    ),
    figures(
      '  alive',
      phases.map(({ liveMib }) => liveMib),
    ),
  ];
}

/** By how much the peak of the leader is above what it took before. */
const grown = ({ waiting, leading }: LeaderRun): number => leading.peakMib - waiting.settledMib;

const grownAlive = ({ waiting, leading }: LeaderRun): number => leading.liveMib - waiting.liveMib;

function figures(what: string, values: readonly number[]): string {
  const { min, median, max }: Spread = spread(values);
  return row(what, ...[min, median, max].map((value) => value.toFixed(0)));
}

function row(what: string, ...cells: readonly string[]): string {
  return what.padEnd(30) + cells.map((cell) => cell.padStart(8)).join('');
}
