import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { onTestFinished } from 'vitest';

/** fauxqs takes any credentials; the region decides what queue URLs and ARNs look like. */
const REGION = 'us-east-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** An error of SQS by its names: the one of today, and the one of the Query protocol, which comes in a header. */
export interface SqsError {
  readonly type: string;
  readonly query?: string;
  readonly status?: number;
  readonly message?: string;
}

/** What a server in trouble does with each request. */
export type SqsTrouble = 'unavailable' | 'reset' | 'garbage' | 'expired' | 'denied' | SqsError;

type Answer = readonly [status: number, body: string, headers?: Record<string, string>];

const ANSWERS: Readonly<Record<Exclude<SqsTrouble, 'reset' | SqsError>, Answer>> = {
  unavailable: [503, '<html>Service Unavailable</html>'],
  garbage: [200, '{"Messages": [{"Body": '],
  expired: [
    403,
    '{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The token is expired"}',
  ],
  denied: [403, '{"__type":"com.amazon.coral.service#AccessDeniedException","message":"Access is denied"}'],
};

/** A server that speaks SQS and SNS, with its state in memory: what was in it is gone when it stops. */
export interface SqsServer {
  readonly port: number;
  readonly endpoint: string;
  /** The actions that arrived, in order: `ReceiveMessage`, `DeleteMessageBatch`. */
  readonly actions: string[];
  /** From now on, requests of this action (all, where none is named) are met with trouble; `undefined` ends it. */
  fail(trouble: SqsTrouble | undefined, action?: string): void;
  /** Cuts every connection and stops listening. */
  stop(): Promise<void>;
}

function answerOf({ type, query, status = 400, message = 'it failed' }: SqsError): Answer {
  const body = JSON.stringify({ __type: `com.amazonaws.sqs#${type}`, message });
  return [status, body, query === undefined ? {} : { 'x-amzn-query-error': `${query};Sender` }];
}

/** Starts a server on 127.0.0.1 that ends with the test. */
export async function startSqs(port = 0): Promise<SqsServer> {
  const app = buildApp({ logger: false });
  const actions: string[] = [];
  let failing: { readonly trouble: SqsTrouble | undefined; readonly action: string | undefined } | undefined;
  app.addHook('onRequest', async (request, reply) => {
    const target = request.headers['x-amz-target'];
    const action = typeof target === 'string' ? target.replace('AmazonSQS.', '') : '';
    if (action !== '') actions.push(action);
    const trouble = failing?.action === undefined || failing.action === action ? failing?.trouble : undefined;
    if (trouble === undefined) return;
    if (trouble === 'reset') {
      // Without this the request would be carried out all the same, and a message be taken by nobody.
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return;
    }
    const [status, body, headers] = typeof trouble === 'object' ? answerOf(trouble) : ANSWERS[trouble];
    reply.headers({ 'content-type': 'application/x-amz-json-1.0', ...headers });
    await reply.code(status).send(body);
  });
  const endpoint = await app.listen({ host: '127.0.0.1', port });
  const address = app.server.address();
  const stop = async () => {
    // Long polls would keep it for 20 s.
    app.server.closeAllConnections();
    await app.close();
  };
  onTestFinished(stop);
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    endpoint,
    actions,
    fail(trouble, action) {
      failing = { trouble, action };
    },
    stop,
  };
}

/** A client as the watcher makes it, that ends with the test. */
export function sqsClient(server: Pick<SqsServer, 'endpoint'>): SQSClient {
  const client = new SQSClient({ region: REGION, endpoint: server.endpoint, credentials });
  onTestFinished(() => client.destroy());
  return client;
}

/** Makes a queue; returns its URL. */
export async function createQueue(
  client: SQSClient,
  name: string,
  attributes: Record<string, string> = {},
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return QueueUrl ?? '';
}

export async function attributeOf(
  client: SQSClient,
  queueUrl: string,
  name: 'QueueArn' | 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible',
): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [name] });
  return (await client.send(command)).Attributes?.[name] ?? '';
}

export async function sendAll(client: SQSClient, queueUrl: string, bodies: readonly string[]): Promise<void> {
  for (let first = 0; first < bodies.length; first += 10) {
    const Entries = bodies
      .slice(first, first + 10)
      .map((body, index) => ({ Id: String(index), MessageBody: body }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

/** What anybody else would receive now, without waiting; it stays visible. */
export async function visibleIn(client: SQSClient, queueUrl: string): Promise<string[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 0,
    VisibilityTimeout: 0,
  });
  return ((await client.send(command)).Messages ?? []).map(({ Body }) => Body ?? '');
}

/** One call of SNS: its Query protocol, for which no client is among our dependencies. */
export async function callSns(
  server: SqsServer,
  action: string,
  parameters: Record<string, string>,
): Promise<string> {
  const response = await fetch(server.endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261121/${REGION}/sns/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({ Action: action, Version: '2010-03-31', ...parameters }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: HTTP ${response.status} ${text}`);
  return text;
}

/** Polls until the condition holds; the test's own time limit ends a wait that never does. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
