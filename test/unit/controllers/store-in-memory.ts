import { Listeners } from '../../../shared/stores/listenable.ts';
import type { Presence, Store, View } from '../../../shared/stores/store.ts';

/** Objects of one kind as a store shows them. It tells whoever listens when the test says so. */
export class StoreInMemory<V extends View> extends Listeners implements Store<V> {
  known = true;
  presence: Presence = 'present';
  lastHeardMs: number | undefined;
  unjudgeable: readonly string[] = [];
  /** What is there now: a list, or what makes one at each look. */
  views: () => readonly V[];

  constructor(views: readonly V[] | (() => readonly V[]) = []) {
    super();
    this.views = typeof views === 'function' ? views : () => views;
  }

  start(): void {}

  async stop(): Promise<void> {}

  get(name: string): V | undefined {
    return this.all().find((view) => view.name === name);
  }

  all(): readonly V[] {
    return this.views();
  }

  /** These are there from now on. */
  show(...views: readonly V[]): void {
    this.views = () => views;
    this.tell();
  }

  async whenKnown(): Promise<void> {}

  async whenListed(): Promise<void> {}
}
