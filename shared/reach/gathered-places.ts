import type { Reach, ReachedZone } from '../record/reach.ts';
import { ZONE_ID_PATTERN } from '../record/zone-keys.ts';
import type { ZonePlace } from '../views/node-class.ts';

/** Which zone ID is called what in this account. */
export interface ZoneDictionary {
  nameOf(zoneId: string): string | undefined;
  idOf(name: string): string | undefined;
}

/** Where the cluster has something, as far as that can be told now. */
export interface FoundReach {
  readonly reach: Reach;
  /** What is missing comes within seconds, where all is well: what was known before may stand for as long. */
  readonly isPassing: boolean;
}

/** A cluster has something somewhere: where nothing is seen, something is not told. */
const NOTHING_ANYWHERE = 'nothing of this cluster is known to be in any zone';

/** Gathers where something of the cluster is. Of what is told of one place the first stays, so that words do not change. */
export class GatheredPlaces {
  readonly #names: ZoneDictionary;
  readonly #zones = new Map<string, ReachedZone>();
  readonly #nameless = new Map<string, string>();
  #unknown: string | undefined;
  #unknownYet: string | undefined;

  constructor(names: ZoneDictionary) {
    this.#names = names;
  }

  /** @returns whether it is a place: one without a zone ID and a name is none */
  add({ zoneId, zoneName }: ZonePlace, by: string): boolean {
    const isId = zoneId !== undefined && ZONE_ID_PATTERN.test(zoneId);
    const id = isId ? zoneId : zoneName === undefined ? undefined : this.#names.idOf(zoneName);
    if (id !== undefined) {
      const name = this.#names.nameOf(id);
      if (!this.#zones.has(id)) this.#zones.set(id, { ...(name === undefined ? {} : { name }), by });
    } else if (zoneName !== undefined && !this.#nameless.has(zoneName)) this.#nameless.set(zoneName, by);
    return id !== undefined || zoneName !== undefined;
  }

  /** Something cannot be told, and that will not change by itself. */
  cannotTell(why: string): void {
    this.#unknown ??= why;
  }

  /** Something cannot be told, and can within seconds where all is well. */
  cannotTellYet(why: string): void {
    this.#unknownYet ??= why;
  }

  found(): FoundReach {
    const isEmpty = this.#zones.size + this.#nameless.size === 0;
    const unknown = this.#unknown ?? this.#unknownYet ?? (isEmpty ? NOTHING_ANYWHERE : undefined);
    return {
      isPassing: this.#unknown === undefined && this.#unknownYet !== undefined,
      reach: {
        ...(unknown === undefined ? {} : { unknown }),
        zones: Object.fromEntries(this.#zones),
        names: Object.fromEntries(this.#nameless),
      },
    };
  }
}
