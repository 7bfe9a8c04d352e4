import { z } from 'zod';
import { describeIssues } from '../../shared/errors/schema-issues.ts';
import { messageOf, ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** Why a question to ARC has no answer. */
export type ArcTrouble =
  | 'not-registered'
  | 'denied'
  | 'throttled'
  | 'unavailable'
  | 'no-endpoint'
  | 'unreadable';

export type ArcOperation = 'ListAutoshifts' | 'ListZonalShifts' | 'GetManagedResource';

export type ArcErrorCode = `arc.${ArcTrouble}`;

const advice: Readonly<Record<ArcErrorCode, string>> = {
  'arc.not-registered':
    'register the cluster with ARC (zonalShiftConfig of the EKS cluster), or correct the ARN of the cluster',
  'arc.denied': "check the pod's role, its credentials and the clock, and grant it",
  'arc.throttled': 'it is asked again later; look for what else in this account asks ARC often',
  'arc.unavailable': 'it is asked again; look at the network and the health of AWS if it lasts',
  'arc.no-endpoint':
    'check the AWS Region and the endpoint; where the Region has no ARC, zones come from events and operators alone',
  'arc.unreadable':
    'it is asked again; nothing of this answer is believed, look for a newer version if it lasts',
};

/** A question that ARC did not answer: which, about what, what happened, and what to do. */
export class ArcApiError extends ZonewardenError {
  readonly trouble: ArcTrouble;
  readonly operation: ArcOperation;

  constructor(trouble: ArcTrouble, question: ArcQuestion, happened: string, options?: ErrorOptions) {
    const code: ArcErrorCode = `arc.${trouble}`;
    const { operation, resourceArn } = question;
    const about = resourceArn === undefined ? operation : `${operation} ${resourceArn}`;
    const action = trouble === 'denied' ? ` arc-zonal-shift:${operation}${scopeOf(operation)}` : '';
    super(code, `ARC ${about}: ${happened}; ${advice[code]}${action}`, options);
    this.trouble = trouble;
    this.operation = operation;
  }
}

/** What is asked, and about which resource. */
export interface ArcQuestion {
  readonly operation: ArcOperation;
  readonly resourceArn?: string | undefined;
}

/** How a policy has to name the action, by AWS's service authorization reference. */
function scopeOf(operation: ArcOperation): string {
  return operation === 'GetManagedResource'
    ? ' (condition key arc-zonal-shift:ResourceIdentifier)'
    : ' on "*" without a condition';
}

/** Thrown by ourselves for an answer that can't be the whole truth, e.g. pages without an end. */
export class IncompleteAnswer extends Error {}

/** As the SDK and Node throw: everything that tells what went wrong is optional. */
const thrownSchema = z.object({
  name: z.string().catch(''),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});
type Thrown = z.infer<typeof thrownSchema>;

/** Also where an API of AWS answers with 400 for them. */
const DENIED = [
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'OptInRequired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
];
const THROTTLED = ['RequestLimitExceeded', 'ThrottledException', 'Throttling', 'ThrottlingException'];

/** Each rule in its turn; what none of them knows is `unavailable`: nothing is known, and it is asked again. */
const rules: readonly (readonly [ArcTrouble, (thrown: Thrown, status: number) => boolean])[] = [
  ['throttled', ({ name }, status) => THROTTLED.includes(name) || status === 429],
  ['denied', ({ name }, status) => DENIED.includes(name) || status === 401 || status === 403],
  [
    'not-registered',
    ({ name, reason }) => name === 'ResourceNotFoundException' || reason === 'InvalidResourceIdentifier',
  ],
  ['no-endpoint', ({ name, code }) => name === 'EndpointError' || code === 'ENOTFOUND'],
  // The SDK's words where no Region is configured, or one that is no part of a host name.
  ['no-endpoint', ({ message }) => /^Region (?:is missing|not accepted)/.test(message)],
  // Something that is not ARC answers at this address.
  ['no-endpoint', (_, status) => status === 404],
  // The answer came, and then the SDK failed to read it.
  ['unreadable', (_, status) => status >= 200 && status < 300],
];

/** What was thrown while ARC was asked, as an error that says what to do. */
export function toArcApiError(thrown: unknown, question: ArcQuestion): ArcApiError {
  if (thrown instanceof ArcApiError) return thrown;
  if (thrown instanceof z.ZodError) {
    const issues = describeIssues(thrown);
    return new ArcApiError('unreadable', question, `the answer cannot be read: ${issues}`, { cause: thrown });
  }
  if (thrown instanceof IncompleteAnswer) {
    return new ArcApiError('unreadable', question, thrown.message, { cause: thrown });
  }
  const read = thrownSchema.safeParse(thrown);
  if (!read.success) return new ArcApiError('unavailable', question, messageOf(thrown), { cause: thrown });
  const status = read.data.$metadata?.httpStatusCode ?? 0;
  const [trouble] = rules.find(([, applies]) => applies(read.data, status)) ?? ['unavailable' as const];
  return new ArcApiError(trouble, question, inWords(read.data, status), { cause: thrown });
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
