import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import type { NodeView } from '../../../shared/views/node.ts';

/**
 * So far apart the end of a shift and an uncordon may be that follows from it: EKS does it by itself, and each of the two is
 * told late.
 */
const TOGETHER_MS = 5 * 60_000;

/**
 * Finds out which Nodes that we cordoned were opened by the end of one shift, while another one keeps the zone away. EKS
 * cordons and uncordons by itself the Nodes of a zone that is shifted away from the cluster, and knows nothing of other
 * reasons. Nothing in a Node says who took a cordon back: managedFields have no owner of a field that is gone. So the
 * moment has to tell, which only who has watched knows: a leader that came later takes it for a person's.
 */
export class ReopenedNodes {
  /** Names of Nodes that were seen with our mark and cordoned. */
  readonly #closed = new Set<string>();
  /** When each of them was first seen open. */
  readonly #openedMs = new Map<string, number>();
  /** Reasons of each zone, by ID, and when the last of them went that is there no more. */
  #sources: ReadonlyMap<string, readonly string[]> = new Map();
  readonly #endedMs = new Map<string, number>();

  /** Looks at all Nodes; returns the names of those that are to be cordoned again. */
  see(nodes: readonly NodeView[], record: Pick<ZoneRecord, 'zones'>, nowMs: number): ReadonlySet<string> {
    this.#seeSources(record, nowMs);
    const marked = nodes.filter(({ mark }) => mark !== undefined);
    this.#keepOnly(new Set(marked.map(({ name }) => name)));
    for (const { name, unschedulable } of marked) {
      if (unschedulable) {
        this.#closed.add(name);
        this.#openedMs.delete(name);
      } else if (this.#closed.has(name) && !this.#openedMs.has(name)) this.#openedMs.set(name, nowMs);
    }
    const isWithAnEnd = ({ name, mark = '' }: NodeView) => {
      const [openedMs, endedMs] = [this.#openedMs.get(name), this.#endedMs.get(mark)];
      return openedMs !== undefined && endedMs !== undefined && Math.abs(openedMs - endedMs) <= TOGETHER_MS;
    };
    return new Set(marked.filter(isWithAnEnd).map(({ name }) => name));
  }

  #seeSources({ zones }: Pick<ZoneRecord, 'zones'>, nowMs: number): void {
    const now = new Map(zones.map(({ id, sources }) => [id, sources.map((source) => source.id)]));
    for (const [id, before] of this.#sources)
      if (before.some((source) => now.get(id)?.includes(source) === false)) this.#endedMs.set(id, nowMs);
    for (const id of this.#endedMs.keys()) if (!now.has(id)) this.#endedMs.delete(id);
    this.#sources = now;
  }

  #keepOnly(present: ReadonlySet<string>): void {
    for (const name of this.#closed) {
      if (present.has(name)) continue;
      this.#closed.delete(name);
      this.#openedMs.delete(name);
    }
  }
}
