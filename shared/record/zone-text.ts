import { stringify } from 'yaml';
import { stateAsWritten } from './record-schema.ts';
import type { RecordedSource, RecordedZone } from './zone-record.ts';

/**
 * Names come from whoever may write to the queue. Written over several lines or folded, some of them are read as others
 * (yaml 2.9.1: of lines that end with a blank some begin with a backslash afterwards), and no end of a shift matches the
 * source any more.
 */
const ONE_LINE = {
  blockQuote: false,
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/**
 * A zone as it stands under its key of the ConfigMap: YAML, for people to read. Records share the zones in which they do
 * not differ, so that the text of each is made once: a round each second asks how long it is.
 */
export function zoneText(zone: RecordedZone): string {
  const known = texts.get(zone);
  if (known !== undefined) return known;
  const { name, state, use, why, sources, thawed } = zone;
  const text = stringify({ name, state: stateAsWritten(state), use, why, sources, thawed }, ONE_LINE);
  texts.set(zone, text);
  return text;
}

const texts = new WeakMap<RecordedZone, string>();

/** Remembers of a zone which text it was read from, be it ours or one that a person wrote. */
export function readFrom(zone: RecordedZone, text: string): void {
  sources.set(zone, text);
}

/**
 * Whether a zone was read from this text, or written as it: then it need not be read again. To read 80 KiB of YAML takes
 * tens of milliseconds, in each webhook, for each message that changes one line of it.
 */
export function isTextOf(zone: RecordedZone, text: string): boolean {
  return sources.get(zone) === text || texts.get(zone) === text;
}

const sources = new WeakMap<RecordedZone, string>();

/** Bytes that a text takes in the body of a write, where JSON escapes it; what is stored is never more. */
export function bytesInBody(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** Bytes of a zone in the body of a write. */
export function zoneBytes(zone: RecordedZone): number {
  return zone.id.length + KEY_BYTES + bytesInBody(zoneText(zone));
}

/** Quotes, colon and comma around a key. */
const KEY_BYTES = 4;

/** Bytes that a source adds to its zone. */
export function sourceBytes(source: RecordedSource): number {
  const known = sizes.get(source);
  if (known !== undefined) return known;
  const bytes = bytesInBody(stringify({ sources: [source] }, ONE_LINE)) - bytesInBody('sources:\n');
  sizes.set(source, bytes);
  return bytes;
}

const sizes = new WeakMap<RecordedSource, number>();
