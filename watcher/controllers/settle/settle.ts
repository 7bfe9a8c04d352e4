import { generationOfPool, type PoolState, stateOfPool } from '../../../shared/enforcement/standing.ts';
import { isNotFound } from '../../../shared/kube/errors.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { OpeningDelay } from '../../../shared/record/opening-delay.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { effectiveAt } from '../../../shared/record/zone-record.ts';
import { type PoolView, readPool } from '../../../shared/views/pool-view.ts';
import type { Controller } from '../../term/controller.ts';
import type { TermScene } from '../../term/scene.ts';
import { Turns } from '../../term/turns.ts';
import { CordonFirst } from './cordon-first.ts';
import { NudgeAttempts } from './nudge-attempts.ts';
import { NudgeQueue } from './nudge-queue.ts';
import { StuckPools } from './stuck-pools.ts';
import { TimeToProtect } from './time-to-protect.ts';

/** On 2 cores, 500 nudges took 4.5 s one at a time, 2.7 s with 8 side by side, and no less with 32. */
const CONCURRENCY = 8;

/** A look at all NodePools now and then, whatever was or was not heard. */
const RESYNC_MS = 30_000;

type Scene = Pick<
  TermScene,
  'client' | 'settings' | 'cordon' | 'record' | 'pools' | 'progress' | 'facts' | 'now'
>;

/**
 * Makes every NodePool what the set asks for, by nudging those that are not: an empty merge patch, which makes
 * admission run again and leaves ownership of every field where it is. What comes back is read and judged; a
 * NodePool that is still not settled (its webhook replica has not heard of the set yet, or is away) is nudged
 * again after a back-off, for ever, and the fewer at a time the longer all of them are in vain. Level-triggered: what it remembers is when to try again, so that it may be killed.
 */
export function createSettle(scene: Scene): Controller {
  const { record, pools, progress } = scene;
  const settler = new Settler(scene);
  return {
    name: 'settle',
    rank: 'shift',
    wokenBy: [record, pools, progress.nodes],
    reconcile: (signal) => settler.look(signal),
  };
}

class Settler {
  readonly #scene: Scene;
  readonly #attempts = new NudgeAttempts();
  readonly #stuck = new StuckPools();
  readonly #cordonFirst: CordonFirst;
  readonly #timing = new TimeToProtect();
  /** NodePools get a zone back when the policy fallback has it no more, and not before the webhook gives it back. */
  readonly #opening = new OpeningDelay();
  /** What was found out of a view for a set. A NodePool that did not change is not judged again. */
  readonly #judged = new WeakMap<PoolView, { readonly set: string; readonly state: PoolState }>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#cordonFirst = new CordonFirst(scene.progress);
  }

  async look(signal: AbortSignal): Promise<{ readonly againInMs: number }> {
    const { record, pools, cordon, now } = this.#scene;
    const seen = record.current();
    if (seen === undefined || !pools.known) return { againInMs: RESYNC_MS };
    const opening = this.#opening.see(seen, { nowMs: now(), elapsedMs: performance.now() });
    const set = effectiveAt(opening.inForce, now());
    const waitMs = cordon ? this.#cordonFirst.waitMs(set) : 0;
    const nextMs = waitMs > 0 ? waitMs : await this.#settle(set, signal);
    return { againInMs: Math.min(nextMs, opening.changesInMs, RESYNC_MS) };
  }

  /** One look at all NodePools; returns in how many milliseconds the next one is due. */
  async #settle(set: Orders, signal: AbortSignal): Promise<number> {
    const { pools, progress, record, facts, now } = this.#scene;
    const { generation } = set;
    const key = keyOf(set);
    const unsettled: PoolView[] = [];
    let ahead = 0;
    // What is held of them is how they were: they are told, and nobody waits for them.
    const unjudgeable = new Set(pools.unjudgeable);
    facts.tell('unjudgeable', { nodePools: [...unjudgeable] });
    const turns = new Turns();
    for (const pool of pools.all()) {
      if (turns.isOver()) await turns.giveWay();
      if (signal.aborted) return RESYNC_MS;
      if (unjudgeable.has(pool.name)) continue;
      const state = this.#stateOf(pool, set, key);
      if (state === 'unsettled') unsettled.push(pool);
      else if (state === 'ahead') ahead += 1;
    }
    this.#attempts.keepOnly(unsettled.map(({ name }) => name));
    const recorded = record.current()?.generation;
    const isNewest = () => record.current()?.generation === recorded;
    const waiting = new NudgeQueue(this.#attempts.due(unsettled, generation), isNewest);
    const left = new Set(unsettled.map(({ name }) => name));
    const work = async (): Promise<void> => {
      while (!signal.aborted && waiting.hasNext() && this.#attempts.mayBegin()) {
        const pool = waiting.next();
        if (pool === undefined) return;
        const isSettled = await this.#nudge(pool, set, signal);
        waiting.done(pool);
        // The watch tells of it a moment later: until then the answer is what is known of it.
        if (isSettled) this.#judged.set(pool, { set: key, state: 'settled' });
        if (isSettled) left.delete(pool.name);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    const round = { generation, unsettled: left.size, ahead };
    const stuck = this.#stuck.among(left, generation, () => this.#countChangedFor(generation, left));
    progress.poolsLookedAt({ ...round, stuck }, now());
    facts.tell('stuck', { nodePools: [...stuck].sort() });
    facts.tell('settled', round);
    const reached = this.#timing.seeRound(round, record.current(), now());
    if (reached !== undefined) facts.tell('protected', reached);
    return this.#attempts.nextMs(left, generation, ahead > 0);
  }

  #stateOf(pool: PoolView, set: Orders, key: string): PoolState {
    const known = this.#judged.get(pool);
    if (known?.set === key) return known.state;
    const state = stateOfPool(pool.enforced, set, this.#scene.settings);
    this.#judged.set(pool, { set: key, state });
    return state;
  }

  /** How many NodePools bear a mark of the set in force: the webhook answers, and decides by it. */
  #countChangedFor(generation: number, unsettled: ReadonlySet<string>): number {
    const { pools, settings } = this.#scene;
    return pools
      .all()
      .filter(
        ({ name, enforced }) =>
          !unsettled.has(name) && generationOfPool(enforced, settings.markKeys) === generation,
      ).length;
  }

  /** Whether the NodePool is settled afterwards. */
  async #nudge({ name }: PoolView, set: Orders, signal: AbortSignal): Promise<boolean> {
    const { client, facts, settings } = this.#scene;
    try {
      const patch = { kind: 'merge', body: {} } as const;
      const after = await client.patch(resources.nodePools, { name }, patch, { signal });
      const settled = stateOfPool(readPool(after).enforced, set, settings) === 'settled';
      if (settled) this.#timing.sawNudge();
      facts.tell('nudge', { nodePool: name, result: settled ? 'changed' : 'unsettled' });
      this.#attempts.note(name, set.generation, settled ? 'settled' : 'in vain');
      if (!settled) this.#stuck.noteVain(name, set.generation);
      return settled;
    } catch (error) {
      if (signal.aborted) return false;
      const gone = isNotFound(error);
      this.#attempts.note(name, set.generation, gone ? 'gone' : 'in vain', error);
      if (!gone) this.#stuck.noteVain(name, set.generation, error);
      facts.tell('nudge', { nodePool: name, result: gone ? 'gone' : 'failed' });
      if (!gone) facts.tell('failure', { part: 'nudge', error });
      return gone;
    }
  }
}

/** All of a set that a NodePool can show; why zones are impaired is not part of it. */
function keyOf({ generation, zones, elsewhere }: Orders): string {
  const shown = (zones: Orders['zones']) =>
    zones.map(({ id, name, state, thawed }) => [id, name, state, thawed]);
  return JSON.stringify([generation, shown(zones), shown(elsewhere?.zones ?? []), elsewhere?.knownNames]);
}
