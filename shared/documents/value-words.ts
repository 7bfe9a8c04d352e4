import { z } from 'zod';
import { nearestWord } from './nearest-word.ts';

/** A value as a message shows it: on one line, not longer than one can read; of a list or a map only that it is one. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of keys';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** One of a few words; an empty value is the same as none. What it may be is its description. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  const error = ({ input }: { readonly input?: unknown }) => {
    const near = typeof input === 'string' ? nearestWord(input, words) : undefined;
    return `${shown(input)} is none of ${words.join(', ')}${didYouMean(near)}`;
  };
  return z.enum(words, { error }).nullish().describe(words.join(', '));
}

/** ` (did you mean scope?)`, or nothing. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}
