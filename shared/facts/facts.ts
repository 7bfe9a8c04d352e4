import { sameJson } from '../json/same-json.ts';
import { type FactName, type FactOf, stateOf, type Told } from './watcher-facts.ts';

/** Where facts end: in metrics, in the log, on the status page. It neither waits nor throws. */
export interface FactListener {
  hear(told: Told): void;
  /** The process leads no more: what only a leader can know is taken back. */
  leftTerm?(): void;
}

export type Tell = <Name extends FactName>(name: Name, fact: FactOf<Name>) => void;

/**
 * Passes facts on to those who listen. Here, and nowhere else, it is decided that to say the same state twice is no news.
 * Whoever tells remembers nothing of what it has told.
 */
export class Facts {
  readonly #listeners: FactListener[] = [];
  /** State by what it is of, by name of the fact. */
  readonly #states = new Map<FactName, Map<string, unknown>>();

  /** From now on the listener hears of everything. */
  listen(listener: FactListener): void {
    this.#listeners.push(listener);
  }

  /** Tells a happening, or a state if it is another than before. */
  readonly tell: Tell = (name, fact) => {
    const state = stateOf(name, fact);
    if (state !== undefined) {
      const [of, is] = state;
      const known = this.#statesOf(name);
      if (known.has(of) && sameJson(known.get(of), is)) return;
      known.set(of, is);
    }
    const told = { name, fact } as Told;
    for (const listener of this.#listeners) listener.hear(told);
  };

  /** Tells all states of a name that there are; the others are over. */
  tellAll<Name extends FactName>(name: Name, facts: readonly FactOf<Name>[]): void {
    this.retain(
      name,
      facts.flatMap((fact) => stateOf(name, fact)?.[0] ?? []),
    );
    for (const fact of facts) this.tell(name, fact);
  }

  /** Of all that a name was told of, only this is not over: the rest would be news again. */
  retain(name: FactName, of: readonly string[]): void {
    const present = new Set(of);
    const known = this.#statesOf(name);
    for (const one of known.keys()) if (!present.has(one)) known.delete(one);
  }

  /** Whether some state of this was told and is not over: what costs much need not be put together again. */
  wasTold(name: FactName, of: string): boolean {
    return this.#states.get(name)?.has(of) ?? false;
  }

  /** The process leads no more. The next term tells anew. */
  leftTerm(): void {
    this.#states.clear();
    for (const listener of this.#listeners) listener.leftTerm?.();
  }

  #statesOf(name: FactName): Map<string, unknown> {
    const known = this.#states.get(name) ?? new Map<string, unknown>();
    this.#states.set(name, known);
    return known;
  }
}
