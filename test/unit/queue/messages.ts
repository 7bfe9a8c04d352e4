import type { QueueMessage } from '../../../watcher/hearing/message-queue.ts';

let count = 0;

/** A message as SQS delivers it, with an ID of its own. */
export function message(body: string): QueueMessage {
  count += 1;
  return { id: `message-${count}`, receiptHandle: `receipt-${count}`, body };
}

/** An autoshift notification as EventBridge delivers it; what is given replaces members. */
export function event(members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: '0',
    id: '5d4ed2ff-23ef-48ee-b0a8-0f5b7ed1a1a1',
    'detail-type': 'Autoshift In Progress',
    source: 'aws.arc-zonal-shift',
    account: '111122223333',
    time: '2026-11-21T04:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: { version: '0.0.1', data: '', metadata: { awayFrom: 'use1-az1', notes: '' } },
    ...members,
  };
}

/** What SNS puts around a message unless RawMessageDelivery is on. */
export function sns(message: string, type = 'Notification'): Record<string, unknown> {
  return {
    Type: type,
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:us-east-1:111122223333:zonal-shifts',
    Message: message,
    Timestamp: '2026-11-21T04:00:01.000Z',
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
  };
}
