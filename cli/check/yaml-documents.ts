import { type Document, parseAllDocuments } from 'yaml';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { PackageNode } from './package-node.ts';
import { readPlainYaml } from './plain-yaml.ts';
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
 * The documents of a YAML or JSON text, each by itself: one that is broken takes no other with it. Plain ones, as nearly all
 * manifests are, are read by our own reader, all others by the `yaml` package.
 */
export function yamlDocuments(text: string): (YamlDocument | YamlProblem)[] {
  const parts = partsOf(text);
  if (parts === undefined) return parsed(text, 0);
  return parts.flatMap(([from, to]) => {
    const plain = readPlainYaml(text, from, to);
    if (plain === undefined) return parsed(text.slice(from, to), from);
    return [plain];
  });
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

/** As kubectl reads it: `<<` merges. Everything else is YAML 1.2, of which JSON is a part. */
function parsed(text: string, base: number): (YamlDocument | YamlProblem)[] {
  try {
    const documents = parseAllDocuments(text, { merge: true, prettyErrors: false, logLevel: 'silent' });
    return 'empty' in documents ? [] : documents.map((document) => read(document, base));
  } catch (error) {
    // Nested so deeply that the parser overflows the stack.
    return [{ offset: undefined, message: `it cannot be read: ${messageOf(error)}` }];
  }
}

function read(document: Document.Parsed, base: number): YamlDocument | YamlProblem {
  const [problem] = document.errors;
  // Of a text that is broken, the rest is mostly a consequence.
  if (problem !== undefined)
    return { offset: base + problem.pos[0], message: `it is no YAML: ${problem.message}` };
  try {
    const value: unknown = document.toJS();
    const { contents } = document;
    return { node: contents === null ? { start: base } : new PackageNode(contents, document, base), value };
  } catch (error) {
    const offset = base + (document.contents?.range?.[0] ?? document.range[0]);
    return { offset, message: `it cannot be read: ${messageOf(error)}` };
  }
}
