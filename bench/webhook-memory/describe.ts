import { type Spread, spread } from '../statistics.ts';
import type { WebhookMemoryResult, WebhookRun } from './benchmark.ts';

const TARGET_MIB = 160;

/** The result for people. */
export function describeWebhookMemory({
  machine,
  limitMib,
  withoutCgroup,
  variants,
}: WebhookMemoryResult): string {
  const [own] = variants;
  const most = Math.max(
    ...(own?.runs ?? []).flatMap(({ mutate, validate }) => [mutate.rssMib, validate.rssMib]),
  );
  const group = withoutCgroup === undefined ? `in a memory cgroup of ${limitMib} MiB` : withoutCgroup;
  return [
    `${machine}; ${group}`,
    'a fresh webhook in each run, ten connections; median [min - max]',
    ...variants.flatMap(({ flags, runs }, index) => [
      '',
      `${flags.join(' ') || 'no flags'}${index === 0 ? ' (the Deployment)' : ''}`,
      row('idle, MiB', runs, ({ idleMib }) => idleMib),
      row('asked /mutate, MiB', runs, ({ mutate }) => mutate.rssMib),
      row('asked /validate, MiB', runs, ({ validate }) => validate.rssMib),
      row('peak, MiB', runs, ({ peakMib }) => peakMib),
      row('alive, MiB', runs, ({ liveMib }) => liveMib),
      row('CPU of a /mutate, us', runs, ({ mutate }) => mutate.cpuUsPerRequest),
      row('CPU of a /validate, us', runs, ({ validate }) => validate.cpuUsPerRequest),
    ]),
    '',
    `loaded under ${TARGET_MIB} MiB with the Deployment's flags: ${most < TARGET_MIB ? 'met' : 'not met'} (${most.toFixed(0)} MiB)`,
  ].join('\n');
}

function row(what: string, runs: readonly WebhookRun[], of: (run: WebhookRun) => number): string {
  const { min, median, max }: Spread = spread(runs.map(of));
  return `${what.padEnd(28)}${median.toFixed(0)} [${min.toFixed(0)} - ${max.toFixed(0)}]`;
}
