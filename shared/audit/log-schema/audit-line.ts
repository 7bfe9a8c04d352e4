import { z } from 'zod';
import { decisionLineSchema } from './decision-line.ts';
import { registrationLineSchema } from './registration-line.ts';
import { watcherLineSchema } from './watcher-lines.ts';

/**
 * One line of the audit stream, of the webhook or of the watcher. Every object may have more fields than are named: a
 * later version adds some, and a reader of this one goes on.
 */
export const auditLineSchema = z.discriminatedUnion('component', [
  z.discriminatedUnion('event', [decisionLineSchema, registrationLineSchema]),
  watcherLineSchema,
]);
export type AuditLine = z.output<typeof auditLineSchema>;

const envelopeSchema = z.looseObject({ component: z.string(), event: z.string() });
/** The events of each component. What else a component logs is no line of the stream. */
export const AUDIT_EVENTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['webhook', ['decision', 'registration', 'break-glass']],
  ['watcher', watcherLineSchema.options.flatMap(({ shape }) => wordsOf(shape.event))],
]);

function wordsOf(event: z.ZodEnum | z.ZodLiteral<string>): string[] {
  return event instanceof z.ZodEnum ? event.options.map(String) : [...event.values];
}

/** What a text is: a line of the audit stream, something else, or a line of the stream that is not as it has to be. */
export type Reading =
  | { readonly is: 'line'; readonly line: AuditLine }
  | { readonly is: 'other' }
  | { readonly is: 'unreadable' };

/** Longer than any line: a decision about the largest object has some thousand words. Keeps a reader's memory bounded. */
export const LONGEST_LINE = 1_048_576;

/**
 * Reads one line of a log, with or without what `kubectl logs --prefix` puts before it. Never throws.
 */
export function readAuditLine(text: string): Reading {
  const start = jsonStart(text);
  // Most lines of a log that are none are told without being parsed.
  if (start === -1 || text.length > LONGEST_LINE || !text.includes('"event"', start)) return { is: 'other' };
  const value = parsed(text.slice(start));
  const envelope = envelopeSchema.safeParse(value);
  if (
    !envelope.success ||
    AUDIT_EVENTS.get(envelope.data.component)?.includes(envelope.data.event) !== true
  ) {
    return { is: 'other' };
  }
  const line = auditLineSchema.safeParse(value);
  return line.success ? { is: 'line', line: line.data } : { is: 'unreadable' };
}

/**
 * `[pod/zonewarden-7d9c-x/webhook] {…}`. `--timestamps` puts one more word there; the files of the container runtime have
 * three: `2026-11-21T06:23:47.7Z stdout F {…}`.
 */
function jsonStart(text: string): number {
  const at = text.indexOf('{');
  if (at <= 0) return at;
  return /^(?:\[[^\]\s{]{1,500}\]\s+)?(?:\d{4}-\d\d-\d\dT[^\s{]{1,40}\s+)?(?:std(?:out|err) F )?$/.test(
    text.slice(0, at),
  )
    ? at
    : -1;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same as JSON Schema, as docs/schemas/audit-line.schema.json has it. */
export function auditLineJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(auditLineSchema, { target: 'draft-2020-12' });
  return {
    $schema,
    title: 'A line of the audit stream of Zonewarden',
    description: 'One JSON object a line, on standard output of webhook and watcher; see docs/audit.md.',
    ...rest,
  };
}
