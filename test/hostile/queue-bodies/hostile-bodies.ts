import { anything, characters } from '../drawing/any-json.ts';
import type { Draw } from '../drawing/draw.ts';
import { registeredTypes } from './registered-types.ts';

/** What whoever may write to the queue can put into a body. SQS takes up to 1 MiB of any text. */
const MOST_CHARACTERS = 1_048_576;

export const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;

/** Texts that cost more than they look: in bytes, as YAML, as JSON in JSON. */
const COSTLY = [
  ...['a', '"', '\\', '\n', '\u0000', '\u0085', '\u2028', '\ud800'],
  ...['😀', 'ä', ': ', '# ', ' ', '~', '/region'],
];

function longText(draw: Draw): string {
  const parts = [draw.of(COSTLY), ...draw.list(3, () => draw.of(COSTLY))].join('');
  const length = draw.count(2048);
  return parts.repeat(length).slice(0, length);
}

function resource(draw: Draw): string {
  return draw.weighted([
    [2, () => `arn:aws:eks:us-east-1:1:cluster/${draw.below(51)}`],
    [4, () => longText(draw)],
    [2, () => `${draw.below(1001)}-${'long'.repeat(draw.isLarge ? 500 : 30)}`],
    [1, () => draw.of(['region', 'x/region', 'arc/autoshift/region', '__proto__', 'operator'])],
  ]);
}

function resources(draw: Draw): unknown[] {
  return draw.weighted<unknown[]>([
    [6, () => draw.list(3, resource)],
    [2, () => Array.from({ length: draw.count(100) }, () => resource(draw))],
    [1, () => repeated(resource(draw), 100)],
    [1, () => repeated(1, draw.count(19_000))],
  ]);
}

function repeated<T>(one: T, count: number): T[] {
  return Array.from({ length: count }, () => one);
}

export const ZONES = ['use1-az1', 'use1-az2', 'use1-az3'] as const;

function zone(draw: Draw): unknown {
  return draw.weighted<unknown>([
    [5, () => draw.of(ZONES)],
    [4, () => `zone-${draw.below(5001)}`],
    [1, () => anything(draw)],
  ]);
}

const TIMES = [
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
];

/** @param nowMs when the body comes: most of what is said is of the last days */
function time(draw: Draw, nowMs: number): string {
  return draw.weighted([
    [6, () => new Date(nowMs + draw.within(-3 * DAY, 20 * 60_000)).toISOString()],
    [2, () => new Date(draw.below(8.6e15)).toISOString()],
    [2, () => draw.of(TIMES)],
  ]);
}

const CALLS = ['StartZonalShift', 'UpdateZonalShift', 'CancelZonalShift', 'StartPracticeRun'];

function call(draw: Draw, nowMs: number): unknown {
  const asked = { awayFrom: zone(draw), resourceIdentifier: resource(draw) };
  const expiryTime = draw.weighted<unknown>([
    [1, () => time(draw, nowMs)],
    [1, () => anything(draw)],
    [1, () => draw.of([1e300, -1, 'Nov 14, 9999 4:10:38 PM'])],
  ]);
  return {
    eventName: draw.of(CALLS),
    eventTime: draw.oneIn(4) ? undefined : time(draw, nowMs),
    requestParameters: { ...asked, expiresIn: draw.of(['72h', '99999h', '1m', '', 'h']) },
    responseElements: draw.oneIn(4)
      ? undefined
      : { awayFrom: zone(draw), resourceIdentifier: resource(draw), expiryTime },
  };
}

/** Mostly ours or nothing, else somebody's, and seldom what is none. */
function whence(draw: Draw, ours: string, theirs: string): string | undefined {
  return draw.weighted<string | undefined>([
    [20, () => (draw.oneIn(2) ? undefined : ours)],
    [2, () => theirs],
    [1, () => longText(draw)],
  ]);
}

function event(draw: Draw, nowMs: number): string {
  return jsonOf({
    id: '1',
    source: draw.oneIn(16) ? 'aws.health' : 'aws.arc-zonal-shift',
    'detail-type': draw.oneIn(10) ? longText(draw) : draw.of(registeredTypes),
    time: time(draw, nowMs),
    region: whence(draw, 'us-east-1', 'us-west-2'),
    account: whence(draw, '111122223333', '222233334444'),
    resources: resources(draw),
    detail: draw.weighted<unknown>([
      [4, () => ({ metadata: { awayFrom: zone(draw) } })],
      [2, () => call(draw, nowMs)],
      [1, () => anything(draw)],
    ]),
  });
}

/** Texts of no event, and halves of one. */
function garbage(draw: Draw, nowMs: number): string {
  return draw.weighted([
    [1, () => characters(draw, 200)],
    [1, () => jsonOf(anything(draw))],
    [1, () => '['.repeat(draw.count(200_000))],
    [1, () => nested(draw.count(100_000))],
    [1, () => `[${'{},'.repeat(draw.count(60_000))}1]`],
    [1, () => `{"time":${'9'.repeat(draw.count(300_000))}}`],
    [1, () => cut(draw, event(draw, nowMs))],
  ]);
}

const nested = (count: number) => `${'{"a":'.repeat(count)}1${'}'.repeat(count)}`;
const cut = (draw: Draw, text: string) => text.slice(0, draw.below(text.length));

function envelope(draw: Draw): string {
  const [type, topic, message] = [longText(draw), longText(draw), longText(draw)];
  return jsonOf({ Type: type.repeat(draw.count(100)), TopicArn: topic, Message: message });
}

/** Any body of a queue message, most of them as events of ARC. */
export function hostileBody(draw: Draw, nowMs = NOW): string {
  const notification = () =>
    jsonOf({ Type: 'Notification', TopicArn: 'arn:aws:sns:x', Message: event(draw, nowMs) });
  const body = draw.weighted([
    [12, () => event(draw, nowMs)],
    [3, notification],
    [1, () => envelope(draw)],
    [1, () => garbage(draw, nowMs)],
  ]);
  return body.slice(0, MOST_CHARACTERS);
}

/** What nests too deep for `JSON.stringify` is no text that anybody sends. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '{}';
  }
}
