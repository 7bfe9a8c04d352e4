import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { describeIssues } from '../errors/schema-issues.ts';
import { messageOf, ZonewardenError } from '../errors/zonewarden-error.ts';
import type { ImpairedRecord, RecordedZone } from './impaired-record.ts';
import { ZONE_ID_PATTERN } from './zone-keys.ts';

export const RECORD_NAME = 'zonewarden-impaired-zones';
export const GENERATION_ANNOTATION = 'zonewarden.io/generation';
export const ENDED_ANNOTATION = 'zonewarden.io/ended';

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

const time = z.iso.datetime({ offset: true });
const zoneSchema = z
  .object({
    name: z.string().min(1).exactOptional(),
    state: z.enum(['impaired', 'recovering']),
    sources: z.array(
      z.object({
        id: z.string().min(1),
        kind: z.string().min(1),
        since: time,
        until: time.exactOptional(),
        lastStart: time.exactOptional(),
      }),
    ),
  })
  // Of two sources with one ID an end would end one, and the other would stay for ever; so would a zone without any.
  .refine(({ sources }) => new Set(sources.map(({ id }) => id)).size === sources.length, {
    path: ['sources'],
    message: 'two sources have the same id',
  })
  .refine(({ state, sources }) => state === 'recovering' || sources.length > 0, {
    path: ['sources'],
    message: 'an impaired zone needs at least one; to end it by hand give each source an `until`',
  });
const generationSchema = z
  .string()
  .regex(/^\d{1,16}$/)
  .refine((text) => Number.isSafeInteger(Number(text)), 'too large');
const zoneIdSchema = z.string().regex(ZONE_ID_PATTERN, 'its key is not a zone ID such as use1-az1');
const endedSchema = z.record(z.string(), time);

/** Record to ConfigMap. Deterministic: the same record gives the same text. */
export function encodeRecord(record: ImpairedRecord): RecordDocument {
  const data = record.zones.map(({ id, name, state, sources }) => [id, stringify({ name, state, sources })]);
  const ended = Object.entries(record.ended).sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    annotations: {
      [GENERATION_ANNOTATION]: String(record.generation),
      ...(ended.length > 0 ? { [ENDED_ANNOTATION]: JSON.stringify(Object.fromEntries(ended)) } : {}),
    },
    data: Object.fromEntries(data),
  };
}

/**
 * ConfigMap to record.
 * @throws RecordUnreadableError for anything that we would not have written: half a record is worse than an old one
 */
export function decodeRecord(document: {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly data?: unknown;
}): ImpairedRecord {
  const generation = read('the generation', generationSchema, document.annotations?.[GENERATION_ANNOTATION]);
  const ended = document.annotations?.[ENDED_ANNOTATION];
  const data = read('data', z.record(z.string(), z.string()), document.data ?? {});
  return {
    generation: Number(generation),
    zones: Object.entries(data)
      .map(
        ([id, text]): RecordedZone => ({
          id: read(`zone ${id}`, zoneIdSchema, id),
          ...read(`zone ${id}`, zoneSchema, yaml(id, text)),
        }),
      )
      .sort((left, right) => (left.id < right.id ? -1 : 1)),
    ended: ended === undefined ? {} : read('the ended sources', endedSchema, json(ended)),
  };
}

function read<T>(part: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RecordUnreadableError(part, describeIssues(parsed.error, 1));
}

function yaml(id: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new RecordUnreadableError(`zone ${id}`, messageOf(cause), { cause });
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecordUnreadableError('the ended sources', messageOf(cause), { cause });
  }
}
