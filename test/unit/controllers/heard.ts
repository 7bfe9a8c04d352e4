import type { FactListener, Facts } from '../../../shared/facts/facts.ts';
import type { FactName, FactOf, Told } from '../../../shared/facts/watcher-facts.ts';

/** All facts of a test, in order. */
export class Heard implements FactListener {
  readonly all: Told[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(facts: Facts) {
    facts.listen(this);
  }

  hear(told: Told): void {
    this.all.push(told);
    for (const look of this.#waiting) look();
  }

  /** Those of one name. */
  of<Name extends FactName>(name: Name): FactOf<Name>[] {
    const isOne = (told: Told): told is Told & { readonly fact: FactOf<Name> } => told.name === name;
    return this.all.filter(isOne).map((told) => told.fact);
  }

  /** Resolves when the condition holds, which is looked at with each fact. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
