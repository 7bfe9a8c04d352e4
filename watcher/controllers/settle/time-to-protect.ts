import type { ZoneRecord } from '../../../shared/record/zone-record.ts';

/** A change of the record that has reached every NodePool. */
export interface Protection {
  readonly generation: number;
  /** RFC 3339: when the message was received that led to it. */
  readonly receivedAt: string;
  readonly durationMs: number;
}

/**
 * Tells how long it took from a message to the last NodePool. Only what this process has nudged for in its term is told: a
 * leader that takes over an old record would otherwise measure its age.
 */
export class TimeToProtect {
  #nudged = false;
  #told = 0;

  /** A NodePool was nudged, and is what the record asks for. */
  sawNudge(): void {
    this.#nudged = true;
  }

  /** All NodePools were looked at; returns what has just been reached. */
  seeRound(
    round: { readonly generation: number; readonly unsettled: number; readonly ahead: number },
    record: ZoneRecord | undefined,
    nowMs: number,
  ): Protection | undefined {
    const received = record?.requests?.received;
    if (round.unsettled + round.ahead > 0 || !this.#nudged || received === undefined) return undefined;
    if (round.generation < received.generation || received.generation <= this.#told) return undefined;
    this.#nudged = false;
    this.#told = received.generation;
    const durationMs = Math.max(0, nowMs - Date.parse(received.at));
    return { generation: received.generation, receivedAt: received.at, durationMs };
  }
}
