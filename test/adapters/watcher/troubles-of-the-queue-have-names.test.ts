import { describe, expect, it } from 'vitest';
import { createMessageQueue } from '../../../watcher/hearing/message-queue.ts';
import { QueueError } from '../../../watcher/hearing/queue-trouble.ts';
import { autoshift, consuming } from './consuming.ts';
import {
  createQueue,
  type SqsError,
  type SqsTrouble,
  sendAll,
  sqsClient,
  startSqs,
  until,
} from './sqs-server.ts';

const never = new AbortController().signal;
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:zonewarden';

async function thrownBy(work: Promise<unknown>): Promise<QueueError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof QueueError) return thrown;
  throw new Error('it is no QueueError', { cause: thrown });
}

/** What the real client makes of an answer to the call, for a queue in a server that answers so. */
async function received(trouble: SqsTrouble): Promise<QueueError> {
  const server = await startSqs();
  const client = sqsClient(server);
  const url = await createQueue(client, 'zonewarden');
  server.fail(trouble);
  return thrownBy(createMessageQueue(client, url).receive(never));
}

describe('a trouble of SQS has its code, what happened, and what to do', () => {
  const KEY = 'arn:aws:kms:us-east-1:111122223333:key/0a1b';
  const denial = `User: arn:aws:sts::111122223333:assumed-role/zonewarden/pod is not authorized to perform: kms:Decrypt on resource: ${KEY}`;
  it.each<[string, SqsError, string, string]>([
    [
      'no right to the key',
      { type: 'KmsAccessDenied', query: 'KMS.AccessDeniedException', message: denial },
      'queue.kms-denied',
      'grant kms:Decrypt',
    ],
    [
      'no right to the key, by the name of old',
      { type: 'KMS.AccessDeniedException' },
      'queue.kms-denied',
      'kms:Decrypt',
    ],
    [
      'no right to the key, in the words of a denial',
      { type: 'AccessDeniedException', status: 403, message: denial },
      'queue.kms-denied',
      'kms:Decrypt',
    ],
    [
      'a key that is disabled',
      { type: 'KmsDisabled', query: 'KMS.DisabledException' },
      'queue.kms-disabled',
      'enable it',
    ],
    [
      'a key that is gone',
      { type: 'KmsNotFound', query: 'KMS.NotFoundException' },
      'queue.kms-not-found',
      'KmsMasterKeyId',
    ],
    [
      'a key that will be deleted',
      { type: 'KmsInvalidState', query: 'KMS.InvalidStateException' },
      'queue.kms-invalid-state',
      'pending deletion',
    ],
    [
      'a state by KMS’s own name',
      { type: 'KMS.KMSInvalidStateException' },
      'queue.kms-invalid-state',
      'pending deletion',
    ],
    [
      'a key of the wrong sort',
      { type: 'KmsInvalidKeyUsage', query: 'KMS.InvalidKeyUsageException' },
      'queue.kms-invalid-usage',
      'symmetric',
    ],
    [
      'an account without KMS',
      { type: 'KmsOptInRequired', query: 'KMS.OptInRequired', status: 403 },
      'queue.kms-opt-in',
      'subscribe',
    ],
    [
      'KMS that throttles',
      { type: 'KmsThrottled', query: 'KMS.ThrottlingException' },
      'queue.kms-throttled',
      'ReusePeriod',
    ],
    [
      'a denial',
      { type: 'AccessDeniedException', status: 403 },
      'queue.denied',
      `grant sqs:ReceiveMessage on ${QUEUE_ARN}`,
    ],
    ['a denial by the name of old', { type: 'AccessDenied', status: 403 }, 'queue.denied', QUEUE_ARN],
    [
      'no such queue',
      { type: 'QueueDoesNotExist', query: 'AWS.SimpleQueueService.NonExistentQueue' },
      'queue.not-found',
      `there is no queue ${QUEUE_ARN}`,
    ],
    [
      'no such address',
      { type: 'InvalidAddress', status: 404 },
      'queue.invalid-address',
      'ZONEWARDEN_QUEUE_URL',
    ],
    ['no encryption', { type: 'InvalidSecurity', status: 403 }, 'queue.insecure', 'https'],
    ['too many in flight', { type: 'OverLimit', status: 403 }, 'queue.over-limit', 'in flight'],
    ['too many requests', { type: 'RequestThrottled', status: 403 }, 'queue.throttled', 'again later'],
    [
      'a signature of another Region',
      { type: 'SignatureDoesNotMatch', status: 403 },
      'queue.credentials',
      'Region of',
    ],
    [
      'an unknown key of access',
      { type: 'InvalidClientTokenId', status: 403 },
      'queue.credentials',
      'its role',
    ],
    ['what nobody knows', { type: 'SomethingNew' }, 'queue.unavailable', 'again'],
  ])('%s', async (_, trouble, code, advice) => {
    const error = await received(trouble);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^SQS ReceiveMessage: answered \d{3}, /);
    expect(error.message).toContain(trouble.message ?? 'it failed');
    expect(error.message).toContain(advice);
    expect(error.message).not.toMatch(/[{}\n]/);
  });

  it.each<[SqsTrouble, string]>([
    ['garbage', 'queue.unreadable'],
    ['unavailable', 'queue.unavailable'],
    ['expired', 'queue.credentials'],
  ])('%s', async (trouble, code) => {
    expect(await received(trouble)).toMatchObject({ code });
  });
});

it('a denial names the right of each call, and no other', async () => {
  const server = await startSqs();
  const client = sqsClient(server);
  const queue = createMessageQueue(client, await createQueue(client, 'zonewarden'));
  server.fail('denied');
  const one = [{ id: 'a', receiptHandle: 'b', body: '' }];
  const rights = {
    ReceiveMessage: () => queue.receive(never),
    DeleteMessage: () => queue.remove(one, never),
    ChangeMessageVisibility: () => queue.extend(one, never),
    GetQueueAttributes: () => queue.hasDeadLetterQueue(never),
  };
  for (const [action, call] of Object.entries(rights)) {
    const error = await thrownBy(call());
    expect(error).toMatchObject({ code: 'queue.denied', action });
    expect(error.message.match(/sqs:\w+ on/g)).toEqual([`sqs:${action} on`]);
  }
});

it('the status has the code, and a right that was granted ends the trouble without a loss', async () => {
  const server = await startSqs();
  const client = sqsClient(server);
  const url = await createQueue(client, 'zonewarden');
  await sendAll(client, url, [autoshift('use1-az1')]);
  server.fail({ type: 'KmsAccessDenied', query: 'KMS.AccessDeniedException' }, 'ReceiveMessage');
  const watched = consuming(client, url);
  const receive = () => watched.health()?.troubles.find(({ where }) => where === 'receive');
  await until(() => receive()?.over === false);
  expect(receive()).toMatchObject({ code: 'queue.kms-denied' });
  server.fail(undefined);
  await until(() => watched.applied.length === 1);
  expect(receive()).toMatchObject({ code: 'queue.kms-denied', over: true });
});
