import { CREDENTIAL_ERRORS } from '../../shared/aws-sdk/credential-errors.ts';
import { type SdkErrorNames, sdkTroubleOf } from '../../shared/aws-sdk/sdk-trouble.ts';
import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';
import { queueArnOf } from './queue-arn.ts';

/** The calls that are made, each of them a right of its own. */
export type QueueAction =
  | 'ReceiveMessage'
  | 'DeleteMessage'
  | 'ChangeMessageVisibility'
  | 'GetQueueAttributes';

/**
 * What each trouble of SQS asks for. `{action}` is the right that the call needs, `{queue}` the queue's ARN, or its URL
 * where that does not tell it.
 */
const ADVICE = {
  'queue.kms-denied':
    'the queue is encrypted by a KMS key that the role may not use: grant kms:Decrypt on that key, in the policy of the role and, ' +
    'where the key is of another account, in the policy of the key',
  'queue.kms-disabled':
    'the KMS key that encrypts the queue is disabled: enable it, or give the queue another key',
  'queue.kms-not-found':
    'the KMS key that encrypts the queue is not there: correct KmsMasterKeyId of the queue, which may be an alias that leads nowhere',
  'queue.kms-invalid-state':
    'the KMS key that encrypts the queue cannot be used in its state, such as pending deletion: cancel the deletion, or give the ' +
    'queue another key',
  'queue.kms-invalid-usage':
    'the KMS key of the queue is of the wrong sort: it has to be a symmetric one for encryption; give the queue another key',
  'queue.kms-opt-in': 'this AWS account may not use KMS in the Region: subscribe to it',
  'queue.kms-throttled':
    'KMS throttles: it is asked again; raise KmsDataKeyReusePeriodSeconds of the queue if it lasts',
  'queue.denied':
    'grant sqs:{action} on {queue} to the role of the pod; where the queue is of another account, in the policy of the queue as well',
  'queue.credentials':
    'the credentials of the pod are not accepted, or there are none: check its role, its clock, and that the Region of {queue} is right',
  'queue.not-found':
    'there is no queue {queue}, or it is not to be seen: check the URL, the account and the Region in it, and the policy of the queue ' +
    'where it is of another account',
  'queue.invalid-address':
    'the address is none of a queue of this Region: correct ZONEWARDEN_QUEUE_URL and the Region',
  'queue.insecure': 'SQS wants HTTPS, as the policy of the queue may do: use an endpoint with https',
  'queue.over-limit':
    'too many messages are in flight: somebody else receives from {queue} and deletes nothing; give each cluster a queue of its own',
  'queue.throttled':
    'it is asked again later; look for what else calls SQS often in this account if it lasts',
  'queue.unavailable':
    'it is asked again; look at the network (NAT, VPC endpoints, proxies) and the health of AWS if it lasts',
  'queue.no-endpoint':
    'check the Region, ZONEWARDEN_QUEUE_URL and ZONEWARDEN_SQS_ENDPOINT: what answers there is not SQS, or nothing does',
  'queue.unreadable': 'it is asked again; check what answers at this address: it does not speak SQS',
  'queue.refused':
    'another watcher may have the message by now, which does no harm: it is dealt with as often as it comes',
} as const;

export type QueueErrorCode = keyof typeof ADVICE;

/** A call of SQS that failed: which, about which queue, what happened, and what to do. */
export class QueueError extends ZonewardenError {
  readonly action: QueueAction;

  constructor(
    code: QueueErrorCode,
    call: { readonly action: QueueAction; readonly queueUrl: string },
    happened: string,
    options?: ErrorOptions,
  ) {
    const { action, queueUrl } = call;
    const advice = ADVICE[code]
      .replace('{action}', action)
      .replace('{queue}', queueArnOf(queueUrl) ?? queueUrl);
    super(code, `SQS ${action}: ${happened}; ${advice}`, options);
    this.action = action;
  }
}

/** KMS in the names of SQS's protocols of today (`KmsDisabled`) and of old (`KMS.DisabledException`). */
const kms = (...names: readonly string[]) =>
  new RegExp(`^(?:Kms|KMS\\.)(?:KMS)?(?:${names.join('|')})(?:Exception)?$`);

/** Looked at before what is the same for all APIs, and each in its turn. */
const NAMED: readonly (readonly [QueueErrorCode, RegExp])[] = [
  ['queue.kms-denied', kms('AccessDenied')],
  ['queue.kms-disabled', kms('Disabled')],
  ['queue.kms-not-found', kms('NotFound')],
  ['queue.kms-invalid-state', kms('InvalidState')],
  ['queue.kms-invalid-usage', kms('InvalidKeyUsage')],
  ['queue.kms-opt-in', kms('OptInRequired')],
  ['queue.kms-throttled', kms('Throttled', 'Throttling')],
  ['queue.not-found', /^(?:QueueDoesNotExist|(?:AWS\.SimpleQueueService\.)?NonExistentQueue)$/],
  ['queue.invalid-address', /^InvalidAddress(?:Exception)?$/],
  ['queue.insecure', /^InvalidSecurity(?:Exception)?$/],
  ['queue.over-limit', /^OverLimit(?:Exception)?$/],
  ['queue.denied', /^AccessDenied(?:Exception)?$/],
];

const REST: SdkErrorNames<never> = {
  denied: [...CREDENTIAL_ERRORS, 'RequestExpired'],
  throttled: ['RequestThrottled', 'ThrottledException', 'Throttling', 'ThrottlingException'],
};

const CODES = {
  denied: 'queue.credentials',
  throttled: 'queue.throttled',
  unavailable: 'queue.unavailable',
  'no-endpoint': 'queue.no-endpoint',
  unreadable: 'queue.unreadable',
} as const;

/** What was thrown while SQS was asked, as an error that says what to do. */
export function toQueueError(
  thrown: unknown,
  call: { readonly action: QueueAction; readonly queueUrl: string },
): QueueError {
  if (thrown instanceof QueueError) return thrown;
  const { trouble, happened } = sdkTroubleOf(thrown, REST);
  return new QueueError(namedCode(thrown) ?? CODES[trouble], call, happened, { cause: thrown });
}

function namedCode(thrown: unknown): QueueErrorCode | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const [code] = NAMED.find(([, name]) => name.test(thrown.name)) ?? [];
  // Who may not use the key is sometimes told so in the words of a denial alone.
  return code === 'queue.denied' && /\bkms:\w/.test(thrown.message) ? 'queue.kms-denied' : code;
}
