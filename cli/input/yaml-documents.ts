import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  mergeTag,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { sourceNode } from './event-nodes.ts';
import type { SourceNode } from './source-position.ts';

/** A document of a text. */
export interface YamlDocument {
  /** Its places count from the beginning of the text. */
  readonly node: SourceNode;
  /** As plain JSON; `null` for an empty document. */
  readonly value: unknown;
}

/** A document that cannot be read, and where in the text that shows. */
export interface YamlProblem {
  readonly offset: number | undefined;
  readonly message: string;
}

const MARKER = /^---[^\n]*$/gm;
/** What a line with three dashes may have besides. */
const BARE_MARKER = /^--- *(?:#.*)?\r?$/;
/** Directives and ends of documents. */
const OTHER_MARKER = /^(?:%|\.\.\.)/m;

/**
 * The documents of a YAML or JSON text, each by itself: one that is broken takes no other with it. By js-yaml, which tells
 * where everything stands and is ten times as fast as the `yaml` package: a folder of a thousand NodePools is a second's
 * difference.
 */
export function yamlDocuments(text: string): (YamlDocument | YamlProblem)[] {
  const parts = partsOf(text);
  if (parts === undefined) return parsed(text, 0);
  return parts.flatMap(([from, to]) => parsed(text.slice(from, to), from));
}

/** Where each document begins and ends. Three dashes at the beginning of a line mean nothing else, not even in quotes. */
function partsOf(text: string): [number, number][] | undefined {
  if (OTHER_MARKER.test(text)) return undefined;
  const parts: [number, number][] = [];
  let from = 0;
  for (const { 0: line, index } of text.matchAll(MARKER)) {
    // `---text` is text.
    if (!/^---(?:\s|$)/.test(line)) continue;
    if (!BARE_MARKER.test(line)) return undefined;
    parts.push([from, index]);
    from = index + line.length + 1;
  }
  return [...parts, [Math.min(from, text.length), text.length]];
}

/** YAML 1.2, of which JSON is a part, with `<<`, as kubectl reads it. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

function parsed(text: string, base: number): (YamlDocument | YamlProblem)[] {
  try {
    const events = parseEvents(text, {});
    const values = constructFromEvents(events, { source: text, schema: SCHEMA });
    return eventsByDocument(events).map((own, place) => {
      const value = values[place] ?? null;
      return { node: sourceNode(text, own, base) ?? { start: base }, value };
    });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    // Of a text that is broken, the rest is mostly a consequence.
    const offset = error.mark === undefined ? undefined : base + error.mark.position;
    return [{ offset, message: `it is no YAML: ${error.reason}` }];
  }
}

function eventsByDocument(events: readonly Event[]): Event[][] {
  const documents: Event[][] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) documents.push([]);
    documents.at(-1)?.push(event);
  }
  return documents;
}
