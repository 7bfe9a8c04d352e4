import { type Concern, type Origin, sortedOut } from '../../../shared/home/elsewhere.ts';
import { type Home, homeOf } from '../../../shared/home/home.ts';
import { sameJson } from '../../../shared/json/same-json.ts';
import type { ArcGroup, ArcLook } from '../../../shared/record/arc-facts.ts';
import { ARC_GROUPS, factsOf, troubleOf } from '../../../shared/record/arc-facts.ts';
import { groupOf } from '../../../shared/record/arc-groups.ts';
import { completeRecovery } from '../../../shared/record/end-of-impairment.ts';
import { hear } from '../../../shared/record/hear.ts';
import type { Reach } from '../../../shared/record/reach.ts';
import { reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { tendRecord } from '../../../shared/record/tend-record.ts';
import { EMPTY_RECORD, type UsedZones, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import type { ZoneRules } from '../../../shared/settings/zone-rules.ts';
import { type ArcModel, OURS, REGION } from './arc-model.ts';
import { claim } from './claims.ts';
import { CHILD, type Setting, ZONES } from './steps.ts';

export interface Message {
  readonly atMs: number;
  readonly signals: readonly ZoneSignal[];
  /** Where EventBridge says that it is from, and whom it concerns. */
  readonly origin: Origin;
  readonly reach: Concern;
  /** What a watcher has to take from it, by the truth; `undefined`: nothing of it is ours. */
  readonly truth: readonly ZoneSignal[] | undefined;
}

export type Writer = 'hear' | 'look' | 'tend' | 'recovered' | 'operator';

const RECOVERED_AFTER_MS = 5000;
const SECOND = 1000;

/**
 * Replicas that hear, and one leader that looks at ARC and tends the record. When it looks mirrors arc-watch.ts, since
 * that one sleeps on real timers; what it makes of answers, messages and time is the product's own code.
 */
export class WatcherModel {
  record: ZoneRecord = EMPTY_RECORD;
  /** How far the clock of each replica is off, in ms. */
  readonly offsets = [0, 0, 0];
  readonly messages: Message[] = [];
  readonly hasArn: boolean;
  readonly hasArc: boolean;
  readonly used: UsedZones | undefined;
  readonly home: Home;
  readonly parents: ReadonlyMap<string, string>;
  /** Where the cluster has subnets; `undefined`: nobody ever says. */
  readonly subnets: Set<string> | undefined;
  /** Until then something that the cluster uses cannot be told. */
  blindUntilMs = 0;
  /** The time by the clock of who wrote last. */
  writerClockMs = 0;
  leader = 0;
  leaderFromMs = 0;
  #heard = 0;
  #lookBegunMs: number | undefined;
  #lookDueMs = 0;
  #askedFor: string | undefined;
  #answer: { readonly atMs: number; readonly look: ArcLook } | undefined;
  #tendAtMs = 0;
  readonly #troubled = new Map<ArcGroup, { readonly sinceMs: number; readonly lasting: boolean }>();
  readonly #recoveringSince = new Map<string, number>();
  readonly #random: () => number;
  readonly rules: ZoneRules;
  readonly #arc: ArcModel;
  readonly #onWrite: (before: ZoneRecord, how: Writer, nowMs: number) => void;

  constructor(
    setting: Setting,
    rules: ZoneRules,
    arc: ArcModel,
    onWrite: (before: ZoneRecord, how: Writer, nowMs: number) => void,
  ) {
    this.rules = rules;
    this.#arc = arc;
    this.#onWrite = onWrite;
    this.hasArn = setting.mode !== 'no-arn';
    this.hasArc = setting.mode !== 'events';
    const said = setting.knowsRegion === true ? { queue: REGION } : {};
    this.home = homeOf(this.hasArn ? { ...said, clusterArn: OURS } : said);
    this.used =
      setting.used === 0
        ? undefined
        : Object.fromEntries(ZONES.slice(0, setting.used).map((id) => [id, `name-of-${id}`]));
    this.parents = new Map(setting.children ? [[CHILD, ZONES[0]]] : []);
    this.subnets =
      setting.subnets === undefined
        ? undefined
        : new Set([...setting.subnets.map((index) => ZONES[index] ?? ZONES[0]), ...this.parents.keys()]);
    this.#random = drawnFrom(setting.jitter);
  }

  clock(nowMs: number, replica = this.leader): number {
    return nowMs + (this.offsets[replica] ?? 0);
  }

  /** Something about what the cluster uses is another than before: the leader looks each second. */
  clusterChanged(nowMs: number): void {
    this.#tendAtMs = Math.min(this.#tendAtMs, nowMs + SECOND);
  }

  /** What the leader finds out about the cluster. */
  reach(nowMs: number): Reach | undefined {
    if (this.subnets === undefined) return undefined;
    const zones = Object.fromEntries([...this.subnets].sort().map((id) => [id, { by: 'a subnet' }]));
    return {
      zones,
      names: {},
      ...(nowMs < this.blindUntilMs ? { unknown: 'something cannot be told' } : {}),
    };
  }

  /** When something happens next by itself. */
  nextMs(nowMs: number): number {
    const leaders = [this.#tendAtMs, this.#answer?.atMs ?? this.#nextLookMs(), this.#nextByClockMs()];
    return Math.max(
      nowMs,
      Math.min(...this.messages.map(({ atMs }) => atMs), Math.max(this.leaderFromMs, Math.min(...leaders))),
    );
  }

  play(nowMs: number): void {
    this.#hearAll(nowMs);
    if (nowMs < this.leaderFromMs) return;
    if (this.#answer !== undefined && this.#answer.atMs <= nowMs) this.#applyLook(this.#answer.look, nowMs);
    if (this.#answer === undefined && this.#nextLookMs() <= nowMs) this.#look(nowMs);
    if (Math.min(this.#tendAtMs, this.#nextByClockMs()) <= nowMs) this.#tend(nowMs);
  }

  /** The leader is gone, with the answer that it was waiting for; another one leads after a while. */
  crash(nowMs: number, awayMs: number): void {
    this.leader = (this.leader + 1) % this.offsets.length;
    this.leaderFromMs = nowMs + awayMs;
    this.#answer = undefined;
    this.#lookBegunMs = undefined;
    this.#troubled.clear();
    this.#tendAtMs = this.leaderFromMs;
  }

  /** @param clockMs the time by the clock of who writes */
  write(after: ZoneRecord, how: Writer, nowMs: number, clockMs = nowMs): void {
    const before = this.record;
    this.writerClockMs = clockMs;
    if (after === before) return;
    this.record = after;
    this.#tendAtMs = Math.min(this.#tendAtMs, nowMs + SECOND);
    for (const { id, state } of after.zones) {
      if (state !== 'recovering') this.#recoveringSince.delete(id);
      else if (!this.#recoveringSince.has(id)) this.#recoveringSince.set(id, nowMs);
    }
    for (const id of this.#recoveringSince.keys())
      if (!after.zones.some((zone) => zone.id === id)) this.#recoveringSince.delete(id);
    this.#onWrite(before, how, nowMs);
  }

  mute(nowMs: number): ArcGroup[] {
    return [...this.#troubled]
      .filter(([, { sinceMs, lasting }]) => lasting || nowMs - sinceMs >= 120_000)
      .map(([group]) => group);
  }

  #hearAll(nowMs: number): void {
    const due = this.messages.filter(({ atMs }) => atMs <= nowMs);
    for (const message of due) {
      this.messages.splice(this.messages.indexOf(message), 1);
      const replica = this.#heard++ % this.offsets.length;
      const clockMs = this.clock(nowMs, replica);
      const { signals, isElsewhere } = sortedOut(message.origin, message.signals, message.reach, this.home);
      claim(isElsewhere === (message.truth === undefined), 'what is of elsewhere is taken for ours', {
        message,
      });
      if (isElsewhere) continue;
      claim(sameJson(signals, message.truth), 'something else is taken from a message than is in it', {
        ...{ message, signals },
      });
      const heard = { signals, look: true, receivedAt: clockMs };
      const context = {
        rules: this.rules,
        arc: this.hasArc,
        resourceArn: this.hasArn ? OURS : undefined,
        nowMs: clockMs,
        nameOf: () => undefined,
      };
      this.write(hear(this.record, heard, context).record, 'hear', nowMs, clockMs);
    }
  }

  #nextLookMs(): number {
    if (!this.hasArc) return Number.POSITIVE_INFINITY;
    if (this.#lookBegunMs === undefined) return 0;
    const earliest = this.#lookBegunMs + 2000;
    return this.record.requests?.look === this.#askedFor ? Math.max(this.#lookDueMs, earliest) : earliest;
  }

  #look(nowMs: number): void {
    this.#lookBegunMs = nowMs;
    this.#askedFor = this.record.requests?.look;
    const answer = this.#arc.answer(nowMs, this.clock(nowMs), this.hasArn);
    for (const group of ARC_GROUPS) {
      const trouble = troubleOf(answer, group);
      if (trouble === undefined || trouble === 'throttled') this.#troubled.delete(group);
      else {
        const sinceMs = this.#troubled.get(group)?.sinceMs ?? nowMs;
        this.#troubled.set(group, { sinceMs, lasting: trouble === 'denied' });
        this.#tendAtMs = Math.min(this.#tendAtMs, Math.max(nowMs, sinceMs + 120_000) + SECOND);
      }
    }
    this.#answer = { atMs: nowMs + Math.floor(this.#random() * 2000), look: factsOf(answer) };
  }

  #applyLook(look: ArcLook, nowMs: number): void {
    this.#answer = undefined;
    const context = { rules: this.rules, nowMs: this.clock(nowMs), nameOf: () => undefined };
    const after = reconcileWithArc(this.record, look, context);
    this.write(after, 'look', nowMs, context.nowMs);
    const isUnsure = this.record.zones.some(({ sources }) =>
      sources.some(
        (source) =>
          groupOf(source) !== undefined && (source.via !== 'arc' || source.absentSince !== undefined),
      ),
    );
    this.#lookDueMs = (this.#lookBegunMs ?? 0) + (isUnsure ? 10_000 : 30_000 + this.#random() * 30_000);
    this.#tendAtMs = Math.min(this.#tendAtMs, nowMs + SECOND);
  }

  /** Nothing else changes by itself: an end that the leader's clock reaches, and the freeze of a recovery. */
  #nextByClockMs(): number {
    const ends = this.record.zones.flatMap(({ sources }) =>
      sources.flatMap(({ until }) =>
        until === undefined ? [] : [Date.parse(until) - (this.offsets[this.leader] ?? 0)],
      ),
    );
    // Once the leader knows more again, it looks.
    const blind = this.record.reach?.unknown === undefined ? [] : [this.blindUntilMs];
    const recovered = [...this.#recoveringSince.values()].map((since) => since + RECOVERED_AFTER_MS);
    return Math.min(...ends, ...recovered, ...blind);
  }

  #tend(nowMs: number): void {
    this.#tendAtMs = Number.POSITIVE_INFINITY;
    const around = {
      rules: this.rules,
      nowMs: this.clock(nowMs),
      nameOf: () => undefined,
      parents: this.parents,
      used: this.used,
      reach: this.reach(nowMs),
      mute: this.mute(nowMs),
      highestMark: 0,
    };
    this.write(tendRecord(this.record, around), 'tend', nowMs, around.nowMs);
    const done = [...this.#recoveringSince]
      .filter(([, since]) => nowMs - since >= RECOVERED_AFTER_MS)
      .map(([id]) => id);
    if (done.length > 0)
      this.write(completeRecovery(this.record, done, around.nowMs), 'recovered', nowMs, around.nowMs);
  }
}

/** Evenly from [0, 1), always the same for a seed (mulberry32). */
function drawnFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
