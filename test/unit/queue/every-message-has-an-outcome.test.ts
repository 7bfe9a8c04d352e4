import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReadMessage, readMessage } from '../../../watcher/queue/read-message.ts';
import { autoshift, behindSns, messageOf } from './bodies.ts';

const OUTCOMES = ['signals', 'noted', 'foreign', 'malformed'];

function read(body: unknown): ReadMessage {
  return readMessage(messageOf(typeof body === 'string' ? body : JSON.stringify(body)));
}

/** What holds for any message: one of the outcomes, and signals or a reason, never both. */
function expectWhole(message: ReadMessage): void {
  expect(OUTCOMES).toContain(message.outcome);
  expect(message.signals.length > 0).toBe(message.outcome === 'signals');
  expect(message.why === undefined).toBe(message.outcome === 'signals');
  for (const { zoneId, at } of message.signals) {
    expect(zoneId).toMatch(/^[a-z0-9][a-z0-9-]{0,19}$/);
    expect(Number.isNaN(Date.parse(at))).toBe(false);
  }
}

describe('a message', () => {
  it.each([
    ['an object', '{}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '17'],
    ['a number that JSON has not', 'NaN'],
    ['a text', '"Autoshift In Progress"'],
    ['true', 'true'],
    ['nothing', ''],
    ['blanks', ' \n\t'],
    ['a zero byte', '\0'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28]).toString('latin1')],
    ['half of an event', JSON.stringify(autoshift()).slice(0, -20)],
    ['XML', '<Autoshift zone="use1-az2"/>'],
    ['an event in a list', JSON.stringify([autoshift()])],
    ['an event as a text', JSON.stringify(JSON.stringify(autoshift()))],
    ['256 KiB of one letter', 'x'.repeat(256 * 1024)],
    ['256 KiB of brackets', '['.repeat(256 * 1024)],
    ['lists in lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['objects in objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['an event with something too deep', deep()],
    ['a great list of numbers', JSON.stringify(autoshift({ resources: Array(120_000).fill(0) }))],
    ['a great list in an SNS message', JSON.stringify(behindSns(`[${'0,'.repeat(100_000)}0]`))],
  ])('that is %s cannot be read', (_, body) => {
    const message = read(body);
    expectWhole(message);
    expect(message.outcome).toBe('malformed');
    expect(message.why?.length).toBeLessThan(1000);
  });

  it('of 256 KiB is read like any other', () => {
    const notes = 'n'.repeat(256 * 1024 - 600);
    const message = read(autoshift({ detail: { data: '', metadata: { awayFrom: 'use1-az2', notes } } }));
    expect(message).toMatchObject({ outcome: 'signals', signals: [{ zoneId: 'use1-az2' }] });
  });

  it('has an outcome whatever it is, and reading it never throws', () => {
    const part = fc.oneof(fc.anything(), fc.jsonValue(), fc.constantFrom('use1-az2', '', {}, []));
    const event = fc
      .record(
        {
          id: part,
          source: fc.oneof(fc.constant('aws.arc-zonal-shift'), part),
          'detail-type': fc.oneof(fc.constantFrom('Autoshift In Progress', 'Autoshift Completed'), part),
          time: fc.oneof(fc.constant('2026-11-21T04:00:00Z'), part),
          resources: fc.oneof(fc.array(part), part),
          detail: fc.oneof(fc.record({ awayFrom: part, metadata: fc.record({ awayFrom: part }) }), part),
        },
        { requiredKeys: [] },
      )
      .map((changes) => ({ ...autoshift(), ...changes }));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      event.map(asJson),
      fc.anything().map(asJson),
      event.map((inner) => asJson(behindSns(asJson(inner)))),
      fc.tuple(fc.string(), fc.string()).map(([message, Type]) => asJson(behindSns(message, { Type }))),
    );
    fc.assert(
      fc.property(text, (body) => expectWhole(read(body))),
      { numRuns: 2000 },
    );
  });

  it('is kept as it came', () => {
    const message = messageOf('{}');
    expect(readMessage(message).message).toBe(message);
  });
});

/** JSON, where there is one; values that have none are texts. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'no JSON';
  }
}

function deep(): string {
  const notes = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  return JSON.stringify(autoshift({ detail: 'HERE' })).replace('"HERE"', notes);
}
