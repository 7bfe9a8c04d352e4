import { ZONE_NAME_BYTES } from '../../shared/record/bounded-sources.ts';
import { ZONE_ID_PATTERN } from '../../shared/record/zone-keys.ts';

/** Where names come from, in the order of belief. */
export const NAME_SOURCES = ['EC2NodeClasses', 'Nodes', 'EC2'] as const;
export type NameSource = (typeof NAME_SOURCES)[number];

/** More than all Regions have; labels that somebody makes up must not fill the memory. */
const MOST_ZONES = 500;
const MOST_CONTRADICTIONS = 500;

/**
 * What cannot be true at once. Of `names` the first is believed rather than the others. With `sharedWith`: the one name is
 * also told of that ID, which keeps it.
 */
export interface Contradiction {
  readonly zoneId: string;
  readonly names: readonly string[];
  readonly sharedWith?: string;
  /** Who said it, in the order of `names`: `EC2NodeClass default`, `Node ip-10-0-0-1`, `DescribeAvailabilityZones`. */
  readonly from: readonly string[];
}

interface Claim {
  readonly zoneId: string;
  readonly name: string;
  readonly rank: number;
  readonly by: string;
}

/** What one source said, either way; the first that was learned stays. */
class Claims {
  readonly byId = new Map<string, Claim>();
  readonly byName = new Map<string, Claim>();

  contradicts({ zoneId, name }: Claim): boolean {
    return this.byId.has(zoneId) || this.byName.has(name);
  }

  /** Whether it is new and contradicts nothing that this source said before. */
  accept(claim: Claim): boolean {
    if (this.contradicts(claim) || this.byId.size >= MOST_ZONES) return false;
    this.byId.set(claim.zoneId, claim);
    this.byName.set(claim.name, claim);
    return true;
  }
}

/**
 * Which zone ID is called what, each way at most one. Of sources that contradict each other the first in the order of
 * belief holds, of objects of one source the first that was learned: what is believed changes only where a source with
 * more belief speaks up, and never back. What was learned once is kept, since zone IDs and names of an account do not
 * change.
 */
export class BelievedNames {
  readonly #claims = NAME_SOURCES.map(() => new Claims());
  readonly #told = new Set<string>();
  readonly #onContradiction: (contradiction: Contradiction) => void;
  #names: ReadonlyMap<string, string> = new Map();
  #ids: ReadonlyMap<string, string> = new Map();

  /** @param onContradiction called once for each distinct contradiction, however often it is seen */
  constructor(onContradiction: (contradiction: Contradiction) => void) {
    this.#onContradiction = onContradiction;
  }

  nameOf(zoneId: string): string | undefined {
    return this.#names.get(zoneId);
  }

  idOf(name: string): string | undefined {
    return this.#ids.get(name);
  }

  /** Zone ID to zone name. */
  all(): ReadonlyMap<string, string> {
    return this.#names;
  }

  /**
   * @param by who says so, for the report of a contradiction
   * @returns whether what is believed has changed
   */
  learn(from: NameSource, by: string, zoneId: string, name: string): boolean {
    const rank = NAME_SOURCES.indexOf(from);
    const own = this.#claims[rank];
    if (own?.byId.get(zoneId)?.name === name || !ZONE_ID_PATTERN.test(zoneId)) return false;
    if (name === '' || name.length > ZONE_NAME_BYTES) return false;
    const claim = { zoneId, name, rank, by };
    // What its own source contradicts is not believed, so that other sources need not be asked about it.
    const first = own === undefined || own.contradicts(claim) ? [own] : this.#claims;
    for (const claims of first) {
      this.#compare(claim, claims?.byId.get(zoneId));
      this.#compare(claim, claims?.byName.get(name));
    }
    return own?.accept(claim) === true && this.#resolve();
  }

  /** One object gives one zone several names. */
  contradictsItself(by: string, zoneId: string, names: readonly string[]): void {
    this.#report({ zoneId, names, from: names.map(() => by) }, [zoneId, ...[...names].sort()]);
  }

  #compare(claim: Claim, other: Claim | undefined): void {
    if (other === undefined || (other.zoneId === claim.zoneId && other.name === claim.name)) return;
    const [first, second] = other.rank <= claim.rank ? [other, claim] : [claim, other];
    const from = [first.by, second.by];
    if (first.zoneId === second.zoneId) {
      const names = [first.name, second.name];
      this.#report({ zoneId: first.zoneId, names, from }, [first.zoneId, ...[...names].sort()]);
    } else {
      const { zoneId, name } = second;
      const ids = [first.zoneId, zoneId].sort();
      this.#report({ zoneId, names: [name], sharedWith: first.zoneId, from }, [name, 'shared', ...ids]);
    }
  }

  #report(contradiction: Contradiction, key: readonly string[]): void {
    const text = JSON.stringify(key);
    if (this.#told.has(text) || this.#told.size >= MOST_CONTRADICTIONS) return;
    this.#told.add(text);
    this.#onContradiction(contradiction);
  }

  #resolve(): boolean {
    const names = new Map<string, string>();
    const ids = new Map<string, string>();
    for (const { zoneId, name } of this.#claims.flatMap(({ byId }) => [...byId.values()])) {
      if (names.has(zoneId) || ids.has(name)) continue;
      names.set(zoneId, name);
      ids.set(name, zoneId);
    }
    const before = this.#names;
    this.#names = names;
    this.#ids = ids;
    return names.size !== before.size || [...names].some(([id, name]) => before.get(id) !== name);
  }
}
