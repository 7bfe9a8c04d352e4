import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../watcher/hearing/read-message.ts';
import { event, message, sns } from './messages.ts';

function read(body: unknown) {
  return readMessage(message(typeof body === 'string' ? body : JSON.stringify(body)));
}

const start = {
  change: 'start',
  zoneId: 'use1-az1',
  source: { id: 'autoshift/region', kind: 'autoshift' },
  at: '2026-11-21T04:00:00Z',
};

describe('an autoshift event', () => {
  it('is read in its raw form and in an SNS envelope, to the same signal', () => {
    const type = 'aws.arc-zonal-shift Autoshift In Progress';
    expect(read(event())).toMatchObject({ outcome: 'signals', form: 'raw', type, signals: [start] });
    const wrapped = read(sns(JSON.stringify(event())));
    expect(wrapped).toMatchObject({ outcome: 'signals', form: 'sns', type, signals: [start] });
    expect(wrapped.why).toBeUndefined();
  });

  it('is an end when it is completed', () => {
    expect(read(event({ 'detail-type': 'Autoshift Completed' })).signals).toEqual([
      { ...start, change: 'end' },
    ]);
  });

  it('speaks for each resource that it names', () => {
    const resources = ['arn:aws:eks:us-east-1:111122223333:cluster/a', 'my-alb'];
    const ids = read(event({ resources })).signals.map(({ source }) => source.id);
    expect(ids).toEqual(resources.map((name) => `autoshift/${name}`));
  });

  it('is read where resources are missing, and with detail.data as text or as an object', () => {
    const { resources: _none, ...without } = event();
    expect(read(without).signals).toEqual([start]);
    for (const data of ['', 'text', {}, { deep: [1, null] }, null]) {
      const detail = { version: '0.0.1', data, metadata: { awayFrom: 'use1-az1' } };
      expect(read(event({ detail })).signals).toEqual([start]);
    }
  });

  it('is read with awayFrom directly in detail, and with a time in another offset', () => {
    expect(read(event({ detail: { awayFrom: 'usw2-lax1-az1' } })).signals).toMatchObject([
      { zoneId: 'usw2-lax1-az1' },
    ]);
    const time = '2026-11-21T06:00:00+02:00';
    expect(read(event({ time })).signals).toMatchObject([{ at: time }]);
  });

  it.each([
    ['detail null', null],
    ['detail that is text', 'use1-az1'],
    ['no metadata', { data: '' }],
    ['no awayFrom', { metadata: { notes: '' } }],
    ['awayFrom null', { metadata: { awayFrom: null } }],
    ['awayFrom empty', { metadata: { awayFrom: '' } }],
    ['awayFrom a list', { metadata: { awayFrom: ['use1-az1'] } }],
    ['awayFrom a number', { metadata: { awayFrom: 1 } }],
    ['awayFrom in capitals', { metadata: { awayFrom: 'USE1-AZ1' } }],
    ['awayFrom with a space', { metadata: { awayFrom: 'use1 az1' } }],
    ['awayFrom with a line break', { metadata: { awayFrom: 'use1-az1\n' } }],
    ['awayFrom __proto__', { metadata: { awayFrom: '__proto__' } }],
    ['awayFrom too long', { metadata: { awayFrom: 'a'.repeat(21) } }],
  ])('with %s is malformed, and keeps its type', (_, detail) => {
    const one = read(event({ detail }));
    expect(one).toMatchObject({
      outcome: 'malformed',
      type: 'aws.arc-zonal-shift Autoshift In Progress',
      signals: [],
    });
    expect(one.why).toContain('names no zone');
  });

  it('without a detail is malformed', () => {
    const { detail: _none, ...without } = event();
    expect(read(without)).toMatchObject({ outcome: 'malformed', signals: [] });
  });

  it.each([
    'yesterday',
    '',
    '2026-11-21',
    '2026-11-21T04:00:00',
    '2026-02-30T04:00:00Z',
    `2026-11-21T04:00:00.${'0'.repeat(100)}Z`,
    1_795_233_600,
    null,
    undefined,
  ])('with the time %j is malformed', (time) => {
    expect(read(event({ time }))).toMatchObject({ outcome: 'malformed', type: undefined, signals: [] });
  });

  it.each([
    ['text', 'my-alb'],
    ['numbers', [1]],
    ['an empty name', ['']],
    ['a name that is too long', ['a'.repeat(2049)]],
    ['too many names', Array.from({ length: 101 }, (_, index) => `alb-${index}`)],
  ])('with resources that are %s is malformed', (_, resources) => {
    expect(read(event({ resources }))).toMatchObject({ outcome: 'malformed', signals: [] });
  });
});

describe('what is no autoshift', () => {
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
  ])('%s without a resource asks for a look at ARC', (detailType) => {
    const one = read(event({ 'detail-type': detailType }));
    expect(one).toMatchObject({ outcome: 'look', type: `aws.arc-zonal-shift ${detailType}`, signals: [] });
    expect(one.why).toContain(detailType);
  });

  it.each(['autoshift in progress', 'Autoshift Paused', '__proto__'])(
    '%s, which ARC may have learned since, asks for a look and is no label',
    (detailType) => {
      const one = read(event({ 'detail-type': detailType }));
      expect(one).toMatchObject({ outcome: 'look', type: undefined, signals: [] });
    },
  );

  it.each([
    ['another source', { source: 'aws.health' }],
    ['a type with the separator in it', { source: 'aws.arc-zonal-shift\nAutoshift In Progress' }],
  ])('%s is foreign, and no label', (_, members) => {
    const one = read(event(members));
    expect(one).toMatchObject({ outcome: 'foreign', type: undefined, form: 'raw', signals: [] });
    expect(one.why).toContain('nothing that this version knows');
  });

  it.each(['SubscriptionConfirmation', 'UnsubscribeConfirmation'])('SNS’s %s is foreign', (type) => {
    const one = read(sns('You have chosen to subscribe', type));
    expect(one).toMatchObject({ outcome: 'foreign', why: `SNS ${type}`, signals: [] });
  });

  it.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['half an event', JSON.stringify(event()).slice(0, 100)],
    ['{}', '{}'],
    ['[]', '[]'],
    ['null', 'null'],
    ['a number', '42'],
    ['text in JSON', '"aws.arc-zonal-shift"'],
    ['bytes', '\u0000\uFFFD\u001F\uD800'],
    ['a list of events', JSON.stringify([event()])],
    ['S3’s test event', '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b","RequestId":"1"}'],
    ['an S3 notification', '{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]}'],
    ['256 KiB of nothing', 'x'.repeat(256 * 1024)],
    ['256 KiB of brackets', '['.repeat(128 * 1024) + ']'.repeat(128 * 1024)],
    ['a list too large', JSON.stringify(Array.from({ length: 100_000 }, () => 1))],
    ['an SNS message that is no JSON', JSON.stringify(sns('hello'))],
    ['an SNS message that is no event', JSON.stringify(sns('{}'))],
    ['an envelope in an envelope', JSON.stringify(sns(JSON.stringify(sns(JSON.stringify(event())))))],
  ])('%s is malformed, with a short reason', (_, body) => {
    const one = read(body);
    expect(one).toMatchObject({ outcome: 'malformed', type: undefined, signals: [] });
    expect(one.why?.length).toBeGreaterThan(5);
    expect(one.why?.length).toBeLessThan(1000);
  });

  // A schema would report each of the values: for a message of 1 MiB, the most that SQS takes, 0.5 GB.
  it('that is too large or too deep is not looked through', () => {
    const resources = Array.from({ length: 100_000 }, () => 0);
    const large = JSON.stringify(event({ resources }));
    expect(read(large).why).toContain('it holds more than 20000 values');
    expect(read(sns(large)).why).toContain('the SNS message in it: it holds more than 20000 values');
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const text = JSON.stringify(event({ detail: 'DEEP' })).replace('"DEEP"', deep);
    expect(read(text).why).toContain('nested more than 100 levels');
  });

  it('of 256 KiB is read all the same when it is an event', () => {
    const detail = { data: 'x'.repeat(255 * 1024), metadata: { awayFrom: 'use1-az1' } };
    expect(read(event({ detail })).signals).toEqual([start]);
  });
});

const CALL = 'AWS API Call via CloudTrail';

describe('anything at all', () => {
  const part = fc.oneof(fc.jsonValue(), fc.constantFrom('use1-az1', '2026-11-21T04:00:00Z', '', {}));
  const nearEvent = fc
    .record(
      {
        id: part,
        source: fc.oneof(fc.constant('aws.arc-zonal-shift'), part),
        'detail-type': fc.oneof(
          fc.constantFrom('Autoshift In Progress', 'Autoshift Completed', 'Manual Shift Started'),
          part,
        ),
        time: fc.oneof(fc.constant('2026-11-21T04:00:00Z'), part),
        resources: fc.oneof(fc.constant([]), part),
        detail: fc.oneof(fc.constant({ metadata: { awayFrom: 'use1-az1' } }), part),
      },
      { requiredKeys: [] },
    )
    .map((members) => JSON.stringify(event(members)));
  const nearCall = fc
    .record({
      eventName: fc.oneof(fc.constantFrom('ListAutoshifts', 'StartZonalShift'), part),
      requestParameters: part,
    })
    .map((detail) => JSON.stringify(event({ 'detail-type': CALL, detail })));
  const body = fc.oneof(
    nearEvent,
    nearCall,
    nearEvent.map((text) => JSON.stringify(sns(text))),
    nearEvent.map((text) => text.slice(0, text.length / 2)),
    fc.json(),
    fc.string({ unit: 'binary' }),
  );

  it('has one of the five outcomes, signals where it is one of them, and a reason where it is not', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(body, (text) => {
        const one = read(text);
        seen.set(one.outcome, (seen.get(one.outcome) ?? 0) + 1);
        expect(one.signals.length > 0).toBe(one.outcome === 'signals');
        expect(one.why === undefined).toBe(one.outcome === 'signals');
        for (const { zoneId } of one.signals) expect(zoneId).toMatch(/^[a-z0-9-]+$/);
      }),
      { numRuns: 3000 },
    );
    // The generator is worth something only while it reaches every outcome.
    expect([...seen.keys()].sort()).toEqual(['foreign', 'look', 'malformed', 'noted', 'signals']);
  });
});
