import type { KubeClient } from './client.ts';
import { isAlreadyExists, isLost, orAbsent, unless } from './errors.ts';
import { heldLease, type LeaseRecord, newLease, readLease, releasedLease } from './lease-record.ts';
import type { KubeObject } from './object.ts';
import { resources } from './resource.ts';

export interface LeaseLockOptions {
  client: KubeClient;
  namespace: string;
  name: string;
  identity: string;
  leaseDurationMs: number;
  now: () => number;
}

/**
 * The Lease object as a lock: take it, keep it, free it. Only the local, steady clock decides: a record counts as
 * valid for its duration from the moment at which we first saw it as it is, whatever times are written in it.
 */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  readonly #durationSeconds: number;
  /** The record as we last saw it, and when we first saw it so. */
  #seen: { record: LeaseRecord; at: number } | undefined;
  /** The object as we last wrote it; its resourceVersion guards the next write. */
  #held: KubeObject | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
    this.#durationSeconds = Math.max(1, Math.ceil(options.leaseDurationMs / 1000));
  }

  get holder(): string | undefined {
    return this.#seen?.record.holder;
  }

  get takenByOther(): boolean {
    return this.holder !== undefined && this.holder !== this.#options.identity;
  }

  /** When the last write that succeeded was sent: the others count from its arrival, which is later. */
  get renewedAt(): number {
    return this.#renewedAt;
  }

  /**
   * Takes or renews the lease. False when somebody else holds it or was faster. The signal ends reading only: a
   * write that is under way may have been done, and then the lease is ours to release. All calls together end within
   * `timeoutMs`.
   * @throws KubeError when a call fails for another reason.
   */
  async take(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const until = performance.now() + timeoutMs;
    const left = () => Math.max(until - performance.now(), 1);
    if (this.#held !== undefined && (await this.#write(this.#held, left()))) return true;
    const lease = await this.#read(left(), signal);
    if (lease === undefined) return this.#create(left());
    this.#see(lease);
    if (this.#heldByLivingOther()) return false;
    return this.#write(lease, left());
  }

  /** Frees the lease if it is still as we wrote it; if it is not, somebody else has it and there is nothing to free. */
  async release(timeoutMs: number): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#renewedAt = Number.NEGATIVE_INFINITY;
    const { client } = this.#options;
    const freed = await unless(isLost, client.replace(resources.leases, releasedLease(held), { timeoutMs }));
    if (freed !== undefined) this.#see(freed);
  }

  #read(timeoutMs: number, signal: AbortSignal): Promise<KubeObject | undefined> {
    const { client, namespace, name } = this.#options;
    return orAbsent(client.get(resources.leases, { namespace, name }, { timeoutMs, signal }));
  }

  #create(timeoutMs: number): Promise<boolean> {
    const { client, namespace, name, identity } = this.#options;
    const lease = newLease(namespace, name, identity, this.#durationSeconds);
    return this.#own(() => client.create(resources.leases, lease, { timeoutMs }));
  }

  #write(lease: KubeObject, timeoutMs: number): Promise<boolean> {
    const next = heldLease(lease, this.#options.identity, this.#durationSeconds);
    return this.#own(() => this.#options.client.replace(resources.leases, next, { timeoutMs }));
  }

  /** Does a write that makes the lease ours. False when another writer was faster. */
  async #own(write: () => Promise<KubeObject>): Promise<boolean> {
    const sentAt = this.#options.now();
    try {
      const written = await write();
      this.#held = written;
      this.#renewedAt = sentAt;
      this.#see(written);
      return true;
    } catch (error) {
      // Whatever it was, what we hold may be out of date now: the next round reads first.
      this.#held = undefined;
      if (isLost(error) || isAlreadyExists(error)) return false;
      throw error;
    }
  }

  #see(lease: KubeObject): void {
    const record = readLease(lease);
    if (this.#seen?.record.fingerprint === record.fingerprint) return;
    this.#seen = { record, at: this.#options.now() };
  }

  #heldByLivingOther(): boolean {
    if (this.#seen === undefined || !this.takenByOther) return false;
    return this.#options.now() < this.#seen.at + this.#seen.record.durationMs;
  }
}
