import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readWatcherOptions, WATCHER_OPTIONS } from '../../../watcher/options.ts';
import { readWebhookOptions, WEBHOOK_OPTIONS } from '../../../webhook/options.ts';

/** Nothing of the machine's own environment may decide. */
beforeEach(() => {
  for (const { env } of [...WEBHOOK_OPTIONS, ...WATCHER_OPTIONS]) vi.stubEnv(env, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('an option', () => {
  it('is its default where nothing is said', () => {
    expect(readWebhookOptions([])).toMatchObject({
      host: '0.0.0.0',
      port: 8443,
      opsPort: 8081,
      namespace: 'zonewarden',
      freeze: 'zone',
      freezeScope: 'affected',
      evacuate: false,
      logLevel: 'info',
      extraNames: [],
      drainMs: 5000,
    });
    expect(readWebhookOptions([]).kubeconfig).toBeUndefined();
  });

  it('is its environment variable, rather than its default', () => {
    vi.stubEnv('ZONEWARDEN_WEBHOOK_PORT', '9443');
    expect(readWebhookOptions([]).port).toBe(9443);
  });

  it('is its flag, rather than its environment variable', () => {
    vi.stubEnv('ZONEWARDEN_WEBHOOK_PORT', '9443');
    expect(readWebhookOptions(['--port', '10443']).port).toBe(10443);
    expect(readWebhookOptions(['--port=10443']).port).toBe(10443);
  });

  it('is its default where its environment variable is empty, as in an entry of a ConfigMap without a value', () => {
    vi.stubEnv('ZONEWARDEN_WEBHOOK_PORT', '');
    vi.stubEnv('ZONEWARDEN_QUEUE_URL', '');
    vi.stubEnv('ZONEWARDEN_AWS_REGION', '');
    expect(readWebhookOptions([]).port).toBe(8443);
    expect(readWatcherOptions([]).queueUrl).toBeUndefined();
    expect(readWatcherOptions([]).awsRegion).toBeUndefined();
  });

  it('may be zero, where zero means something', () => {
    expect(readWebhookOptions(['--port', '0', '--drain-ms', '0'])).toMatchObject({ port: 0, drainMs: 0 });
  });

  it('is a list where it can be several', () => {
    expect(readWebhookOptions(['--extra-names', '127.0.0.1, webhook.test ::1']).extraNames).toEqual([
      '127.0.0.1',
      'webhook.test',
      '::1',
    ]);
  });
});

describe('the AWS region', () => {
  const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/111122223333/zonewarden';
  const queue = ['--queue-url', queueUrl];
  const cluster = ['--cluster-arn', 'arn:aws:eks:us-east-2:111122223333:cluster/test'];
  const option = ['--aws-region', 'us-east-1'];
  const regions = (...args: readonly string[]) => {
    const { awsRegion, queueRegion } = readWatcherOptions(args);
    return [awsRegion, queueRegion];
  };
  beforeEach(() => vi.stubEnv('AWS_REGION', undefined));

  it('of the queue is the one in its URL: a hub may hold the queues of other Regions', () => {
    expect(regions(...queue, ...cluster, ...option)).toEqual(['us-east-2', 'eu-central-1']);
  });

  it('of the cluster is the one in its ARN, then the one that is named, then AWS_REGION, then that of the queue', () => {
    expect(regions(...queue, ...option)).toEqual(['us-east-1', 'eu-central-1']);
    expect(regions(...queue)).toEqual(['eu-central-1', 'eu-central-1']);
    vi.stubEnv('AWS_REGION', 'us-west-2');
    expect(regions(...queue)).toEqual(['us-west-2', 'eu-central-1']);
    expect(regions(...queue, ...option)).toEqual(['us-east-1', 'eu-central-1']);
  });

  it('and the rest of what is copied from elsewhere may have blanks around it', () => {
    const arn = 'arn:aws:eks:us-east-2:111122223333:cluster/test';
    const given = [`--cluster-arn= ${arn}\n`, '--aws-region= us-east-2 ', `--queue-url=${queueUrl} \n`];
    const { clusterArn, awsRegion, queueUrl: url } = readWatcherOptions(given);
    expect([clusterArn, awsRegion, url]).toEqual([arn, 'us-east-2', queueUrl]);
  });

  it('of a queue whose URL names none is that of the cluster, and else left to the SDK', () => {
    const own = ['--queue-url', 'http://127.0.0.1:4566/q'];
    expect(regions(...own)).toEqual([undefined, undefined]);
    expect(regions(...own, ...cluster)).toEqual(['us-east-2', 'us-east-2']);
    expect(regions(...own, ...option)).toEqual(['us-east-1', 'us-east-1']);
  });
});

describe('the identity', () => {
  it('is the name of the pod, and without it that of the host', () => {
    expect(readWatcherOptions([]).identity).not.toBe('');
    vi.stubEnv('POD_NAME', 'zonewarden-7d9f-abcde');
    expect(readWatcherOptions([]).identity).toBe('zonewarden-7d9f-abcde');
  });
});

describe('the tables of options', () => {
  it.each([
    ['webhook', WEBHOOK_OPTIONS],
    ['watcher', WATCHER_OPTIONS],
  ] as const)('of the %s have no flag and no variable twice', (_name, options) => {
    expect(new Set(options.map(({ flags }) => flags.split(' ')[0])).size).toBe(options.length);
    expect(new Set(options.map(({ env }) => env)).size).toBe(options.length);
  });

  it('share no variable but those that mean the same in both', () => {
    const webhook = new Map(WEBHOOK_OPTIONS.map((option) => [option.env, option]));
    for (const option of WATCHER_OPTIONS) {
      const same = webhook.get(option.env);
      if (same !== undefined) expect(same).toBe(option);
    }
  });
});
