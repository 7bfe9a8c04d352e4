import { mkdirSync } from 'node:fs';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Command, Option } from 'commander';
import { resources } from '../shared/kube/resource.ts';
import { ensureBinaries } from '../test/control-plane/binaries.ts';
import { type Installation, install } from '../test/installation/installation.ts';
import { until } from '../test/installation/until.ts';
import { byName, targetsZone } from './cluster-view.ts';
import { autoshiftEvent } from './events.ts';
import { endKept, howToLook, KEPT_DIR, readKept, writeKept } from './kept.ts';
import { Report } from './report.ts';
import { tellStory, ZONE } from './story.ts';

const program = new Command('demo')
  .description('A shift, from the event to the recovery, on a real API server with the real processes')
  .option('--json', 'print the steps with their measured values as JSON')
  .option('--keep', 'leave everything running afterwards, and print how to look at it')
  .option('--stop', 'end what --keep left running')
  .addOption(
    new Option('--event <change>', 'send an event to what --keep left running').choices([
      'started',
      'completed',
    ]),
  )
  .parse();
const options = program.opts<{
  json?: boolean;
  keep?: boolean;
  stop?: boolean;
  event?: 'started' | 'completed';
}>();

if (options.stop) console.log((await endKept()) ? 'Ended.' : 'Nothing to end.');
else if (options.event) await sendEvent(options.event);
else await run();

async function run(): Promise<void> {
  // Built once per machine, which takes minutes; it shows its own progress.
  await ensureBinaries();
  const report = new Report(options.json ?? false);
  const running: { installation?: Installation } = {};
  // Ctrl-C leaves nothing behind, unless everything was to be kept.
  process.once('SIGINT', () => void stop(running.installation).finally(() => process.exit(130)));
  await report.step(
    'A cluster with Karpenter’s CRDs and Zonewarden is started',
    async ({ say, check, measure }) => {
      if (options.keep && (await endKept())) say('(the demo that was kept before was ended)');
      if (options.keep) mkdirSync(KEPT_DIR, { recursive: true });
      // Built once per machine, which takes minutes; it shows its own progress.
      await ensureBinaries();
      const started = performance.now();
      const installation = await install({
        onStep: say,
        detached: options.keep ?? false,
        ...(options.keep ? { dir: KEPT_DIR } : {}),
      });
      running.installation = installation;
      if (options.keep) writeKept(installation);
      measure('installMs', Math.round(performance.now() - started));
      const ready = await fetch(`${installation.webhookOpsUrl}/readyz`);
      check('the webhook is ready', ready.status === 200);
    },
  );
  const { installation } = running;
  if (installation !== undefined) {
    await tellStory(report, installation);
    if (options.keep && report.ok) await impairAgain(installation);
  }
  report.finish();
  if (options.keep && installation !== undefined) {
    if (!options.json) console.log(howToLook(installation));
    installation.client.close();
  } else await stop(installation);
  process.exit(report.ok ? 0 : 1);
}

async function stop(installation: Installation | undefined): Promise<void> {
  if (!options.keep) await installation?.stop();
}

async function impairAgain({ client, queue }: Installation): Promise<void> {
  await queue.send(autoshiftEvent('Autoshift In Progress', ZONE.id, new Date(Date.now() + 2000)));
  await until('no NodePool targets the zone', async () => {
    const pools = byName((await client.listAll(resources.nodePools)).items);
    return [...pools.values()].every((pool) => !targetsZone(pool, ZONE));
  });
}

async function sendEvent(change: 'started' | 'completed'): Promise<void> {
  const kept = readKept();
  if (kept === undefined) {
    console.error('Nothing is running. Start it with: npm run demo -- --keep');
    process.exit(1);
  }
  const client = new SQSClient({
    region: 'us-east-1',
    endpoint: kept.queueEndpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const type = change === 'started' ? 'Autoshift In Progress' : 'Autoshift Completed';
  // The demo itself has sent events a few seconds ahead of the clock: an end must not seem older than its start.
  const time = new Date(Date.now() + 5000);
  await client.send(
    new SendMessageCommand({ QueueUrl: kept.queueUrl, MessageBody: autoshiftEvent(type, ZONE.id, time) }),
  );
  console.log(`Sent: ${type} for ${ZONE.id}`);
}
