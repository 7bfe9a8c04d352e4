import { parse } from 'yaml';
import { z } from 'zod';
import { describeIssues } from '../errors/schema-issues.ts';
import { messageOf, ZonewardenError } from '../errors/zonewarden-error.ts';
import { encodeHistory, historyFor, historySchema, storedHistory } from './history-text.ts';
import { generationSchema, reachSchema, recordTime, usedSchema, zoneSchema } from './record-schema.ts';
import { ZONE_ID_PATTERN } from './zone-keys.ts';
import type { RecordedZone, ZoneRecord } from './zone-record.ts';
import { isTextOf, readFrom, zoneText } from './zone-text.ts';

export const RECORD_NAME = 'zonewarden-impaired-zones';
export const GENERATION_ANNOTATION = 'zonewarden.io/generation';
export const ENDED_ANNOTATION = 'zonewarden.io/ended';
/** The zones that the cluster uses, as JSON: what the guard counts, and what people may name. */
export const USED_ANNOTATION = 'zonewarden.io/used-zones';
/** Where the cluster has, or can get, something, as JSON: what tells a zone that concerns it from one elsewhere. */
export const REACH_ANNOTATION = 'zonewarden.io/reach';
/** When somebody last heard something that ARC's API is to be asked about. */
export const LOOK_ANNOTATION = 'zonewarden.io/look';
/** `<generation> <time>`: when the message was received that led to the generation. */
export const RECEIVED_ANNOTATION = 'zonewarden.io/received';
/** The last transitions of zones, as JSON. */
export const HISTORY_ANNOTATION = 'zonewarden.io/history';
/** The number of the last transition that Events were written of. */
export const TOLD_ANNOTATION = 'zonewarden.io/told';
const RECORD_ANNOTATIONS = [
  GENERATION_ANNOTATION,
  ENDED_ANNOTATION,
  USED_ANNOTATION,
  REACH_ANNOTATION,
  LOOK_ANNOTATION,
  RECEIVED_ANNOTATION,
  HISTORY_ANNOTATION,
  TOLD_ANNOTATION,
];
/** Under `use1-az1.unreadable` stays what somebody wrote under `use1-az1` and nobody can read. No zone ID has a dot. */
export const UNREADABLE_SUFFIX = '.unreadable';

/** A record that is not what we write: whoever reads it keeps the last good one and says so. */
export class RecordUnreadableError extends ZonewardenError {
  constructor(part: string, why: string, options?: ErrorOptions) {
    super(
      'record.unreadable',
      `ConfigMap ${RECORD_NAME}: ${part} cannot be read (${why}). The last good record stays in force; ` +
        'undo the edit, or delete the ConfigMap and let the watcher write it anew.',
      options,
    );
  }
}

/** The parts of the ConfigMap that carry the record. */
export interface RecordDocument {
  readonly annotations: Readonly<Record<string, string>>;
  /** One key a zone ID; the value is a small YAML document, for people to read. */
  readonly data: Readonly<Record<string, string>>;
}

/** A part of the ConfigMap that cannot be read. */
export interface UnreadablePart {
  /** Key of the data, or name of the annotation. */
  readonly key: string;
  /** The text, where it is to be kept aside; absent for annotations, which hold nothing that a person writes. */
  readonly text?: string;
  readonly error: RecordUnreadableError;
}

/** Whether a part has a say in what is enforced. Who must not guess goes on without the others. */
export function isNeeded({ key }: UnreadablePart): boolean {
  return key !== HISTORY_ANNOTATION && key !== TOLD_ANNOTATION;
}

export interface DecodedRecord {
  readonly record: ZoneRecord;
  readonly unreadable: readonly UnreadablePart[];
}

/** Record to ConfigMap. Deterministic: the same record gives the same text. */
export function encodeRecord(record: ZoneRecord): RecordDocument {
  return {
    annotations: annotationsOf(record),
    data: Object.fromEntries(record.zones.map((zone) => [zone.id, zoneText(zone)])),
  };
}

/** What of a record stands in annotations. */
export function annotationsOf(record: ZoneRecord): Readonly<Record<string, string>> {
  const ended = Object.entries(record.ended).sort(([left], [right]) => (left < right ? -1 : 1));
  const { look, received } = record.requests ?? {};
  const history = encodeHistory(record);
  return {
    [GENERATION_ANNOTATION]: String(record.generation),
    ...(ended.length > 0 ? { [ENDED_ANNOTATION]: JSON.stringify(Object.fromEntries(ended)) } : {}),
    ...(record.used === undefined ? {} : { [USED_ANNOTATION]: JSON.stringify(record.used) }),
    ...(record.reach === undefined ? {} : { [REACH_ANNOTATION]: JSON.stringify(record.reach) }),
    ...(look === undefined ? {} : { [LOOK_ANNOTATION]: look }),
    ...(received === undefined ? {} : { [RECEIVED_ANNOTATION]: `${received.generation} ${received.at}` }),
    ...(history === undefined ? {} : { [HISTORY_ANNOTATION]: history }),
    ...(record.told === undefined ? {} : { [TOLD_ANNOTATION]: String(record.told) }),
  };
}

/**
 * Puts a record into a ConfigMap's annotations and data. What is not the record's stays as it is: annotations of others,
 * and keys that are no zone ID.
 *
 * @param aside what is kept aside from now on; `none`: nothing, and what was kept before goes too, for want of room
 */
export function withRecord(
  present: { readonly annotations?: Readonly<Record<string, string>> | undefined; readonly data?: unknown },
  record: ZoneRecord,
  aside: readonly UnreadablePart[] | 'none' = [],
): RecordDocument {
  const { annotations, data } = encodeRecord(record);
  const others = Object.entries(present.annotations ?? {}).filter(
    ([name]) => !RECORD_ANNOTATIONS.includes(name),
  );
  const strangers = Object.entries(textsSchema.safeParse(present.data ?? {}).data ?? {}).filter(
    ([key]) => !ZONE_ID_PATTERN.test(key) && (aside !== 'none' || !isKeptAside(key)),
  );
  const kept = (aside === 'none' ? [] : aside).flatMap(({ key, text }) =>
    text === undefined ? [] : [[`${key}${UNREADABLE_SUFFIX}`, text]],
  );
  return {
    annotations: { ...Object.fromEntries(others), ...annotations },
    data: { ...Object.fromEntries([...strangers, ...kept]), ...data },
  };
}

/** Whether it is a text that we put aside for people. */
function isKeptAside(key: string): boolean {
  return key.endsWith(UNREADABLE_SUFFIX) && ZONE_ID_PATTERN.test(key.slice(0, -UNREADABLE_SUFFIX.length));
}

const textsSchema = z.record(z.string(), z.string());
const endedSchema = z.record(z.string(), recordTime);
const receivedSchema = z
  .string()
  .transform((text) => text.split(' '))
  .pipe(z.tuple([generationSchema, recordTime]))
  .transform(([generation, at]) => ({ generation, at }));

/**
 * ConfigMap to record. A part that cannot be read is what it was in the last good record, and is reported; keys that are
 * no zone ID are not ours to read.
 *
 * @throws RecordUnreadableError where not even the generation can be read, and no last good record is known: sets
 * without an order would undo one another
 */
export function decodeRecord(
  document: {
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    readonly data?: unknown;
  },
  lastGood?: ZoneRecord,
): DecodedRecord {
  const unreadable: UnreadablePart[] = [];
  const orLast = <T>(key: string, last: T, readIt: () => T, text?: string): T => {
    try {
      return readIt();
    } catch (error) {
      if (!(error instanceof RecordUnreadableError)) throw error;
      unreadable.push({ key, ...(text === undefined ? {} : { text }), error });
      return last;
    }
  };
  /** `undefined` where there is none. */
  const annotation = <T>(
    name: string,
    what: string,
    schema: z.ZodType<T>,
    last: T | undefined,
    isJson = false,
  ) => {
    const text = document.annotations?.[name];
    if (text === undefined) return undefined;
    return orLast(name, last, () => read(what, schema, isJson ? json(what, text) : text));
  };
  const readGeneration = () =>
    read('the generation', generationSchema, document.annotations?.[GENERATION_ANNOTATION]);
  const generation =
    lastGood === undefined
      ? readGeneration()
      : orLast(GENERATION_ANNOTATION, lastGood.generation, readGeneration);
  const used = annotation(USED_ANNOTATION, 'the used zones', usedSchema, undefined, true);
  const reach = annotation(REACH_ANNOTATION, 'the reach of the cluster', reachSchema, lastGood?.reach, true);
  const look = annotation(LOOK_ANNOTATION, 'the time of the last request', recordTime, undefined);
  const received = annotation(RECEIVED_ANNOTATION, 'the time of receipt', receivedSchema, undefined);
  const requests = {
    ...(look === undefined ? {} : { look }),
    ...(received === undefined ? {} : { received }),
  };
  const lastHistory = lastGood && storedHistory(lastGood);
  const stored = annotation(HISTORY_ANNOTATION, 'the history', historySchema, lastHistory);
  const history = stored === undefined ? [] : historyFor(generation, stored);
  const told = annotation(
    TOLD_ANNOTATION,
    'the number of the last transition told',
    generationSchema,
    lastGood?.told,
  );
  const record: ZoneRecord = {
    generation,
    zones: Object.entries(read('data', textsSchema, document.data ?? {}))
      .filter(([id]) => ZONE_ID_PATTERN.test(id))
      .flatMap(([id, text]): RecordedZone[] => {
        const last = lastGood?.zones.find((zone) => zone.id === id);
        if (last !== undefined && isTextOf(last, text)) return [last];
        const zone = orLast<RecordedZone | undefined>(id, last, () => readZone(id, text), text);
        return zone === undefined ? [] : [zone];
      })
      .sort((left, right) => (left.id < right.id ? -1 : 1)),
    ended: annotation(ENDED_ANNOTATION, 'the ended sources', endedSchema, lastGood?.ended ?? {}, true) ?? {},
    ...(used === undefined ? {} : { used }),
    ...(reach === undefined ? {} : { reach }),
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
    ...(history.length === 0 ? {} : { history }),
    ...(told === undefined ? {} : { told }),
  };
  return { record, unreadable };
}

function readZone(id: string, text: string): RecordedZone {
  const zone = { id, ...read(`zone ${id}`, zoneSchema, yaml(id, text)) };
  readFrom(zone, text);
  return zone;
}

function read<T>(part: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RecordUnreadableError(part, describeIssues(parsed.error, 1));
}

function yaml(id: string, text: string): unknown {
  try {
    // Warnings would go to standard error, past the log.
    return parse(text, { logLevel: 'error' });
  } catch (cause) {
    throw new RecordUnreadableError(`zone ${id}`, messageOf(cause), { cause });
  }
}

function json(part: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecordUnreadableError(part, messageOf(cause), { cause });
  }
}
