import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import type { Told } from '../../../shared/facts/watcher-facts.ts';
import { homeOf } from '../../../shared/home/home.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { ElsewhereTally } from '../../../watcher/hearing/elsewhere-tally.ts';
import { hearQueue } from '../../../watcher/hearing/hear-queue.ts';
import { autoshift } from './consuming.ts';
import { createQueue, type SqsServer, sendAll, sqsClient, startSqs, until, visibleIn } from './sqs-server.ts';

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/ours';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

/** Hears a real queue with the client that the watcher makes, until the test is over. */
function hearing(server: SqsServer, queueUrl: string) {
  const facts = new Facts();
  const told: Told[] = [];
  facts.listen({ hear: (one) => told.push(one) });
  const record = { stored: EMPTY_RECORD as ZoneRecord, writes: 0 };
  const status = { shown: {} as object };
  const elsewhere = new ElsewhereTally(facts.tell);
  const stop = new AbortController();
  const options = { queueUrl, queueRegion: 'us-east-1', sqsEndpoint: server.endpoint };
  const done = hearQueue(
    {
      options: { ...options, visibilitySeconds: 60, drainMs: 0, arc: true, clusterArn: ARN },
      store: {
        async update(change) {
          record.writes += 1;
          record.stored = change(record.stored);
          return record.stored;
        },
        seen: () => undefined,
      },
      names: { ...NO_NAMES },
      home: {
        current: () => homeOf({ clusterArn: ARN }),
        known: async () => undefined,
        arcListed: () => undefined,
      },
      elsewhere,
      rules: () => DEFAULT_ZONE_RULES,
      tell: facts.tell,
      onState(state) {
        status.shown = state;
      },
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return { told, record, elsewhere, status };
}

const NO_NAMES = {
  ...{ start: () => undefined, stop: async () => undefined, known: async () => undefined },
  ...{ lookUp: async () => undefined, nameOf: () => undefined, used: () => undefined },
  ...{ parents: () => new Map<string, string>(), learn: () => undefined },
  reach: () => ({ reach: { zones: {}, names: {} }, isPassing: true }),
};

it('events of another Region are deleted, counted and told once, and nothing is written for them', async () => {
  const server = await startSqs();
  const client = sqsClient(server);
  const url = await createQueue(client, 'zonewarden');
  const far = autoshift('use1-az1').replace('us-east-1', 'us-west-2');
  await sendAll(client, url, [far, far, autoshift('usw2-az1')]);
  const { told, record, elsewhere } = hearing(server, url);
  const fates = () =>
    told.flatMap((one) => (one.name === 'message' ? [`${one.fact.outcome} ${one.fact.fate}`] : []));
  await until(() => fates().length === 3);
  expect(fates()).toEqual(Array.from({ length: 3 }, () => 'noted deleted'));
  const seen = told.flatMap((one) => (one.name === 'elsewhere-seen' ? [one.fact.where] : []));
  expect(seen.sort()).toEqual(['us-west-2', 'usw2-az1']);
  expect(elsewhere.shown()).toMatchObject({ messages: { region: 2, zone: 1 } });
  expect(await visibleIn(client, url)).toEqual([]);
  await sendAll(client, url, [autoshift('use1-az1')]);
  await until(() => record.stored.zones.length === 1);
  expect([record.writes, record.stored.zones[0]?.id]).toEqual([1, 'use1-az1']);
});

it('a trouble of SQS is told with its step and its code, and stands in the status until it is over', async () => {
  const server = await startSqs();
  const client = sqsClient(server);
  const url = await createQueue(client, 'zonewarden');
  server.fail({ type: 'KmsAccessDenied', query: 'KMS.AccessDeniedException' }, 'ReceiveMessage');
  const { told, status } = hearing(server, url);
  const errors = () => told.flatMap((one) => (one.name === 'queue-error' ? [one.fact] : []));
  await until(() => errors().length >= 1);
  expect(errors()[0]).toEqual({ step: 'receive', code: 'queue.kms-denied' });
  expect(status.shown).toMatchObject({
    troubles: [{ where: 'receive', code: 'queue.kms-denied', over: false }],
  });
  server.fail(undefined);
  await sendAll(client, url, [autoshift('use1-az1')]);
  await until(() => told.some(({ name }) => name === 'message'));
  expect(status.shown).toMatchObject({ troubles: [{ code: 'queue.kms-denied', over: true }] });
});
