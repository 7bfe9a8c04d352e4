import fc from 'fast-check';
import { registeredTypes } from './registered-types.ts';

/** What whoever may write to the queue can put into a body. SQS takes up to 1 MiB of any text. */

export const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;

/** Texts that cost more than they look: in bytes, as YAML, as JSON in JSON. */
const costly = fc.constantFrom(
  'a',
  '"',
  '\\',
  '\n',
  '\u0000',
  '\u0085',
  '\u2028',
  '\ud800',
  '😀',
  'ä',
  ': ',
  '# ',
  ' ',
  '~',
  '/region',
);
const longText = fc
  .tuple(fc.array(costly, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 2048 }))
  .map(([parts, length]) => parts.join('').repeat(length).slice(0, length));

const resource = fc.oneof(
  { weight: 4, arbitrary: longText },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 50 }).map((n) => `arn:aws:eks:us-east-1:1:cluster/${n}`),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 1000 }).map((n) => `${n}-${'long'.repeat(500)}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('region', 'x/region', 'arc/autoshift/region', '__proto__', 'operator'),
  },
);
const resources = fc.oneof(
  { weight: 6, arbitrary: fc.array(resource, { maxLength: 3 }) },
  { weight: 2, arbitrary: fc.array(resource, { maxLength: 100 }) },
  { weight: 1, arbitrary: resource.map((one) => Array.from({ length: 100 }, () => one)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 19_000 }).map((n) => Array.from({ length: n }, () => 1)),
  },
);

export const ZONES = ['use1-az1', 'use1-az2', 'use1-az3'] as const;
const zone = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ZONES) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 5000 }).map((n) => `zone-${n}`) },
  { weight: 1, arbitrary: fc.anything() },
);

const time = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: -3 * DAY, max: 20 * 60_000 }).map((ms) => new Date(NOW + ms).toISOString()),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 8.6e15 }).map((ms) => new Date(ms).toISOString()) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '9999-12-31T23:59:59Z',
      '9999-12-31T23:59:59.999999999Z',
      '9999-12-31T23:59:59-23:59',
      '0000-01-01T00:00:00Z',
      '0000-01-01T00:00:00+23:59',
      '9000-01-01T00:00:00Z',
      '1970-01-01T00:00:00Z',
      '2026-11-21T12:00:00.000000000000001Z',
      '2026-11-21T24:00:00Z',
      'never',
    ),
  },
);

const detailType = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...registeredTypes) },
  { weight: 1, arbitrary: longText },
);

const call = fc.record(
  {
    eventName: fc.constantFrom('StartZonalShift', 'UpdateZonalShift', 'CancelZonalShift', 'StartPracticeRun'),
    eventTime: time,
    requestParameters: fc.record({
      awayFrom: zone,
      resourceIdentifier: resource,
      expiresIn: fc.constantFrom('72h', '99999h', '1m', '', 'h'),
    }),
    responseElements: fc.record({
      awayFrom: zone,
      resourceIdentifier: resource,
      expiryTime: fc.oneof(time, fc.double(), fc.constantFrom(1e300, -1, 'Nov 14, 9999 4:10:38 PM')),
    }),
  },
  { requiredKeys: ['eventName'] },
);

/** Mostly ours or nothing, else somebody's, and seldom what is none. */
function whence(ours: string, theirs: string) {
  return fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(ours, undefined) },
    { weight: 2, arbitrary: fc.constant(theirs) },
    { weight: 1, arbitrary: longText },
  );
}

const event = fc
  .record({
    id: fc.constant('1'),
    source: fc.oneof(
      { weight: 15, arbitrary: fc.constant('aws.arc-zonal-shift') },
      { weight: 1, arbitrary: fc.constant('aws.health') },
    ),
    'detail-type': detailType,
    time,
    region: whence('us-east-1', 'us-west-2'),
    account: whence('111122223333', '222233334444'),
    resources,
    detail: fc.oneof(
      { weight: 4, arbitrary: zone.map((awayFrom): unknown => ({ metadata: { awayFrom } })) },
      { weight: 2, arbitrary: call },
      { weight: 1, arbitrary: fc.anything() },
    ),
  })
  .map((members) => jsonOf(members));

/** Texts of no event, and halves of one. */
const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.integer({ min: 1, max: 200_000 }).map((n) => '['.repeat(n)),
  fc.integer({ min: 1, max: 100_000 }).map((n) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`),
  fc.integer({ min: 1, max: 60_000 }).map((n) => `[${'{},'.repeat(n)}1]`),
  fc.integer({ min: 1, max: 300_000 }).map((n) => `{"time":${'9'.repeat(n)}}`),
  fc.tuple(event, fc.nat()).map(([text, at]) => text.slice(0, at % text.length)),
);

/** Any body of a queue message, most of them as events of ARC. */
export const hostileBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: event },
  {
    weight: 3,
    arbitrary: event.map((text) =>
      jsonOf({ Type: 'Notification', TopicArn: 'arn:aws:sns:x', Message: text }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ Type: longText, TopicArn: longText, Message: longText })
      .chain((members) =>
        fc.integer({ min: 1, max: 100 }).map((n) => ({ ...members, Type: members.Type.repeat(n) })),
      )
      .map(jsonOf),
  },
  { weight: 1, arbitrary: garbage },
);

/** `anything` also makes what JSON does not have. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? String(member) : member));
  } catch {
    return '{}';
  }
}
