import { buildApp } from 'fauxqs';

/**
 * An SQS server with a queue and its dead-letter queue, as a process: `node queue-server.ts [port] [host]`. Prints one
 * JSON line `{"endpoint","queueUrl","deadLetterQueueUrl"}` when it serves. fauxqs speaks the SQS protocol; its own
 * command binds to all interfaces, so that the application is built and bound to 127.0.0.1 here.
 */
const app = buildApp({ logger: false });
const endpoint = await app.listen({
  host: process.argv[3] ?? '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
});

async function call(action: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${action}: HTTP ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

const deadLetterQueueUrl = String((await call('CreateQueue', { QueueName: 'zonewarden-dlq' })).QueueUrl);
const attributes = await call('GetQueueAttributes', {
  QueueUrl: deadLetterQueueUrl,
  AttributeNames: ['QueueArn'],
});
const arn = (attributes.Attributes as Record<string, string>).QueueArn;
const queue = await call('CreateQueue', {
  QueueName: 'zonewarden',
  Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: '5' }) },
});
console.log(JSON.stringify({ endpoint, queueUrl: String(queue.QueueUrl), deadLetterQueueUrl }));
