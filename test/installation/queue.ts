import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type ProductProcess, startProductProcess } from './product-process.ts';

/** Any credentials will do: fauxqs does not check them. */
export const AWS_ENV = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };

/** A running SQS server and the queue in it. */
export interface Queue {
  readonly endpoint: string;
  readonly url: string;
  readonly process: ProductProcess;
  send(body: string): Promise<void>;
  /** Messages that are visible, and messages that somebody has received and not deleted. */
  depth(): Promise<{ readonly visible: number; readonly inFlight: number; readonly dead: number }>;
  stop(): Promise<void>;
}

/** @param host where it listens; another address than 127.0.0.1 only inside a network namespace of the tests */
export async function startQueue(dir: string, detached: boolean, host = '127.0.0.1'): Promise<Queue> {
  const server = await startProductProcess({
    name: 'sqs',
    program: 'test/installation/queue-server.ts',
    args: ['0', host],
    dir,
    detached,
    isUp: (line) => typeof line.queueUrl === 'string',
  });
  const up = server.lines().find((line) => typeof line.queueUrl === 'string') ?? {};
  const { endpoint, queueUrl, deadLetterQueueUrl } = up as Record<string, string>;
  const client = new SQSClient({
    region: 'us-east-1',
    endpoint: endpoint ?? '',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const count = async (
    url: string | undefined,
    name: 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible',
  ) => {
    const answer = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] }),
    );
    return Number(answer.Attributes?.[name] ?? 0);
  };
  return {
    endpoint: endpoint ?? '',
    url: queueUrl ?? '',
    process: server,
    async send(body) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    },
    depth: async () => ({
      visible: await count(queueUrl, 'ApproximateNumberOfMessages'),
      inFlight: await count(queueUrl, 'ApproximateNumberOfMessagesNotVisible'),
      dead: await count(deadLetterQueueUrl, 'ApproximateNumberOfMessages'),
    }),
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}
