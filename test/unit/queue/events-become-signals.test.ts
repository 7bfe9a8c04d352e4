import { describe, expect, it } from 'vitest';
import { type ReadMessage, readMessage } from '../../../watcher/queue/read-message.ts';
import { autoshift, behindSns, messageOf } from './bodies.ts';

function read(body: unknown): ReadMessage {
  return readMessage(messageOf(JSON.stringify(body)));
}

const away = (awayFrom: unknown) => ({ data: '', metadata: { awayFrom } });

const signal = {
  change: 'start',
  zoneId: 'use1-az2',
  source: { id: 'autoshift/region', kind: 'autoshift' },
  at: '2026-11-21T04:00:00Z',
};

describe('an autoshift', () => {
  it('is a signal in its raw form', () => {
    expect(read(autoshift())).toMatchObject({
      outcome: 'signals',
      type: 'aws.arc-zonal-shift Autoshift In Progress',
      form: 'raw',
      signals: [signal],
      why: undefined,
    });
  });

  it('is the same signal behind SNS', () => {
    const message = read(behindSns(JSON.stringify(autoshift())));
    expect(message).toMatchObject({ outcome: 'signals', form: 'sns', signals: [signal] });
  });

  it('ends with its Completed event', () => {
    const message = read(autoshift({ 'detail-type': 'Autoshift Completed' }));
    expect(message.signals).toEqual([{ ...signal, change: 'end' }]);
  });

  it('speaks for each resource that it names, however that is named', () => {
    const cluster = 'arn:aws:eks:us-east-1:111122223333:cluster/prod';
    const message = read(autoshift({ resources: [cluster, 'TEST-EXAMPLE-2023-11-16-23-28-11-5'] }));
    expect(message.signals.map(({ source }) => source.id)).toEqual([
      `autoshift/${cluster}`,
      'autoshift/TEST-EXAMPLE-2023-11-16-23-28-11-5',
    ]);
  });

  it('speaks for the region without resources', () => {
    const { resources: _, ...without } = autoshift();
    expect(read(without).signals).toEqual([signal]);
  });

  it.each([
    ['an empty text', ''],
    ['a text', 'more'],
    ['an object', { additionalFailureInfo: 'alarm' }],
    ['null', null],
    ['a list', [1]],
  ])('is read with %s as data', (_, data) => {
    const detail = { version: '0.0.1', data, metadata: { awayFrom: 'use1-az2' } };
    expect(read(autoshift({ detail })).signals).toEqual([signal]);
  });

  it('is read with the zone beside the metadata, and with more members than anybody knows', () => {
    const detail = { awayFrom: 'use1-az2', metadata: { notes: 'none' }, more: true };
    expect(read(autoshift({ detail, 'replay-name': 'again' })).signals).toEqual([signal]);
  });

  it.each(['2026-11-21T04:00:00Z', '2026-11-21T04:00:00.123456Z', '2026-11-21T06:00:00+02:00'])(
    'keeps the time of the event: %s',
    (time) => {
      expect(read(autoshift({ time })).signals[0]?.at).toBe(time);
    },
  );

  it.each(['use1-az2', 'usw2-lax1-az1', 'use1-wl1-bos-wlz1', 'apne1-az4', 'euc1-az3'])(
    'is read for the zone ID %s',
    (zone) => {
      expect(read(autoshift({ detail: away(zone) })).signals[0]?.zoneId).toBe(zone);
    },
  );

  it.each([
    [undefined],
    [null],
    [''],
    [7],
    [['use1-az2']],
    [{ id: 'use1-az2' }],
    ['USE1-AZ2'],
    [' use1-az2'],
    ['use1-az2\n'],
    ['use1 az2'],
    ['use1.az2'],
    ['-use1-az2'],
    ['../use1-az2'],
    ['__proto__'],
    ['arn:aws:ec2:us-east-1'],
    ['use1-az2-and-much-more-than-that'],
  ])('cannot be read away from %j, which is no zone ID', (zone) => {
    const message = read(autoshift({ detail: away(zone) }));
    expect(message).toMatchObject({ outcome: 'malformed', signals: [], form: 'raw' });
    expect(message.type).toBe('aws.arc-zonal-shift Autoshift In Progress');
    expect(message.why).toContain('names no zone in detail.metadata.awayFrom');
  });

  it.each([undefined, null, '', 'use1-az2', 7, [], { metadata: 'use1-az2' }, { metadata: null }])(
    'cannot be read with the detail %j',
    (detail) => {
      expect(read(autoshift({ detail })).outcome).toBe('malformed');
    },
  );

  it.each([
    ['id', undefined],
    ['id', ''],
    ['id', 5],
    ['source', ''],
    ['detail-type', undefined],
    ['time', undefined],
    ['time', null],
    ['time', 1_795_233_600],
    ['time', 'yesterday'],
    ['time', '2026-11-21'],
    ['time', '2026-11-21T04:00:00'],
    ['time', '2026-13-21T04:00:00Z'],
    ['time', '2026-02-30T04:00:00Z'],
    ['time', 'Sat, 21 Nov 2026 04:00:00 GMT'],
    ['resources', 'one'],
    ['resources', null],
    ['resources', [7]],
  ])('cannot be read with %s %j', (member, value) => {
    const message = read(autoshift({ [member]: value }));
    expect(message).toMatchObject({ outcome: 'malformed', type: undefined, signals: [] });
    expect(message.why).toContain(member);
  });

  it.each([
    ['more resources than fit into the record', Array.from({ length: 101 }, (_, index) => `r-${index}`)],
    ['a resource longer than any ARN', ['r'.repeat(2049)]],
    ['a resource without a name', ['']],
  ])('cannot be read with %s', (_, resources) => {
    const message = read(autoshift({ resources }));
    expect(message).toMatchObject({ outcome: 'malformed', signals: [] });
    expect(message.why).toContain('resources');
  });
});

describe('other events of ARC', () => {
  it.each([
    'Practice Run Started',
    'Practice Run Succeeded',
    'Practice Run Failed',
    'Practice Run Interrupted',
    'FIS Experiment Autoshift In Progress',
    'FIS Experiment Autoshift Completed',
    'FIS Experiment Autoshift Canceled',
    'Manual Shift Started',
    'Manual Shift Updated',
    'Manual Shift Canceled',
  ])('%s is noted, whatever its detail is', (detailType) => {
    for (const detail of [away('use1-az2'), { data: { additionalFailureInfo: 'alarm' } }, 7, undefined]) {
      const message = read(autoshift({ 'detail-type': detailType, detail }));
      expect(message).toMatchObject({ outcome: 'noted', signals: [] });
      expect(message.type).toBe(`aws.arc-zonal-shift ${detailType}`);
      expect(message.why).toContain(detailType);
    }
  });
});

describe('what nobody here knows', () => {
  it.each([
    ['the CloudTrail form', autoshift({ 'detail-type': 'AWS API Call via CloudTrail' })],
    ['a type that is new', autoshift({ 'detail-type': 'Autoshift Extended' })],
    ['another service', autoshift({ source: 'aws.ec2' })],
    ['the same type of somebody else', autoshift({ source: 'my.own' })],
    ['a name in another case', autoshift({ 'detail-type': 'autoshift in progress' })],
    ['a type that means something in JavaScript', autoshift({ 'detail-type': 'constructor' })],
  ])('is foreign: %s', (_, body) => {
    const message = read(body);
    // Only a registered type may become the value of a metric's label.
    expect(message).toMatchObject({ outcome: 'foreign', type: undefined, signals: [], form: 'raw' });
    expect(message.why).toContain(String(body['detail-type']));
  });

  it.each(['SubscriptionConfirmation', 'UnsubscribeConfirmation', 'Anything'])(
    'is foreign: the SNS message %s',
    (Type) => {
      const message = read(
        behindSns('You have chosen to subscribe', { Type, Token: 't', SubscribeURL: 'u' }),
      );
      expect(message).toMatchObject({ outcome: 'foreign', why: `SNS ${Type}`, signals: [] });
    },
  );

  it('is malformed where it is a notification of something else, as of S3', () => {
    const s3 = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-11-21T04:00:00.000Z', Bucket: 'b' };
    expect(read(s3).outcome).toBe('malformed');
    expect(read(behindSns(JSON.stringify(s3))).outcome).toBe('malformed');
    expect(read(behindSns('hello')).why).toContain('the SNS message in it: not JSON');
  });

  it('is an SNS envelope in an SNS envelope', () => {
    const twice = behindSns(JSON.stringify(behindSns(JSON.stringify(autoshift()))));
    expect(read(twice)).toMatchObject({ outcome: 'malformed', signals: [] });
  });
});
