import { z } from 'zod';
import { fact, UNLOGGED } from './fact-row.ts';

const recordedZone = z.looseObject({
  id: z.string(),
  name: z.string().optional(),
  state: z.string().describe('impaired, recovering, recorded, held or elsewhere'),
  use: z.string().optional().describe('Whether the cluster uses it: used, unknown or elsewhere'),
  why: z.string().optional().describe('Why that is believed'),
  sources: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      since: z.string().describe('Time of the event that started it, RFC 3339'),
      until: z.string().optional().describe('When it ends by itself'),
      lastStart: z.string().optional().describe('Time of the newest start event'),
      via: z.string().optional().describe('Who told of it: event, arc, operator, derived; absent: event'),
      standing: z.string().optional().describe('Why it makes no zone impaired; absent: it counts'),
      heard: z.boolean().optional().describe('Of what ARC told: an event told of it as well'),
      absentSince: z.string().optional().describe("Since when ARC's API does not list it"),
      forced: z.boolean().optional().describe('It may pass the guard'),
      by: z.string().optional().describe("Who started an operator's shift"),
      reason: z.string().optional().describe('Why'),
    }),
  ),
});
const signal = z.looseObject({
  change: z.string().describe('start or end'),
  zoneId: z.string(),
  source: z.looseObject({ id: z.string(), kind: z.string() }),
  at: z.string().describe('Time of the event, RFC 3339'),
  until: z.string().optional().describe('When it ends by itself'),
});

/** What is heard of zones, and what becomes of the record. */
export const RECORD_FACTS = {
  message: fact({
    shape: {
      messageId: z.string(),
      outcome: z.string().describe('What was read'),
      fate: z.string().describe('What became of the message'),
      type: z.string().optional().describe('Source and detail type of the event'),
      form: z.string().optional().describe('raw or sns'),
      signals: z.array(signal),
      moreSignals: z.number().optional().describe('How many more signals there were'),
      why: z.string().optional().describe('Why it changes no zone by itself'),
      body: z.string().optional().describe('The beginning of a message that cannot be read'),
    },
    audit: 'A queue message was dealt with',
    // Whatever came, one line: a message that does nothing must be as visible as one that shifts a zone.
    level: ({ body }) => (body === undefined ? 'info' : 'warn'),
    words: ({ body }) => (body === undefined ? 'a message was handled' : 'a message that cannot be read'),
  }),
  signal: fact({
    shape: { outcome: z.string(), why: z.string().optional(), signal: z.unknown() },
    events: ['ignored', 'no-room'],
    eventOf: ({ outcome }) => (outcome === 'no-room' ? 'no-room' : 'ignored'),
    level: ({ outcome, why }) => (why === undefined ? undefined : outcome === 'no-room' ? 'warn' : 'info'),
    words: ({ outcome }) => (outcome === 'no-room' ? 'no room in the record' : 'not ours to apply'),
  }),
  'queue-answered': fact({ shape: { atMs: z.number() }, ...UNLOGGED }),
  /** Beside the failure that was told of it. */
  'queue-error': fact({ shape: { step: z.string(), code: z.string() }, ...UNLOGGED }),
  'arc-request': fact({
    shape: { operation: z.string(), result: z.string(), atMs: z.number() },
    ...UNLOGGED,
  }),
  arc: fact({
    shape: { operation: z.string(), trouble: z.string().optional(), error: z.unknown() },
    state: ({ operation, trouble }) => [operation, trouble ?? 'answers'],
    level: ({ trouble }) => (trouble === undefined ? 'info' : 'warn'),
    words: ({ trouble }) => (trouble === undefined ? 'ARC answers' : 'ARC does not answer'),
  }),
  'record-written': fact({
    shape: {
      how: z.string().describe('created or replaced'),
      generation: z.number(),
      zones: z.array(recordedZone),
    },
    audit: 'The record of impaired zones was written',
    level: () => 'info',
    words: () => 'the record of impaired zones was written',
  }),
  'record-conflict': fact({ shape: {}, ...UNLOGGED }),
  'record-read': fact({ shape: { generation: z.number(), zones: z.array(recordedZone) }, ...UNLOGGED }),
  'record-unreadable': fact({
    shape: { key: z.string(), error: z.unknown() },
    level: () => 'warn',
    words: () => 'a part of the record cannot be read',
  }),
  'record-mended': fact({
    shape: { keys: z.array(z.string()) },
    level: () => 'warn',
    words: () => 'the record was put right',
  }),
  'record-dropped': fact({
    shape: { zoneId: z.string(), sources: z.number().describe('How many of the zone are gone') },
    level: () => 'warn',
    words: () => 'the record had no room for sources of a zone; what counts least went',
  }),
  'record-deleted': fact({
    shape: {},
    level: () => 'warn',
    words: () => 'the record of impaired zones was deleted; it is written again as it was',
  }),
  'record-rebuilt': fact({
    shape: {},
    level: () => 'warn',
    words: () => 'there is no record, and NodePools are changed: ARC is asked first',
  }),
  'keys-written': fact({
    shape: { changes: z.array(z.looseObject({ part: z.string(), what: z.string() })) },
    level: () => 'info',
    words: () => 'the Secret of the keys was written',
  }),
  zone: fact({
    shape: { type: z.string().describe('Normal or Warning'), reason: z.string(), text: z.string() },
    audit: 'A zone became impaired, is held back or elsewhere, recovers, or is back',
    level: () => 'info',
    words: () => 'a zone changed',
  }),
  reach: fact({
    shape: { missing: z.string().optional().describe('What nobody knows; absent: all of it is known') },
    state: ({ missing }) => ['reach', missing ?? null],
    level: () => 'info',
    words: ({ missing }) =>
      missing === undefined
        ? 'it is known which zones the cluster uses'
        : 'which zones the cluster uses is not known; every zone is enforced',
  }),
  rules: fact({
    shape: { rules: z.unknown() },
    state: ({ rules }) => ['rules', rules],
    level: () => 'info',
    words: () => 'the zone rules in force',
  }),
  'rules-problem': fact({ shape: { isProblem: z.boolean() }, ...UNLOGGED }),
  'zone-names': fact({
    shape: {
      zoneId: z.string(),
      names: z.array(z.string()),
      sharedWith: z.string().optional(),
      from: z.array(z.string()),
    },
    level: () => 'warn',
    words: () => 'zone names contradict each other; the first holds',
  }),
  'zone-names-learned': fact({
    shape: { from: z.string() },
    level: () => 'info',
    words: () => 'zone names were learned',
  }),
};
