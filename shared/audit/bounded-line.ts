import { cut, fitsInJson } from '../record/bounded-text.ts';
import type { Requirement } from '../requirements/requirement.ts';

/** Bytes of names and users, as JSON: an object's name has 253 characters at most, and a user's is short. */
export const LONGEST_NAME = 512;
/** No rule says more than a few sentences; a name in them can be of any length. */
export const LONGEST_TEXT = 2000;
/** Of all texts of one field together. */
const LONGEST_LIST = 8000;

/**
 * Puts what somebody else wrote into a line, as far as there is room for it, and remembers of which fields something was
 * left out. Whoever may send a dry run decides how long an object is, and a node keeps some 50 MB of a container's log: ten
 * lines of 5 MB would end what it knows.
 */
export class BoundedLine {
  readonly #cut = new Set<string>();

  /** The fields of which something was left out; `undefined` where nothing was. */
  get cut(): readonly string[] | undefined {
    return this.#cut.size === 0 ? undefined : [...this.#cut];
  }

  /** @param most bytes, as JSON */
  text(field: string, text: string, most: number): string {
    // No character has more than six: of most texts the length alone tells that they fit.
    if (text.length * 6 <= most || fitsInJson(text, most)) return text;
    this.#cut.add(field);
    return cut(text, most);
  }

  /** As many texts as have room together, and how many more there are. */
  texts(field: string, texts: readonly string[]): readonly string[] {
    const bounded = texts.map((text) => this.text(field, text, LONGEST_TEXT));
    const shown = this.within(field, bounded, LONGEST_LIST, (text) => text.length);
    return shown === bounded ? bounded : [...shown, `… ${texts.length - shown.length} more`];
  }

  requirements(field: string, entries: readonly Requirement[]): readonly string[] {
    return this.texts(
      field,
      entries.map((entry) => this.#requirement(field, entry)),
    );
  }

  /** As many of the first ones as have room together. The same list where all have. */
  within<T>(field: string, items: readonly T[], most: number, lengthOf: (item: T) => number): readonly T[] {
    let left = most;
    const end = items.findIndex((item) => {
      left -= lengthOf(item);
      return left < 0;
    });
    return end === -1 ? items : this.first(field, items, end);
  }

  /** So many of the first ones. */
  first<T>(field: string, items: readonly T[], most: number): readonly T[] {
    return this.some(field, items, items.length <= most ? items : items.slice(0, most));
  }

  /** Those that are shown of all. */
  some<T>(field: string, all: readonly T[], shown: readonly T[]): readonly T[] {
    if (shown.length < all.length) this.#cut.add(field);
    return shown;
  }

  /** As many values as have room, and how many more there are; its key may be as long as anything. */
  #requirement(field: string, entry: Requirement): string {
    const { key, values = [] } = entry;
    const some = this.within(field, values, LONGEST_TEXT / 2, (value) => value.length + 2);
    const shown = some === values ? values : [...some, `… ${values.length - some.length} more`];
    return showRequirement({
      ...entry,
      key: this.text(field, key, LONGEST_NAME),
      values: entry.values === undefined ? undefined : shown,
    });
  }
}

/** `topology.kubernetes.io/zone In [us-east-1a, us-east-1b] minValues 2` */
export function showRequirement(requirement: Requirement): string {
  const values = requirement.values === undefined ? '' : ` [${requirement.values.join(', ')}]`;
  const least = requirement.minValues === undefined ? '' : ` minValues ${requirement.minValues}`;
  return `${requirement.key} ${requirement.operator}${values}${least}`;
}
