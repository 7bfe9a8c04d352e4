import type { ZonewardenError } from '../errors/zonewarden-error.ts';
import { shown } from './value-words.ts';

/**
 * The one text that a ConfigMap holds; '' where it holds none. Any other key is an error: it is the document under a
 * wrong name, or something that somebody believes to be in force and is not.
 *
 * @param unreadable makes the error to throw of what is wrong
 */
export function textInConfigMap(
  { data: texts, binaryData }: Readonly<Record<string, unknown>>,
  key: string,
  unreadable: (why: string) => ZonewardenError,
): string {
  const data = entries(texts);
  const strangers = [...data.keys(), ...entries(binaryData).keys()].filter((each) => each !== key);
  if (strangers.length > 0) {
    throw unreadable(
      `the ConfigMap has the key ${strangers.map(shown).join(', ')}, and nothing but ${key} is read`,
    );
  }
  if (entries(binaryData).has(key)) throw unreadable('it is not text in UTF-8');
  const text = data.get(key) ?? '';
  if (typeof text !== 'string') throw unreadable('it is not text');
  return text;
}

function entries(part: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof part === 'object' && part !== null ? Object.entries(part) : []);
}
