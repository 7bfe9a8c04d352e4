import { Command, InvalidArgumentError, Option } from 'commander';
import { type AdmissionResult, benchAdmission } from './admission/benchmark.ts';
import { benchCheck, describeCheck } from './check/benchmark.ts';
import { benchEnforcement, type EnforcementResult } from './enforcement/benchmark.ts';
import { benchJudge, describeJudge } from './judge/benchmark.ts';
import { benchLeaderMemory } from './leader-memory/benchmark.ts';
import { describeLeaderMemory } from './leader-memory/describe.ts';
import { benchPolicyFallback, describePolicyFallback } from './policy-fallback/benchmark.ts';
import { benchStart, describeStart } from './start/benchmark.ts';
import type { Spread } from './statistics.ts';
import { benchTimeToProtect } from './time-to-protect/benchmark.ts';
import { describeTimeToProtect } from './time-to-protect/describe.ts';
import { benchWebhookMemory } from './webhook-memory/benchmark.ts';
import { describeWebhookMemory } from './webhook-memory/describe.ts';
import { benchWrite, type WriteOptions } from './write/benchmark.ts';
import { describeWrite } from './write/describe.ts';
import type { TimedWrites } from './write/timed-writes.ts';

const program = new Command('bench').description('Benchmarks, each against a peer that runs beside it');

program
  .command('admission')
  .description("the webhook's process against a bare https server that answers a constant patch")
  .option('--rounds <n>', 'rounds, in each of which both run once', count, 5)
  .option('--seconds <n>', 'seconds of load for each', count, 5)
  .option('--json', 'print the result as JSON')
  .action(async ({ rounds, seconds, json }: { rounds: number; seconds: number; json?: boolean }) => {
    const result = await benchAdmission({
      rounds,
      seconds,
      onRound(round, which, { requestsPerSecond, cpuUsPerRequest }) {
        console.error(
          `round ${round} ${which.padEnd(8)} ${requestsPerSecond.toFixed(0)} req/s, ${cpuUsPerRequest.toFixed(0)} us`,
        );
      },
    });
    console.log(json ? JSON.stringify(result, null, 2) : describe(result));
    process.exit(0);
  });

program
  .command('enforce')
  .description('the pure function that decides about a NodePool, by its number of requirements')
  .option('--rounds <n>', 'rounds, in each of which every size runs once', count, 9)
  .option('--calls <n>', 'calls of each size in a round', count, 20_000)
  .option('--json', 'print the result as JSON')
  .action(({ rounds, calls, json }: { rounds: number; calls: number; json?: boolean }) => {
    const result = benchEnforcement(rounds, calls);
    console.log(json ? JSON.stringify(result, null, 2) : describeEnforcement(result));
  });

interface TimeToProtectOptions {
  readonly nodePools: readonly number[];
  readonly runs: number;
  readonly arc: 'on' | 'off';
  readonly json?: boolean;
}

program
  .command('time-to-protect')
  .description('from the receipt of a message until no NodeClaim and no NodePool can use the zone')
  .option('--node-pools <n,...>', 'numbers of NodePools, one after the other', counts, [100, 500])
  .option('--runs <n>', 'shifts of each number', count, 10)
  .addOption(
    new Option('--arc <on|off>', "whether a stand-in of ARC's API is asked")
      .choices(['on', 'off'])
      .default('on'),
  )
  .option('--json', 'print the result as JSON')
  .action(async ({ nodePools, runs, arc, json }: TimeToProtectOptions) => {
    const result = await benchTimeToProtect({
      nodePools,
      runs,
      arc: arc === 'on',
      onRun(size, run, { noLaunchMs, protectMs }) {
        console.error(`${size} NodePools, run ${run}: no launch ${noLaunchMs} ms, protected ${protectMs} ms`);
      },
    });
    console.log(json ? JSON.stringify(result, null, 2) : describeTimeToProtect(result));
    process.exit(0);
  });

program
  .command('start')
  .description('from the start of a process of the product until it is ready')
  .option('--runs <n>', 'starts of each', count, 10)
  .option('--sources', 'start the sources, not bundles as the image has them')
  .option('--json', 'print the result as JSON')
  .action(async ({ runs, sources, json }: { runs: number; sources?: boolean; json?: boolean }) => {
    const result = await benchStart({
      runs,
      built: sources !== true,
      onRun(run, which, ms) {
        console.error(`run ${run} ${which.padEnd(8)} ${ms.toFixed(0)} ms`);
      },
    });
    console.log(json ? JSON.stringify(result, null, 2) : describeStart(result));
    process.exit(0);
  });

program
  .command('policy-fallback')
  .description(
    'from a change of the record until the policy in the API server goes by it, without any webhook',
  )
  .option('--runs <n>', 'shifts', count, 10)
  .option('--json', 'print the result as JSON')
  .action(async ({ runs, json }: { runs: number; json?: boolean }) => {
    const result = await benchPolicyFallback({
      runs,
      onRun(run, { onMs, offMs }) {
        console.error(`run ${run}: refused after ${onMs} ms, let through after ${offMs} ms`);
      },
    });
    console.log(json ? JSON.stringify(result, null, 2) : describePolicyFallback(result));
    process.exit(0);
  });

program
  .command('check')
  .description('`zonewarden check` of varied NodePools, the whole process, on one core')
  .option('--node-pools <n>', 'NodePools in one file', count, 1000)
  .option('--runs <n>', 'runs', count, 5)
  .option('--json', 'print the result as JSON')
  .action(async ({ nodePools, runs, json }: { nodePools: number; runs: number; json?: boolean }) => {
    const result = await benchCheck({
      nodePools,
      runs,
      onRun(run, wholeMs, cpuMs) {
        console.error(`run ${run}: ${wholeMs.toFixed(0)} ms, CPU ${cpuMs.toFixed(0)} ms`);
      },
    });
    console.log(json ? JSON.stringify(result, null, 2) : describeCheck(result));
  });

program
  .command('judge')
  .description('the verdict of all rules on one NodePool, as the validating step asks for it')
  .option('--rounds <n>', 'rounds', count, 10)
  .option('--node-pools <n>', 'NodePools in the cluster', count, 500)
  .option('--json', 'print the result as JSON')
  .action(({ rounds, nodePools, json }: { rounds: number; nodePools: number; json?: boolean }) => {
    const result = benchJudge(rounds, nodePools);
    console.log(json ? JSON.stringify(result, null, 2) : describeJudge(result));
  });

interface LeaderMemoryArguments {
  readonly nodePools: number;
  readonly nodes: number;
  readonly nodeClaims: number;
  readonly poolBytes: number;
  readonly nodeBytes: number;
  readonly claimBytes: number;
  readonly runs: number;
  readonly heap: 'container' | 'machine';
  readonly shift: boolean;
  readonly json?: boolean;
}

program
  .command('leader-memory')
  .description('the memory of a watcher in a large cluster, before it leads and while it does')
  .option('--node-pools <n>', 'NodePools', count, 500)
  .option('--nodes <n>', 'Nodes', count, 5000)
  .option('--node-claims <n>', 'NodeClaims', count, 5000)
  .option('--pool-bytes <n>', 'size of a NodePool as JSON', count, 7000)
  .option('--node-bytes <n>', 'size of a Node as JSON', count, 17_000)
  .option('--claim-bytes <n>', 'size of a NodeClaim as JSON', count, 7800)
  .option('--runs <n>', 'watchers, one after the other', count, 3)
  .addOption(
    new Option('--heap <container|machine>', 'the heap that Node takes in the container, or here')
      .choices(['container', 'machine'])
      .default('container'),
  )
  .option('--no-shift', 'shift no zone away')
  .option('--json', 'print the result as JSON')
  .action(async (given: LeaderMemoryArguments) => {
    const result = await benchLeaderMemory({
      cluster: {
        nodePools: { count: given.nodePools, bytes: given.poolBytes },
        nodes: { count: given.nodes, bytes: given.nodeBytes },
        nodeClaims: { count: given.nodeClaims, bytes: given.claimBytes },
      },
      runs: given.runs,
      heap: given.heap,
      shift: given.shift,
      onStep: (what) => console.error(what),
    });
    console.log(given.json ? JSON.stringify(result, null, 2) : describeLeaderMemory(result));
    process.exit(0);
  });

program
  .command('write')
  .description(
    'a write through the API server with no webhook, a bare one, ours, and one of controller-runtime',
  )
  .option('--rounds <n>', 'rounds, in each of which every one has its turn', count, 5)
  .option('--writes <n>', 'writes of each kind in a turn', count, 200)
  .option('--seconds <n>', 'seconds of direct load for each step', count, 5)
  .option('--json', 'print the result as JSON')
  .action(async ({ json, ...given }: Omit<WriteOptions, 'onTurn'> & { json?: boolean }) => {
    const result = await benchWrite({
      ...given,
      onTurn(round, name, { writes: { dryRun, create } }) {
        const show = ({ p50Ms, p99Ms }: TimedWrites) => `p50 ${p50Ms.toFixed(1)} p99 ${p99Ms.toFixed(1)} ms`;
        console.error(`round ${round} ${name.padEnd(20)} dry run ${show(dryRun)}, create ${show(create)}`);
      },
    });
    console.log(json ? JSON.stringify(result, null, 2) : describeWrite(result));
    process.exit(0);
  });

program
  .command('webhook-memory')
  .description('what memory a webhook takes that is kept busy, in a cgroup of its container; Linux')
  .option('--runs <n>', 'fresh webhooks of each set of flags', count, 3)
  .option('--seconds <n>', 'seconds of load on each path', count, 10)
  .option(
    '--beside <flags>',
    'other flags of Node, again for another set',
    (flags: string, all: readonly string[]): readonly string[] => [...all, flags],
    [],
  )
  .option('--json', 'print the result as JSON')
  .action(async (given: { runs: number; seconds: number; beside: readonly string[]; json?: boolean }) => {
    const result = await benchWebhookMemory({
      runs: given.runs,
      seconds: given.seconds,
      others: given.beside.map((flags) => flags.split(' ').filter((flag) => flag !== '')),
      onRun(run, flags, { mutate, validate }) {
        console.error(
          `run ${run} ${flags.join(' ')}: ${mutate.rssMib.toFixed(0)} and ${validate.rssMib.toFixed(0)} MiB`,
        );
      },
    });
    console.log(given.json ? JSON.stringify(result, null, 2) : describeWebhookMemory(result));
    process.exit(0);
  });

await program.parseAsync();

function counts(text: string): number[] {
  return text.split(',').map(count);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('it is a whole number from 1');
  return value;
}

function describe({ product, bare, ratio, ...run }: AdmissionResult): string {
  const row = (name: string, mine: Spread, theirs: Spread, digits: number) =>
    `${name.padEnd(22)}${show(mine, digits).padEnd(30)}${show(theirs, digits)}`;
  const verdict = (met: boolean) => (met ? 'met' : 'not met');
  return [
    `${run.machine}; ${run.pinned ? 'server and client pinned to a core each' : 'not pinned'}`,
    `${run.rounds} rounds of ${run.secondsPerRound} s each, interleaved, 10 keep-alive connections, body ${run.bodyBytes} bytes`,
    'median [min - max]',
    '',
    `${''.padEnd(22)}${'zonewarden'.padEnd(30)}bare https`,
    row('requests per second', product.requestsPerSecond, bare.requestsPerSecond, 0),
    row('p50, ms', product.p50Ms, bare.p50Ms, 2),
    row('p99, ms', product.p99Ms, bare.p99Ms, 2),
    row('CPU per request, us', product.cpuUsPerRequest, bare.cpuUsPerRequest, 0),
    row('memory (RSS), MiB', product.rssMib, bare.rssMib, 0),
    '',
    `requests per second, of bare: ${show(ratio.requestsPerSecond, 2)} (target: at least 0.7; ${verdict(ratio.requestsPerSecond.median >= 0.7)})`,
    `CPU per request, of bare: ${show(ratio.cpuUsPerRequest, 2)} (target: under 150 us; ${verdict(product.cpuUsPerRequest.median < 150)})`,
  ].join('\n');
}

function describeEnforcement({ rounds, callsPerRound, perCall, kept }: EnforcementResult): string {
  return [
    `${rounds} rounds of ${callsPerRound} calls each, interleaved; us a call, median [min - max]`,
    '',
    `${'requirements'.padEnd(22)}${'pruned'.padEnd(30)}nothing to change`,
    ...perCall.map(
      ({ requirements, prunedUs, settledUs }) =>
        `${String(requirements).padEnd(22)}${show(prunedUs, 1).padEnd(30)}${show(settledUs, 1)}`,
    ),
    '',
    ...kept.map(
      ({ nodePools, mib }) => `heap kept after ${nodePools} different NodePools: ${mib.toFixed(1)} MiB`,
    ),
  ].join('\n');
}

function show({ min, median, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)} - ${max.toFixed(digits)}]`;
}
