import { z } from 'zod';

/** A text that is mostly the same again and again: its parts, each as it is or how it is made. */
export type Recipe = string | readonly Part[];
type Part =
  | string
  | { readonly repeat: Recipe; readonly times: number }
  /** A text with a number in the place of `#`, from `from` on, with commas between them. */
  | { readonly count: Recipe; readonly from: number; readonly times: number };

const part: z.ZodType<Part> = z.union([
  z.string(),
  z.strictObject({ repeat: z.lazy(() => recipeSchema), times: z.int().min(0) }),
  z.strictObject({ count: z.lazy(() => recipeSchema), from: z.int().min(0), times: z.int().min(0) }),
]);

/** A recipe as it is stored. */
export const recipeSchema: z.ZodType<Recipe> = z.union([z.string(), z.array(part)]);

/** The text that a recipe makes. */
export function made(recipe: Recipe): string {
  if (typeof recipe === 'string') return recipe;
  return recipe
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('repeat' in part) return made(part.repeat).repeat(part.times);
      const { count, from, times } = part;
      const [before = '', after = ''] = made(count).split('#');
      return Array.from({ length: times }, (_, nth) => `${before}${from + nth}${after}`).join(',');
    })
    .join('');
}

/** The recipe of a text: the text itself where nothing in it is repeated. */
export function recipeOf(text: string): Recipe {
  const parts: Part[] = [];
  let plainFrom = 0;
  let at = 0;
  while (at < text.length) {
    const found = repeatedAt(text, at) ?? countedAt(text, at);
    if (found === undefined) at += 1;
    else {
      if (at > plainFrom) parts.push(text.slice(plainFrom, at));
      parts.push(found.part);
      at = found.end;
      plainFrom = at;
    }
  }
  if (parts.length === 0) return text;
  if (plainFrom < text.length) parts.push(text.slice(plainFrom));
  return parts;
}

interface Found {
  readonly part: Part;
  readonly end: number;
}

const FEWEST = 8;
/** How long what is counted may be, and how many commas may be in it. */
const LONGEST_COUNTED = 15_000;
const MOST_COMMAS = 6;
const SAME_BEGINNING = 2;

/** Elements or members that differ by a number alone, which grows by one. */
function countedAt(text: string, at: number): Found | undefined {
  if (!'"{[\\'.includes(text[at] ?? '')) return undefined;
  let comma = at;
  for (let commas = 0; commas < MOST_COMMAS; commas += 1) {
    comma = text.indexOf(',', comma + 1);
    if (comma === -1 || comma - at > LONGEST_COUNTED) return undefined;
    const first = text.slice(at, comma);
    // Most elements are not followed by one that begins like them.
    if (!text.startsWith(first.slice(0, SAME_BEGINNING), comma + 1)) continue;
    if (first.includes('#')) return undefined;
    const found = countedFirst(text, at, first);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** By whichever of its numbers grows. */
function countedFirst(text: string, at: number, first: string): Found | undefined {
  for (const { 0: digits, index } of first.matchAll(/\d{1,7}/g)) {
    if (String(Number(digits)) !== digits) continue;
    const [before, after] = [first.slice(0, index), first.slice(index + digits.length)];
    const found = counted(text, at, before, after, Number(digits));
    if (found !== undefined) return found;
  }
  return undefined;
}

function counted(text: string, at: number, before: string, after: string, from: number): Found | undefined {
  let end = at;
  let times = 0;
  for (;;) {
    const next = `${times === 0 ? '' : ','}${before}${from + times}${after}`;
    if (!text.startsWith(next, end)) break;
    end += next.length;
    times += 1;
  }
  if (times < FEWEST) return undefined;
  return { part: { count: recipeOf(`${before}#${after}`), from, times }, end };
}

const SAME = 12;
const FEWEST_CHARACTERS = 120;
/** How long what is repeated may be: more where something begins. */
const NEAR = 200;
const FAR = 60_000;

function repeatedAt(text: string, at: number): Found | undefined {
  const begins = at === 0 || '[{,"'.includes(text[at - 1] ?? '') || '[{'.includes(text[at] ?? '');
  const window = text.slice(at + 1, at + (begins ? FAR : NEAR) + SAME);
  const place = window.indexOf(text.slice(at, at + SAME));
  if (place === -1) return undefined;
  const length = place + 1;
  let end = at + length;
  while (end < text.length && text[end] === text[end - length]) end += 1;
  const times = Math.floor((end - at) / length);
  if (times < 2 || (times - 1) * length < FEWEST_CHARACTERS) return undefined;
  const unit = text.slice(at, at + length);
  return { part: { repeat: length > SAME ? recipeOf(unit) : unit, times }, end: at + times * length };
}
