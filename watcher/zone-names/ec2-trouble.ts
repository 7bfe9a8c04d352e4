import { z } from 'zod';
import { describeIssues } from '../../shared/errors/schema-issues.ts';
import { messageOf, ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** Why EC2 did not say which zones there are. */
export type Ec2Trouble = 'denied' | 'throttled' | 'unavailable' | 'no-endpoint' | 'unreadable';
export type Ec2ErrorCode = `ec2.${Ec2Trouble}`;

const advice: Readonly<Record<Ec2ErrorCode, string>> = {
  'ec2.denied':
    'check the pod\'s role, its credentials and the clock, and grant it ec2:DescribeAvailabilityZones on "*"',
  'ec2.throttled': 'it is asked again later; look for what else in this account asks EC2 often',
  'ec2.unavailable': 'it is asked again; look at the network and the health of AWS if it lasts',
  'ec2.no-endpoint': 'check the AWS Region and the endpoint of EC2',
  'ec2.unreadable':
    'it is asked again; nothing of this answer is believed, look for a newer version if it lasts',
};

/** EC2 did not answer, or not in a way that can be believed. Names that are known stay. */
export class Ec2ApiError extends ZonewardenError {
  readonly trouble: Ec2Trouble;

  constructor(trouble: Ec2Trouble, happened: string, options?: ErrorOptions) {
    const code: Ec2ErrorCode = `ec2.${trouble}`;
    super(code, `EC2 DescribeAvailabilityZones: ${happened}; ${advice[code]}`, options);
    this.trouble = trouble;
  }
}

/** As the SDK and Node throw: everything that tells what went wrong is optional. */
const thrownSchema = z.object({
  name: z.string().catch(''),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});
type Thrown = z.infer<typeof thrownSchema>;

/** The client errors of EC2's API reference that are about who asks; some come with 400. */
const DENIED = [
  'AuthFailure',
  'Blocked',
  'CredentialsProviderError',
  'ExpiredToken',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'MissingAuthenticationToken',
  'OptInRequired',
  'PendingVerification',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnauthorizedOperation',
];
/** EC2 throttles with 503. */
const THROTTLED = ['RequestLimitExceeded', 'Throttling', 'ThrottlingException'];

/** Each rule in its turn; what none of them knows is `unavailable`: nothing is known, and it is asked again. */
const rules: readonly (readonly [Ec2Trouble, (thrown: Thrown, status: number) => boolean])[] = [
  ['throttled', ({ name }, status) => THROTTLED.includes(name) || status === 429],
  ['denied', ({ name }, status) => DENIED.includes(name) || status === 401 || status === 403],
  ['no-endpoint', ({ name, code }) => name === 'EndpointError' || code === 'ENOTFOUND'],
  // The SDK's words where no Region is configured, or one that is no part of a host name.
  ['no-endpoint', ({ message }) => /^Region (?:is missing|not accepted)/.test(message)],
  // Something that is not EC2 answers at this address.
  ['no-endpoint', (_, status) => status === 404],
  // The answer came, and then the SDK failed to read it.
  ['unreadable', (_, status) => status >= 200 && status < 300],
];

/** What was thrown while EC2 was asked, as an error that says what to do. */
export function toEc2ApiError(thrown: unknown): Ec2ApiError {
  if (thrown instanceof Ec2ApiError) return thrown;
  if (thrown instanceof z.ZodError) {
    const issues = describeIssues(thrown);
    return new Ec2ApiError('unreadable', `the answer cannot be read: ${issues}`, { cause: thrown });
  }
  const read = thrownSchema.safeParse(thrown);
  if (!read.success) return new Ec2ApiError('unavailable', messageOf(thrown), { cause: thrown });
  const status = read.data.$metadata?.httpStatusCode ?? 0;
  const [trouble] = rules.find(([, applies]) => applies(read.data, status)) ?? ['unavailable' as const];
  return new Ec2ApiError(trouble, inWords(read.data, status), { cause: thrown });
}

/** The SDK appends a second line for its developers. */
function inWords({ name, message, code }: Thrown, status: number): string {
  const [line = ''] = message.split('\n');
  const kind = [...new Set([name, code])].filter(
    (part) => part !== undefined && !['', 'Error'].includes(part),
  );
  const what = [kind.join(' '), line].filter((part) => part !== '').join(': ');
  return status === 0 ? what : `answered ${status}, ${what}`;
}
