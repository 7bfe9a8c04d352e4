import { hostname } from 'node:os';
import { z } from 'zod';
import { type OptionSpec, readOptions } from '../shared/process/command-line.ts';
import { COMMON_OPTIONS, commonValues, milliseconds, onOff, port } from '../shared/process/option-values.ts';
import { parseDuration } from '../shared/settings/duration.ts';
import { QueueUrlError, readQueueUrl } from './hearing/queue-url.ts';

/** Every option of the watcher. docs/options.md is checked against this table. */
export const WATCHER_OPTIONS: readonly OptionSpec[] = [
  ...COMMON_OPTIONS,
  {
    flags: '--host <address>',
    env: 'ZONEWARDEN_WATCHER_HOST',
    description: 'address of /healthz, /readyz and /metrics',
    default: '0.0.0.0',
  },
  {
    flags: '--ops-port <port>',
    env: 'ZONEWARDEN_WATCHER_OPS_PORT',
    description: 'port of /healthz, /readyz and /metrics (plain HTTP)',
    default: '8082',
  },
  {
    flags: '--queue-url <url>',
    env: 'ZONEWARDEN_QUEUE_URL',
    description:
      'URL of the SQS queue that receives the events of aws.arc-zonal-shift; without it no event is heard',
  },
  {
    flags: '--aws-region <region>',
    env: 'ZONEWARDEN_AWS_REGION',
    description:
      'AWS Region of the cluster; without it the one in the cluster ARN, AWS_REGION, the one in the queue URL, then what the AWS SDK finds by itself',
  },
  {
    flags: '--sqs-endpoint <url>',
    env: 'ZONEWARDEN_SQS_ENDPOINT',
    description: 'another endpoint for SQS, such as a VPC endpoint or a local server',
  },
  {
    flags: '--visibility-seconds <seconds>',
    env: 'ZONEWARDEN_QUEUE_VISIBILITY_SECONDS',
    description:
      'how long a received message stays invisible to other replicas: if this one dies, it comes again then',
    default: '60',
  },
  {
    flags: '--drain-ms <milliseconds>',
    env: 'ZONEWARDEN_WATCHER_DRAIN_MS',
    description: 'after SIGTERM: how long a poll of the queue that is under way may still bring messages',
    default: '20000',
  },
  {
    flags: '--arc <on|off>',
    env: 'ZONEWARDEN_ARC',
    description:
      "on: ARC's API is asked for shifts, and is believed before events are; off: events alone count",
    default: 'on',
  },
  {
    flags: '--cluster-arn <arn>',
    env: 'ZONEWARDEN_CLUSTER_ARN',
    description:
      'ARN of the EKS cluster, the resource that zonal shifts are for; without it only autoshifts of the Region are asked for',
  },
  {
    flags: '--arc-endpoint <url>',
    env: 'ZONEWARDEN_ARC_ENDPOINT',
    description: "another endpoint for ARC's API, such as a VPC endpoint or a local server",
  },
  {
    flags: '--ec2-zones <on|off>',
    env: 'ZONEWARDEN_EC2_ZONES',
    description:
      'on: EC2 is asked for what the cluster does not tell, names of zones and which is whose parent',
    default: 'off',
  },
  {
    flags: '--ec2-endpoint <url>',
    env: 'ZONEWARDEN_EC2_ENDPOINT',
    description: 'another endpoint for EC2, such as a VPC endpoint or a local server',
  },
  {
    flags: '--catalog <ec2|off>',
    env: 'ZONEWARDEN_WATCHER_CATALOG',
    description:
      'ec2: the leader asks EC2 which instance types there are, and keeps the answer in a ConfigMap; off: it does not',
    default: 'off',
  },
  {
    flags: '--reports <on|off>',
    env: 'ZONEWARDEN_WATCHER_REPORTS',
    description: 'on: the leader keeps a ClusterReport of openreports.io for each NodePool',
    default: 'off',
  },
  {
    flags: '--cordon <mode>',
    env: 'ZONEWARDEN_WATCHER_CORDON',
    description:
      'on: Nodes of an impaired zone are cordoned until it is back; off: none is, and what was cordoned before is taken back at its end',
    default: 'on',
  },
  {
    flags: '--calm <duration>',
    env: 'ZONEWARDEN_WATCHER_CALM',
    description:
      'with --freeze zone: how long the NodePools that a zone was taken out of stay frozen at the least; 0s for no longer than it takes to hold their Nodes',
    default: '5m',
  },
  {
    flags: '--lease <name>',
    env: 'ZONEWARDEN_LEASE',
    description: 'Lease that elects the replica which cordons Nodes and nudges NodePools',
    default: 'zonewarden-watcher',
  },
  {
    flags: '--lease-duration <duration>',
    env: 'ZONEWARDEN_LEASE_DURATION',
    description:
      'how long other replicas wait for a leader that does not renew the Lease any more before one takes it over',
    default: '15s',
  },
  {
    flags: '--identity <name>',
    env: 'POD_NAME',
    description: 'this replica in the Lease; without it the host name',
  },
];

/** Leases tell their duration in whole seconds, and a renewal has to fit in twice. */
const leaseDuration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 3_000 && ms % 1000 === 0) return ms;
  context.addIssue({ code: 'custom', message: 'not a duration of whole seconds, at least 3s: 15s, 1m' });
  return z.NEVER;
});

/** A zonal shift lasts for three days at the most. */
const LONGEST_CALM_MS = 72 * 3_600_000;
const calm = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= LONGEST_CALM_MS) return ms;
  context.addIssue({ code: 'custom', message: 'not a duration of at most 72h: 5m, 90s, 0s' });
  return z.NEVER;
});

/** Also an ARN has the form of a URL. */
const endpoint = z
  .string()
  .trim()
  .pipe(z.url({ protocol: /^https?$/, error: 'not a URL that begins with https:// or http://' }));

const queueUrl = z.string().transform((text, context) => {
  try {
    return readQueueUrl(text);
  } catch (error) {
    if (!(error instanceof QueueUrlError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const schema = z
  .object({
    ...commonValues,
    host: z.string().min(1),
    opsPort: port,
    queueUrl: queueUrl.optional(),
    awsRegion: z.string().trim().min(1).optional(),
    sqsEndpoint: endpoint.optional(),
    visibilitySeconds: z.coerce.number().int().min(1).max(43_200),
    drainMs: milliseconds,
    arc: onOff,
    clusterArn: z
      .string()
      .trim()
      .regex(/^arn:[^:]+:eks:[^:]+:\d{12}:cluster\/.+$/, 'not the ARN of an EKS cluster')
      .optional(),
    arcEndpoint: endpoint.optional(),
    ec2Zones: onOff,
    ec2Endpoint: endpoint.optional(),
    catalog: z.enum(['ec2', 'off']),
    reports: onOff,
    cordon: onOff,
    calm,
    lease: z.string().min(1),
    leaseDuration,
    identity: z.string().min(1).default(hostname),
  })
  .transform(({ queueUrl: queue, ...values }) => {
    const { clusterArn, awsRegion: given } = values;
    const ofCluster = clusterArn?.split(':')[3];
    return {
      ...values,
      queue,
      queueUrl: queue?.url,
      /** Where the cluster is, which is where ARC and EC2 are asked. */
      awsRegion: ofCluster ?? given ?? (process.env.AWS_REGION || undefined) ?? queue?.region,
      /** Where the queue is: what its URL says, since a hub may hold the queues of other Regions. */
      queueRegion: queue?.region ?? given ?? ofCluster,
      /** What was said of the Region, by whom: what is believed of it may differ. */
      said: { awsRegion: given, environment: process.env.AWS_REGION || undefined },
    };
  });
export type WatcherOptions = z.infer<typeof schema>;

/** The watcher's options; what is wrong with them ends the process. */
export function readWatcherOptions(argv: readonly string[]): WatcherOptions {
  return readOptions(
    'zonewarden-watcher',
    'Keeps the record of impaired zones',
    WATCHER_OPTIONS,
    schema,
    argv,
  );
}
