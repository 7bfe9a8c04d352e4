import type { NodeClassView } from '../../shared/stores/kinds.ts';
import type { Store } from '../../shared/stores/store.ts';
import type { ZonePlace } from '../../shared/views/node-class.ts';

/** New nodes may come up in zones of which nothing is told. */
const SOMEWHERE: ZonePlace = { zoneId: undefined, zoneName: undefined };

/**
 * The zones of the subnets that EC2NodeClasses select, which is what Karpenter itself goes by. One that had subnets and
 * has none any more counts with those that it had for as long as it exists: a selector that matches nothing is a slip, and
 * must not make the guard give back a zone that is impaired.
 */
export class NodeClassZones {
  readonly #classes: Store<NodeClassView>;
  /** By name: the last view that had subnets, the last of all where none had. */
  readonly #held = new Map<string, NodeClassView>();

  constructor(classes: Store<NodeClassView>) {
    this.#classes = classes;
    classes.listen(() => this.#look());
  }

  /**
   * The subnets of all EC2NodeClasses that exist now; `undefined` while they are not known of each. A place without ID and
   * name stands for an EC2NodeClass for which Karpenter finds no subnet, or for there being none.
   */
  subnets(): readonly ZonePlace[] | undefined {
    if (this.#classes.presence === 'absent' && !this.#classes.known) return [SOMEWHERE];
    const held = [...this.#held.values()];
    const isUnread = (name: string) => (this.#held.get(name)?.subnets.length ?? 0) === 0;
    if (!this.#classes.known || !held.every(isKnown) || this.#classes.unjudgeable.some(isUnread))
      return undefined;
    if (held.length === 0) return [SOMEWHERE];
    return held.flatMap(({ subnets }) => (subnets.length === 0 ? [SOMEWHERE] : subnets));
  }

  #look(): void {
    for (const name of this.#held.keys()) if (this.#classes.get(name) === undefined) this.#held.delete(name);
    for (const view of this.#classes.all()) {
      const before = this.#held.get(view.name);
      const keeps = view.subnets.length === 0 && before !== undefined && before.subnets.length > 0;
      if (!keeps) this.#held.set(view.name, view);
    }
  }
}

function isKnown({ subnets, looked }: NodeClassView): boolean {
  return subnets.length > 0 || looked;
}
