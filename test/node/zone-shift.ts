import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { autoshiftEvent } from '../../demo/events.ts';
import { ROOT } from '../installation/product-process.ts';
import { AWS_ENV, startQueue } from '../installation/queue.ts';
import { startArcApi } from '../standins/arc-api.ts';
import type { NodeCluster } from './cluster.ts';

const CLUSTER_ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';

/** How a zone is shifted away from a cluster whose product runs as pods. */
export interface ZoneShift {
  /** What the product has to be told of it: options, by the name of their environment variable. */
  readonly options: Readonly<Record<string, string>>;
  start(zoneId: string): Promise<void>;
  end(zoneId: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * An autoshift as AWS makes it, in ARC's API and as an event in the queue, where pods can reach what stands in for AWS;
 * by the command line on a cluster that was given by KUBECONFIG.
 */
export async function openZoneShift(cluster: NodeCluster): Promise<ZoneShift> {
  return cluster.address === undefined ? byCommandLine(cluster) : byAws(cluster, cluster.address);
}

async function byAws({ dir }: NodeCluster, host: string): Promise<ZoneShift> {
  const queue = await startQueue(dir, false, host);
  const arc = await startArcApi({
    host,
    accessKeyId: AWS_ENV.AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_ENV.AWS_SECRET_ACCESS_KEY,
  });
  arc.model.register(CLUSTER_ARN);
  const seconds = () => Math.floor(Date.now() / 1000);
  return {
    options: {
      ...AWS_ENV,
      ZONEWARDEN_QUEUE_URL: queue.url,
      ZONEWARDEN_SQS_ENDPOINT: queue.endpoint,
      ZONEWARDEN_ARC_ENDPOINT: arc.endpoint,
      ZONEWARDEN_CLUSTER_ARN: CLUSTER_ARN,
    },
    async start(zoneId) {
      arc.model.startAutoshift(zoneId, seconds(), CLUSTER_ARN);
      await queue.send(autoshiftEvent('Autoshift In Progress', zoneId));
    },
    async end(zoneId) {
      arc.model.endAutoshift(zoneId, seconds());
      await queue.send(autoshiftEvent('Autoshift Completed', zoneId));
    },
    async stop() {
      await arc.stop();
      await queue.stop();
    },
  };
}

function byCommandLine({ kubeconfig }: NodeCluster): ZoneShift {
  const shift = async (...args: string[]): Promise<void> => {
    await promisify(execFile)(process.execPath, [
      ...[`${ROOT}cli/main.ts`, 'shift', ...args, '--kubeconfig', kubeconfig],
    ]);
  };
  return {
    options: { ZONEWARDEN_ARC: 'off' },
    start: (zoneId) => shift('start', zoneId, '--for', '1h', '--reason', 'npm run test:node', '--force'),
    end: (zoneId) => shift('cancel', zoneId),
    stop: async () => undefined,
  };
}
