import type { Tell } from '../../shared/facts/facts.ts';
import { ELSEWHERE_KINDS, type Elsewhere, type ElsewhereKind } from '../../shared/home/elsewhere.ts';

/** So many are told by name. Whoever writes to the queue can make up any number of them; the counter has them all. */
const MOST_NAMED = 20;

/** What came that is of elsewhere: counted each time, told once, and kept for the status page. */
export class ElsewhereTally {
  readonly #tell: Tell;
  readonly #counts = new Map<ElsewhereKind, number>(ELSEWHERE_KINDS.map((kind) => [kind, 0]));
  readonly #seen = new Map<string, Elsewhere & { readonly from: 'event' | 'arc' }>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** What one message had. */
  heard(found: readonly Elsewhere[]): void {
    for (const one of found) {
      this.#counts.set(one.kind, (this.#counts.get(one.kind) ?? 0) + 1);
      this.#tell('elsewhere', { kind: one.kind });
      this.#see(one, 'event');
    }
  }

  /** What ARC lists, with each look anew. */
  listed(found: readonly Elsewhere[]): void {
    for (const one of found) this.#see(one, 'arc');
  }

  /** For the status page: how many, and the first of them by name. */
  shown(): object {
    return { messages: Object.fromEntries(this.#counts), seen: [...this.#seen.values()] };
  }

  #see(one: Elsewhere, from: 'event' | 'arc'): void {
    const key = `${from} ${one.kind} ${one.where}`;
    if (this.#seen.has(key) || this.#seen.size >= MOST_NAMED) return;
    this.#seen.set(key, { ...one, from });
    this.#tell('elsewhere-seen', { ...one, from });
  }
}
