import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readWatcherOptions, WATCHER_OPTIONS } from '../../../watcher/options.ts';
import { readWebhookOptions, WEBHOOK_OPTIONS } from '../../../webhook/options.ts';

/** What would end the process, caught: the real processes are run in bad-usage-ends-with-status-2.test.ts. */
function usage(read: (argv: readonly string[]) => unknown, argv: readonly string[]) {
  const printed: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const exit = vi.spyOn(process, 'exit').mockImplementation((status) => {
    throw new Error(`status ${status}`);
  });
  expect(() => read(argv)).toThrow('status 2');
  expect(exit).toHaveBeenCalledTimes(1);
  return printed.join('');
}

beforeEach(() => {
  for (const { env } of [...WEBHOOK_OPTIONS, ...WATCHER_OPTIONS]) vi.stubEnv(env, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a value that is not valid is named with its flag and its variable', () => {
  it.each([
    ['--port', '70000', /^error: --port \(ZONEWARDEN_WEBHOOK_PORT\): .*<=65535\n$/],
    ['--ops-port', '-1', /^error: --ops-port \(ZONEWARDEN_WEBHOOK_OPS_PORT\): .*>=0\n$/],
    ['--drain-ms', '1.5', /^error: --drain-ms \(ZONEWARDEN_WEBHOOK_DRAIN_MS\): .*int/],
    ['--freeze', 'some', /^error: --freeze \(ZONEWARDEN_FREEZE\): .*"all"\|"drift"\|"none"/],
    ['--log-level', 'loud', /^error: --log-level \(ZONEWARDEN_LOG_LEVEL\): .*"debug"/],
    [
      '--ca-duration',
      '365d',
      /^error: --ca-duration \(ZONEWARDEN_WEBHOOK_CA_DURATION\): '365d' is not a duration/,
    ],
    [
      '--ca-duration',
      '504h',
      /^error: --leaf-duration \(.*\): 168h is too long: less than a third of the CA's 504h\n$/,
    ],
    [
      '--leaf-duration',
      '1s',
      /^error: --leaf-duration \(ZONEWARDEN_WEBHOOK_LEAF_DURATION\): 1s is too short/,
    ],
    ['--namespace', '', /^error: --namespace \(ZONEWARDEN_NAMESPACE\): /],
  ])('%s %j', (flag, value, message) => {
    expect(usage(readWebhookOptions, [`${flag}=${value}`])).toMatch(message);
  });

  it.each([
    [
      '--visibility-seconds',
      '0',
      /^error: --visibility-seconds \(ZONEWARDEN_QUEUE_VISIBILITY_SECONDS\): .*>=1/,
    ],
    ['--visibility-seconds', '43201', /^error: --visibility-seconds \(.*\): .*<=43200/],
    ['--lease-duration', '2s', /^error: --lease-duration \(ZONEWARDEN_LEASE_DURATION\): .*at least 3s/],
    ['--lease-duration', '3500ms', /^error: --lease-duration \(.*\): .*whole seconds/],
    ['--lease-duration', '15', /^error: --lease-duration \(.*\): not a duration/],
    [
      '--sqs-endpoint',
      'localhost',
      /^error: --sqs-endpoint \(ZONEWARDEN_SQS_ENDPOINT\): not a URL that begins/,
    ],
    ['--arc-endpoint', 'arn:aws:sqs:us-east-1:1:q', /^error: --arc-endpoint \(.*\): not a URL that begins/],
    ['--cluster-arn', 'my-cluster', /^error: --cluster-arn \(.*\): not the ARN of an EKS cluster/],
    [
      '--queue-url',
      'zonewarden',
      /^error: --queue-url \(ZONEWARDEN_QUEUE_URL\): .*\[queue\.url-is-name\]\n$/,
    ],
  ])('%s %j', (flag, value, message) => {
    expect(usage(readWatcherOptions, [`${flag}=${value}`])).toMatch(message);
  });
});

describe('usage that is wrong in itself', () => {
  it.each([
    [['--port'], "error: option '--port <port>' argument missing"],
    [['stray'], 'error: too many arguments'],
    [['--frob'], "error: unknown option '--frob'"],
  ])('%j', (argv, message) => {
    expect(usage(readWebhookOptions, argv)).toContain(message);
  });
});
