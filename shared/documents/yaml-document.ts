import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf, type ZonewardenError } from '../errors/zonewarden-error.ts';
import { didYouMean, shown } from './value-words.ts';

/** So many mistakes are told at once; the others show when these are mended. */
const MOST_TOLD = 5;
/** Many times what a document takes, comments included; brackets without end take the parser seconds. */
const LONGEST_TEXT = 65_536;

/** A YAML document that people edit, and how to speak of what is wrong with it. */
export interface DocumentKind<S extends z.ZodType> {
  readonly schema: S;
  /** The key that was meant by one that is not known below a path, in full; `undefined` where nothing is near. */
  meant(path: readonly PropertyKey[], key: string): string | undefined;
  /** An example of keys with values, for what stands at a path and is something else. */
  example(path: readonly PropertyKey[]): string;
  /** Mistakes that show between values which are right one by one, in words. */
  between?(document: z.output<S>): readonly string[];
  /** The error to throw. @param why what is wrong, without an end mark */
  unreadable(why: string, options?: ErrorOptions): ZonewardenError;
}

/**
 * YAML text to what its schema gives. Text without a value is the document `{}`.
 *
 * @throws what `kind.unreadable` makes, naming each mistake, five at most; nothing else, whatever the text
 */
export function readYamlDocument<S extends z.ZodType>(text: string, kind: DocumentKind<S>): z.output<S> {
  const parsed = kind.schema.safeParse(yaml(text, kind) ?? {});
  const mistakes = parsed.success
    ? (kind.between?.(parsed.data) ?? [])
    : parsed.error.issues.flatMap((issue) => inWords(issue, kind));
  if (parsed.success && mistakes.length === 0) return parsed.data;
  const more = mistakes.length - MOST_TOLD;
  const told = mistakes.slice(0, MOST_TOLD).join('; ');
  throw kind.unreadable(more > 0 ? `${told}; and ${more} more` : told);
}

/** What makes the parser itself stumble, such as brackets nested without end, is an error like any other. */
function yaml(text: string, kind: Pick<DocumentKind<z.ZodType>, 'unreadable'>): unknown {
  if (text.length > LONGEST_TEXT) {
    throw kind.unreadable(`it has ${text.length} characters, and at most ${LONGEST_TEXT} are read`);
  }
  try {
    const document = parseDocument(text, { logLevel: 'error' });
    // A warning is a tag that nobody knows: the value would not be what its writer meant.
    const [problem] = [...document.errors, ...document.warnings];
    if (problem?.code === 'MULTIPLE_DOCS') throw new Error('more than one document', { cause: problem });
    if (problem !== undefined) throw problem;
    return document.toJS();
  } catch (cause) {
    throw kind.unreadable(`it is not YAML (${oneLine(messageOf(cause))})`, { cause });
  }
}

/** YAML's messages show the place in the text below the first line. */
function oneLine(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/:$/, '').slice(0, 200);
}

function inWords(
  issue: z.core.$ZodIssue,
  kind: Pick<DocumentKind<z.ZodType>, 'meant' | 'example'>,
): string[] {
  const path = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const name = shown(pathText([...issue.path, key])).slice(1, -1);
      return `${name} is not known${didYouMean(kind.meant(issue.path, key))}`;
    });
  }
  if (issue.code !== 'invalid_type' || issue.expected !== 'object') return [`${path}: ${issue.message}`];
  const what = path === '' ? 'the document' : path;
  return [`${what} is to be keys with values, such as ${kind.example(issue.path)}`];
}

/** `overrides[0].match.names` */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
