import { setTimeout as wait } from 'node:timers/promises';
import type { KubeClient } from '../../shared/kube/client.ts';
import type { ImpairedSet, ImpairedZone } from '../../shared/record/impaired-set.ts';
import { type ExpiringClaim, expiringClaims } from '../../shared/standstill/expiring-claims.ts';
import { nodeClaimExpirySchema } from '../../shared/views/node-claim.ts';
import { claimsOfZone } from '../leader/zone-claims.ts';

/** Expiry is a matter of hours; a new set is looked at within a second. */
const EVERY_MS = 60_000;
const TICK_MS = 1000;

export interface ExpiryReportOptions {
  readonly client: Pick<KubeClient, 'listAll'>;
  /** The set in force; `undefined` while it is not known. */
  set(): ImpairedSet | undefined;
  now(): number;
  /** Told once for each NodeClaim and shift, by each leader. */
  onExpiring(claim: ExpiringClaim, zone: ImpairedZone): void;
  /** How many expire during the shift, by zone ID; told after each look. */
  onCounts(counts: ReadonlyMap<string, number>): void;
  onProblem(error: unknown): void;
}

/** Says which nodes of impaired zones expire while the zone is away: a freeze does not stop that. */
export class ExpiryReport {
  readonly #options: ExpiryReportOptions;
  /** Names that were told, by zone ID. */
  readonly #told = new Map<string, Set<string>>();
  #looked: { readonly generation: number; readonly at: number } | undefined;

  constructor(options: ExpiryReportOptions) {
    this.#options = options;
  }

  /** Looks when the set has changed, and now and then; until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look(signal);
      } catch (error) {
        if (!signal.aborted) this.#options.onProblem(error);
      }
      await wait(TICK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Looks if it is time to. */
  async look(signal: AbortSignal): Promise<void> {
    const set = this.#options.set();
    const now = this.#options.now();
    if (set === undefined) return;
    if (this.#looked?.generation === set.generation && now - this.#looked.at < EVERY_MS) return;
    // Also when it fails: a list that is refused is not asked for every second.
    this.#looked = { generation: set.generation, at: now };
    const impaired = set.zones.filter(({ state }) => state === 'impaired');
    for (const id of this.#told.keys()) if (!impaired.some((zone) => zone.id === id)) this.#told.delete(id);
    const counts = new Map<string, number>();
    for (const zone of impaired) counts.set(zone.id, await this.#lookAt(zone, now, signal));
    this.#options.onCounts(counts);
  }

  async #lookAt(zone: ImpairedZone, now: number, signal: AbortSignal): Promise<number> {
    const claims = (await claimsOfZone(this.#options.client, zone, signal)).flatMap((object) => {
      const parsed = nodeClaimExpirySchema.safeParse(object);
      return parsed.success ? [parsed.data] : [];
    });
    const expiring = expiringClaims(claims, zone, now);
    const told = this.#told.get(zone.id) ?? new Set();
    this.#told.set(zone.id, told);
    for (const one of expiring.filter(({ claim }) => !told.has(claim))) {
      told.add(one.claim);
      this.#options.onExpiring(one, zone);
    }
    return expiring.length;
  }
}
