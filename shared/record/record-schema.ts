import { z } from 'zod';
import type { ZoneUse } from './reach.ts';
import { TIME_LENGTH, timeText } from './record-time.ts';
import { ZONE_ID_PATTERN } from './zone-keys.ts';
import type { RecordedState, Transition, TransitionState } from './zone-record.ts';

/** Shapes of the record's parts, as they stand in the ConfigMap. */

/**
 * An earlier version wrote years of six digits (`+010000-01-01T00:09:59.000Z`) where an event dated a shift to the end of
 * time: a zone must not be lost by them, nor the shift that stands beside.
 */
const withYearOfFour = z
  .string()
  .transform((text) => (/^[+-]\d{6}-/.test(text) ? timeText(Date.parse(text)) : text));

export const recordTime = withYearOfFour.pipe(z.iso.datetime({ offset: true }));

export const generationSchema = z
  .string()
  .regex(/^\d{1,16}$/)
  .refine((text) => Number.isSafeInteger(Number(text)), 'too large')
  .transform(Number);

/** Zone ID to zone name; an empty name where nothing tells it. */
export const usedSchema = z.record(z.string().regex(ZONE_ID_PATTERN), z.string());

/** Where the cluster has, or can get, something: see Reach. */
export const reachSchema = z.object({
  unknown: z.string().exactOptional(),
  zones: z.record(
    z.string().regex(ZONE_ID_PATTERN),
    z.object({ name: z.string().min(1).exactOptional(), by: z.string() }),
  ),
  names: z.record(z.string(), z.string()),
});

const sourceSchema = z.object({
  id: z.string().min(1),
  kind: z.string().min(1),
  since: recordTime,
  until: recordTime.exactOptional(),
  lastStart: recordTime.exactOptional(),
  via: z.enum(['event', 'arc', 'operator', 'derived']).exactOptional(),
  standing: z.enum(['recorded', 'not-applied', 'pending']).exactOptional(),
  heard: z.boolean().exactOptional(),
  absentSince: recordTime.exactOptional(),
  by: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  forced: z.boolean().exactOptional(),
});

export const zoneSchema = z
  .object({
    name: z.string().min(1).exactOptional(),
    state: z.enum(['impaired', 'recovering', 'recorded', 'held']),
    use: z.enum(['used', 'unknown', 'elsewhere']).exactOptional(),
    why: z.string().exactOptional(),
    sources: z.array(sourceSchema),
    thawed: z.union([z.literal('all'), z.array(z.string())]).exactOptional(),
  })
  // Of two sources with one ID an end would end one, and the other would stay for ever; so would a zone without any.
  .refine(({ sources }) => new Set(sources.map(({ id }) => id)).size === sources.length, {
    path: ['sources'],
    message: 'two sources have the same id',
  })
  .refine(({ state, sources }) => state === 'recovering' || sources.length > 0, {
    path: ['sources'],
    message: 'an impaired zone needs at least one; to end it by hand give each source an `until`',
  })
  .transform((zone) => ({ ...zone, state: stateAsRead(zone) }));

/**
 * An earlier version knows no zone that is elsewhere, and would put aside what it cannot read. Such a zone is written as
 * `recorded`, which enforces nothing there either, and is known by its use.
 */
function stateAsRead({
  state,
  use,
}: {
  readonly state: WrittenState;
  readonly use?: ZoneUse;
}): RecordedState {
  return state === 'recorded' && use === 'elsewhere' ? 'elsewhere' : state;
}

/** A state as it stands in the ConfigMap. */
export function stateAsWritten(state: RecordedState): WrittenState {
  return state === 'elsewhere' ? 'recorded' : state;
}

type WrittenState = Exclude<RecordedState, 'elsewhere'>;

const transitionState = z.enum(['healthy', 'impaired', 'recovering', 'recorded', 'held']);

const transitionAsWritten = z.object({
  n: z.int().positive(),
  at: withYearOfFour.pipe(z.iso.datetime({ offset: true }).max(TIME_LENGTH)),
  zoneId: z.string().min(1),
  name: z.string().exactOptional(),
  from: transitionState,
  to: transitionState,
  because: z.string(),
  generation: z.int().nonnegative(),
  stale: z.literal(true).exactOptional(),
  elsewhere: z.enum(['from', 'to']).exactOptional(),
});

export const transitionSchema = transitionAsWritten.transform(
  ({ elsewhere, ...transition }): Transition =>
    elsewhere === undefined ? transition : { ...transition, [elsewhere]: 'elsewhere' },
);

/** A transition as it stands in the annotation: an earlier version knows no zone that is elsewhere. */
export function transitionAsText(transition: Transition): z.input<typeof transitionAsWritten> {
  const { from, to } = transition;
  if (to === 'elsewhere') return { ...transition, from: written(from), to: 'recorded', elsewhere: 'to' };
  if (from === 'elsewhere') return { ...transition, from: 'recorded', to, elsewhere: 'from' };
  return { ...transition, from, to };
}

function written(state: TransitionState): Exclude<TransitionState, 'elsewhere'> {
  return state === 'elsewhere' ? 'recorded' : state;
}
