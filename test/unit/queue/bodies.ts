import type { QueueMessage } from '../../../watcher/queue/message-queue.ts';

/** The event that AWS publishes as a sample of an autoshift that an observer hears, with what is given changed. */
export function autoshift(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: '0',
    id: '05d4d2d5-9c76-bfea-72d2-d4614802adb4',
    'detail-type': 'Autoshift In Progress',
    source: 'aws.arc-zonal-shift',
    account: '111122223333',
    time: '2026-11-21T04:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: { version: '0.0.1', data: '', metadata: { awayFrom: 'use1-az2', notes: '' } },
    ...changes,
  };
}

/** The same behind an SNS topic that does not deliver raw. */
export function behindSns(message: string, changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    Type: 'Notification',
    MessageId: '0a4c8d2e-6a0e-5c57-9f6d-1f1d0f2b3c4d',
    TopicArn: 'arn:aws:sns:us-east-1:111122223333:zonal-shift',
    Message: message,
    Timestamp: '2026-11-21T04:00:01.000Z',
    SignatureVersion: '1',
    ...changes,
  };
}

export function messageOf(body: string, id = 'message-1'): QueueMessage {
  return { id, receiptHandle: `handle of ${id}`, body };
}
