import {
  NO_LAUNCH_P99_MS,
  PROTECT_TARGETS,
  type SizeResult,
  type Times,
  type TimeToProtectResult,
} from './benchmark.ts';

/** The result for people. */
export function describeTimeToProtect(result: TimeToProtectResult): string {
  const { machine, arc, nodes, webhookReplicas, sizes } = result;
  return [
    machine,
    `${webhookReplicas} webhook replicas, 1 watcher, ${nodes} Nodes in the zone, ARC ${arc ? 'asked (stand-in)' : 'not asked'}`,
    'ms since the message was received; p99 is the nearest rank, which of fewer than 100 runs is the largest',
    '',
    row('', 'runs', 'min', 'median', 'max', 'p99'),
    ...sizes.flatMap((size) => [
      timesRow(`no launch, ${size.nodePools} NodePools`, size, size.noLaunchMs),
      timesRow(`protected, ${size.nodePools} NodePools`, size, size.protectMs),
    ]),
    '',
    ...sizes.flatMap(verdicts),
  ].join('\n');
}

function verdicts({ nodePools, noLaunchMs, protectMs }: SizeResult): string[] {
  const verdict = (what: string, found: number, limit: number) =>
    `${what} under ${limit} ms with ${nodePools} NodePools: ${found < limit ? 'met' : 'not met'} (${found} ms)`;
  const target = PROTECT_TARGETS.find((one) => one.nodePools === nodePools);
  return [
    verdict('no launch, p99', noLaunchMs.p99, NO_LAUNCH_P99_MS),
    ...(target === undefined
      ? []
      : [
          verdict(`protected, ${target.of === 'max' ? 'every run' : 'p99'}`, protectMs[target.of], target.ms),
        ]),
  ];
}

function timesRow(what: string, { runs }: SizeResult, times: Times): string {
  const show = (ms: number) => ms.toFixed(0);
  return row(
    what,
    String(runs.length),
    show(times.min),
    show(times.median),
    show(times.max),
    show(times.p99),
  );
}

function row(what: string, ...cells: readonly string[]): string {
  return what.padEnd(28) + cells.map((cell) => cell.padStart(8)).join('');
}
