import { z } from 'zod';
import { type OptionSpec, readOptions } from '../shared/process/command-line.ts';
import {
  COMMON_OPTIONS,
  commonValues,
  list,
  milliseconds,
  onOff,
  port,
} from '../shared/process/option-values.ts';
import { DEFAULT_SECRET_NAME } from './certificates/ca-secret.ts';
import {
  certificateDuration,
  DEFAULT_CA_DURATION,
  DEFAULT_LEAF_DURATION,
  durationsProblem,
} from './certificates/durations.ts';
import { DEFAULT_CONFIGURATION_NAME } from './registration/registration-watch.ts';

/** Every option of the webhook. docs/options.md is checked against this table. */
export const WEBHOOK_OPTIONS: readonly OptionSpec[] = [
  ...COMMON_OPTIONS,
  {
    flags: '--host <address>',
    env: 'ZONEWARDEN_WEBHOOK_HOST',
    description: 'address that admission is served on',
    default: '0.0.0.0',
  },
  {
    flags: '--port <port>',
    env: 'ZONEWARDEN_WEBHOOK_PORT',
    description: 'port that admission is served on (HTTPS); 0 lets the system choose',
    default: '8443',
  },
  {
    flags: '--ops-port <port>',
    env: 'ZONEWARDEN_WEBHOOK_OPS_PORT',
    description: 'port of /healthz, /readyz and /metrics (plain HTTP), on the same address',
    default: '8081',
  },
  {
    flags: '--service <name>',
    env: 'ZONEWARDEN_WEBHOOK_SERVICE',
    description: 'Service in front of the webhook; its DNS names go into the certificate',
    default: 'zonewarden-webhook',
  },
  {
    flags: '--extra-names <names>',
    env: 'ZONEWARDEN_WEBHOOK_EXTRA_NAMES',
    description: 'more DNS names and IP addresses for the certificate, separated by commas',
    default: '',
  },
  {
    flags: '--ca-secret <name>',
    env: 'ZONEWARDEN_WEBHOOK_CA_SECRET',
    description: 'Secret that holds the CA, shared by all replicas',
    default: DEFAULT_SECRET_NAME,
  },
  {
    flags: '--ca-duration <duration>',
    env: 'ZONEWARDEN_WEBHOOK_CA_DURATION',
    description: 'how long a CA that the webhook makes is valid; it is renewed after two thirds of that',
    default: DEFAULT_CA_DURATION,
  },
  {
    flags: '--leaf-duration <duration>',
    env: 'ZONEWARDEN_WEBHOOK_LEAF_DURATION',
    description:
      'how long a serving certificate is valid, less than a third of the CA; renewed after two thirds of that',
    default: DEFAULT_LEAF_DURATION,
  },
  {
    flags: '--cert-dir <dir>',
    env: 'ZONEWARDEN_WEBHOOK_CERT_DIR',
    description:
      'folder with tls.crt and tls.key that somebody else renews, such as cert-manager; without it the webhook makes its own',
    default: '',
  },
  {
    flags: '--client-ca-file <file>',
    env: 'ZONEWARDEN_WEBHOOK_CLIENT_CA_FILE',
    description:
      'CAs in PEM; with it only callers with a client certificate of one of them are answered, which the API server has to be given',
    default: '',
  },
  {
    flags: '--configuration <name>',
    env: 'ZONEWARDEN_WEBHOOK_CONFIGURATION',
    description:
      'name of the webhook configurations that call this webhook; it fills in their path, and with its own CA their caBundle',
    default: DEFAULT_CONFIGURATION_NAME,
  },
  {
    flags: '--events <on|off>',
    env: 'ZONEWARDEN_WEBHOOK_EVENTS',
    description: 'on: what the policy says of a NodePool, and which zones it lost or got back, become Events',
    default: 'on',
  },
  {
    flags: '--drain-ms <milliseconds>',
    env: 'ZONEWARDEN_WEBHOOK_DRAIN_MS',
    description: 'after SIGTERM: how long to go on answering, with Connection: close, before the port closes',
    default: '5000',
  },
];

const schema = z
  .object({
    ...commonValues,
    host: z.string().min(1),
    port,
    opsPort: port,
    service: z.string().min(1),
    extraNames: list,
    caSecret: z.string().min(1),
    caDuration: certificateDuration,
    leafDuration: certificateDuration,
    certDir: z.string(),
    clientCaFile: z.string(),
    configuration: z.string().min(1),
    events: onOff,
    drainMs: milliseconds,
  })
  .superRefine(({ caDuration, leafDuration }, context) => {
    const problem = durationsProblem(caDuration, leafDuration);
    if (problem !== undefined)
      context.addIssue({ code: 'custom', path: [problem.option], message: problem.why });
  });
export type WebhookOptions = z.infer<typeof schema>;

export function readWebhookOptions(argv: readonly string[]): WebhookOptions {
  return readOptions(
    'zonewarden-webhook',
    'Admission webhook for NodePools and NodeClaims',
    WEBHOOK_OPTIONS,
    schema,
    argv,
  );
}
