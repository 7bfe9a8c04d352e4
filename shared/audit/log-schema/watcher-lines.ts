import { z } from 'zod';
import { LINE } from './decision-line.ts';

const BASE = {
  ...LINE,
  component: z.literal('watcher'),
  message: z.string().optional().describe('The same in words'),
} as const;

const names = z.array(z.string());
const recordedZone = z.looseObject({
  id: z.string(),
  name: z.string().optional(),
  state: z.string().describe('impaired, recovering, recorded or held'),
  sources: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      since: z.string().describe('Time of the event that started it, RFC 3339'),
      until: z.string().optional().describe('When it ends by itself'),
      lastStart: z.string().optional().describe('Time of the newest start event'),
      via: z.string().optional().describe('Who told of it: event, arc, operator, derived; absent: event'),
      standing: z.string().optional().describe('Why it makes no zone impaired; absent: it counts'),
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
const binding = z.enum(['denies', 'audits', 'absent']);

/** What the watcher tells beside the decisions: each line that docs/audit.md names. */
export const watcherLineSchema = z.discriminatedUnion('event', [
  z
    .looseObject({
      ...BASE,
      event: z.literal('message'),
      messageId: z.string(),
      outcome: z.string().describe('What was read'),
      fate: z.string().describe('What became of the message'),
      type: z.string().optional().describe('Source and detail type of the event'),
      form: z.string().optional().describe('raw or sns'),
      signals: z.array(signal),
      why: z.string().optional().describe('Why it changes no zone by itself'),
      body: z.string().optional().describe('The beginning of a message that cannot be read'),
    })
    .describe('A queue message was dealt with'),
  z
    .looseObject({
      ...BASE,
      event: z.literal('record-written'),
      how: z.string().describe('created or replaced'),
      generation: z.number(),
      zones: z.array(recordedZone),
    })
    .describe('The record of impaired zones was written'),
  z
    .looseObject({
      ...BASE,
      event: z.literal('zone'),
      type: z.string().describe('Normal or Warning'),
      reason: z.string(),
      text: z.string(),
    })
    .describe('A zone became impaired, is held back, recovers, or is back'),
  z
    .looseObject({ ...BASE, event: z.literal('nudge'), nodePool: z.string(), result: z.string() })
    .describe('A NodePool was nudged'),
  z
    .looseObject({
      ...BASE,
      event: z.literal('policy-fallback'),
      generation: z.number().nullable().optional().describe('That it was written for'),
      result: z.string().optional(),
      presence: z.enum(['present', 'absent', 'unreadable']).optional(),
      leftOut: z.number().optional().describe('Exempt NodePools that have no room in it'),
    })
    .describe('The policy fallback was written, is there, or is not'),
  z
    .looseObject({
      ...BASE,
      event: z.enum(['policy-binding', 'break-glass']).describe('break-glass: it denied before'),
      binding,
      from: binding.nullable().describe('null at the first look'),
    })
    .describe('The binding of the policy fallback is there, is not, or denies no more'),
  z
    .looseObject({
      ...BASE,
      event: z.literal('shadow'),
      zoneId: z.string(),
      zone: z.string().optional(),
      sources: names,
      nodePools: z.number().describe('How many there are'),
      changed: z.number().describe('How many would be kept out of the zone'),
      names: names.describe('The first of them'),
      withoutZone: names.describe('Those of them that no zone would be left to'),
      noRoom: names.describe('Those from which the zone could not be taken'),
    })
    .describe('A zone is recorded and not impaired: what would be changed if it were'),
  z
    .looseObject({
      ...BASE,
      event: z.literal('protected'),
      generation: z.number(),
      receivedAt: z.string().describe('When the message was received'),
      durationMs: z.number(),
    })
    .describe('A change of the record has reached the last NodePool'),
]);
export type WatcherLine = z.output<typeof watcherLineSchema>;
