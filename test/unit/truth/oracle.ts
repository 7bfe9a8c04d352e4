import { FRESH_MS } from '../../../shared/record/believe.ts';
import { guardLimit, usedByGuard } from '../../../shared/record/guard.ts';
import { decodeRecord, encodeRecord } from '../../../shared/record/record-document.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import {
  countedAt,
  enforcesTheSame,
  hasExpired,
  type RecordedZone,
  type ZoneRecord,
} from '../../../shared/record/zone-record.ts';
import { ruleFor } from '../../../shared/settings/zone-rules.ts';
import { type ArcModel, type ModelShift, untilAt } from './arc-model.ts';
import { RECONCILE_MS, SECOND, TAIL_MS, UNSURE_MS } from './bounds.ts';
import { claim, keep, stamp } from './claims.ts';
import { claimWhatIsTold } from './history-claims.ts';
import { type Must, mustsByEvents } from './musts-by-events.ts';
import { CHILD, ZONES } from './steps.ts';
import { claimUse, UseClaims } from './use-claims.ts';
import type { WatcherModel, Writer } from './watcher-model.ts';

/** What the record has to be, by the truth in the model and the rules. */
export class Oracle {
  /** When ARC last failed, lagged by mistake, was not asked, or a clock changed. */
  disturbedMs = 0;
  mostSkewMs = 0;
  readonly operators = new Map<string, { readonly untilMs: number; readonly forced: boolean }>();
  readonly delivered: ZoneSignal[] = [];
  readonly #firmSince = new Map<string, number>();
  readonly #missingSince = new Map<string, number>();
  readonly #idleSince = new Map<string, number>();
  readonly #use = new UseClaims();
  readonly #arc: ArcModel;
  readonly #watcher: () => WatcherModel;

  constructor(arc: ArcModel, watcher: () => WatcherModel) {
    this.#arc = arc;
    this.#watcher = watcher;
  }

  /** What every write must keep. */
  written(before: ZoneRecord, how: Writer, nowMs: number): void {
    const { record } = this.#watcher();
    claim(record.generation >= before.generation, 'the generation falls', { before, record, how });
    claim(
      enforcesTheSame(before, record) === (record.generation === before.generation),
      'the generation does not say whether enforcement differs',
      { before, record, how },
    );
    for (const zone of before.zones.filter(({ state }) => state === 'impaired')) {
      const after = record.zones.find(({ id }) => id === zone.id);
      const inSteps = after?.state === 'impaired' || after?.state === 'recovering';
      claim(inSteps, 'a zone leaves without recovering', { before, record, how });
      if (after?.state === 'recovering') this.#givenBack(zone, after, how, nowMs);
    }
    claimWhatIsTold(before, record, how, this.delivered);
    claimUse(before, record, how, this.#watcher().writerClockMs);
    const size = JSON.stringify(record).length;
    claim(size < 100_000, 'the record grows', { size });
    this.#states(how, nowMs);
  }

  /** After a leader's round each state is what its sources say, and the guard keeps to its number. */
  #states(how: Writer, nowMs: number): void {
    const { record, rules, clock } = this.#watcherParts();
    if (how !== 'tend') return;
    const impaired = record.zones.filter(({ state }) => state === 'impaired');
    for (const zone of record.zones) {
      const counts = countedAt(zone, clock(nowMs)).length > 0;
      claim(counts || zone.state !== 'impaired', 'impaired without a source', { zone });
      claim(counts || zone.state !== 'held', 'held without a source', { zone });
      claim(counts || zone.state !== 'elsewhere', 'elsewhere without a source', { zone });
      claim(!counts || zone.state !== 'recorded', 'a source counts and nothing follows', { zone });
    }
    const used = usedByGuard(record.used, record.zones);
    const limit = guardLimit(used, rules.maxImpairedZones) ?? Number.POSITIVE_INFINITY;
    const counted = impaired.filter(({ id }) => record.used !== undefined && Object.hasOwn(record.used, id));
    const forced = counted.filter(({ sources }) => sources.some((source) => source.forced)).length;
    claim(counted.length <= Math.max(limit, forced), 'more zones are impaired than the guard allows', {
      record,
    });
  }

  /** No zone is given back that is shifted away from, and has been for longer than an answer may be old. */
  #givenBack(before: RecordedZone, after: RecordedZone, how: Writer, nowMs: number): void {
    const { clock, watcher } = this.#watcherParts();
    // Without an ARN an event ends a shift at once, and the next one of the zone is seen with the next look.
    if (!watcher.hasArc || !watcher.hasArn || countedAt(after, clock(nowMs)).length > 0) return;
    if (watcher.mute(nowMs).length > 0) return;
    if (this.musts(nowMs, TAIL_MS + this.mostSkewMs).get(before.id) !== 'impaired') return;
    // A shift that follows upon another, and that nobody has told of yet, is seen with the next look.
    const isSeen = this.#arc.active(nowMs).some(({ zone, kind, start }) =>
      before.sources.some(
        (source) =>
          zone === before.id &&
          source.standing === undefined &&
          // An extension at the last moment is seen with the next look; how long that may take is claimed elsewhere.
          !hasExpired(source, clock(nowMs)) &&
          source.kind === kind &&
          Date.parse(source.since) === start,
      ),
    );
    if (!isSeen) return;
    const since = this.#firmSince.get(before.id);
    claim(since === undefined || nowMs - since <= 10 * SECOND, 'a zone is given back during its shift', {
      before,
      after,
      how,
      nowMs: new Date(nowMs).toISOString(),
    });
  }

  /** Time has come to a moment, at which nothing has happened yet. */
  reached(nowMs: number): void {
    const { watcher, record, rules } = this.#watcherParts();
    this.#use.reached(watcher, nowMs);
    if (!watcher.hasArc) return;
    const isDisturbed =
      this.#arc.isTroubled(nowMs) || this.#arc.mistakes.size > 0 || nowMs < watcher.leaderFromMs;
    if (isDisturbed) this.disturbedMs = nowMs;
    const firm = this.musts(nowMs, TAIL_MS + this.mostSkewMs);
    const any = this.musts(nowMs, 0);
    const stay =
      rules.graceMs +
      RECONCILE_MS +
      UNSURE_MS +
      rules.recoveryDelayMs +
      2 * this.mostSkewMs +
      (this.mostSkewMs > 0 ? 2 * rules.graceMs : 0);
    for (const id of [...ZONES, CHILD]) {
      const state = record.zones.find((zone) => zone.id === id)?.state;
      const isAway = state === 'impaired' || this.#isHeld(id, nowMs);
      const operator = this.operators.get(id);
      const isForced = operator?.forced === true && operator.untilMs > nowMs;
      const concerns = UseClaims.concerns(watcher, id, nowMs) || isForced;
      const must = firm.get(id) === 'impaired' && concerns;
      keep(this.#firmSince, id, must, nowMs);
      const missing = keep(this.#missingSince, id, must && !isAway, nowMs);
      claim(nowMs - Math.max(missing, this.disturbedMs) <= RECONCILE_MS, 'a zone is missing for too long', {
        id,
        record,
        since: stamp(missing),
        now: stamp(nowMs),
      });
      const idle = keep(
        this.#idleSince,
        id,
        any.get(id) !== 'impaired' && state === 'impaired' && !this.#byEventsOnly(id),
        nowMs,
      );
      claim(nowMs - Math.max(idle, this.disturbedMs) <= stay, 'a zone stays for too long', {
        id,
        record,
        since: stamp(idle),
        now: stamp(nowMs),
      });
    }
  }

  /** A copy of a start that is still fresh impairs its zone anew, until ARC has left it out for the grace. */
  heard(signal: ZoneSignal, nowMs: number): void {
    this.delivered.push(signal);
    const age = nowMs - Date.parse(signal.at);
    if (signal.change !== 'start' || age > FRESH_MS + this.mostSkewMs) return;
    for (const id of this.#idleSince.keys())
      if (id === signal.zoneId || id === CHILD) this.#idleSince.set(id, nowMs);
  }

  /** What has to be in the record, by the shifts that go on for longer than `tailMs`. */
  musts(nowMs: number, tailMs: number): Map<string, Must> {
    const { watcher, rules } = this.#watcherParts();
    const musts = new Map<string, Must>();
    const say = (zone: string, must: Must) => {
      if (musts.get(zone) !== 'impaired') musts.set(zone, must);
    };
    const lasts = (until: number | undefined) => until === undefined || until > nowMs + tailMs;
    const applied = this.#arc.applied(nowMs);
    const seen = watcher.hasArc ? this.#arc.active(nowMs) : [];
    for (const shift of seen.filter((one) => lasts(untilAt(one, nowMs)))) {
      for (const must of this.#mustsOf(shift, shift === applied)) say(shift.zone, must);
    }
    for (const { zone, must, untilMs } of this.#byEvents()) if (lasts(untilMs)) say(zone, must);
    for (const [zone, { untilMs }] of this.operators) if (lasts(untilMs)) say(zone, 'impaired');
    if (rules.childZones === 'follow' && watcher.parents.size > 0 && this.#parentIsAway(musts))
      say(CHILD, 'impaired');
    return musts;
  }

  #parentIsAway(musts: ReadonlyMap<string, Must>): boolean {
    const parent = this.#watcher().record.zones.find(({ id }) => id === ZONES[0]);
    const isAway = parent?.state === 'impaired' || parent?.use === 'elsewhere';
    return musts.get(ZONES[0]) === 'impaired' && isAway;
  }

  #mustsOf(shift: ModelShift, isApplied: boolean): Must[] {
    const { watcher, rules } = this.#watcherParts();
    const region = ruleFor(rules, { id: 'arc/autoshift/region', kind: 'autoshift' });
    const own = ruleFor(rules, { id: shift.id, kind: shift.kind });
    const asMust = (rule: string, counts: boolean): Must[] =>
      rule === 'ignore' ? [] : [rule === 'enforce' && counts ? 'impaired' : 'recorded'];
    return [
      ...(shift.kind === 'autoshift' ? asMust(region, true) : []),
      ...(shift.ours && watcher.hasArn ? asMust(own, isApplied) : []),
    ];
  }

  #byEvents() {
    return mustsByEvents(this.delivered, this.#watcher());
  }

  #byEventsOnly(id: string): boolean {
    const { watcher, record } = this.#watcherParts();
    if (watcher.hasArc && watcher.hasArn) return false;
    const own = id === CHILD ? ZONES[0] : id;
    return record.zones.some(
      (zone) =>
        zone.id === own && zone.sources.some(({ via, kind }) => via === undefined && kind !== 'autoshift'),
    );
  }

  #isHeld(id: string, nowMs: number): boolean {
    const { record, clock } = this.#watcherParts();
    const zone = record.zones.find((one) => one.id === id);
    if (zone === undefined || zone.state === 'impaired' || zone.use === 'elsewhere') return false;
    return zone.state === 'held' || countedAt(zone, clock(nowMs)).length > 0;
  }

  /** Moments at which the truth changes by itself. */
  changes(): number[] {
    return [
      ...this.#arc.shifts.flatMap(({ untils, end }) => [
        ...untils.map(({ until }) => until),
        ...(end === undefined ? [] : [end]),
      ]),
      ...[...this.operators.values()].map(({ untilMs }) => untilMs),
      ...this.#byEvents().map(({ untilMs }) => untilMs),
    ];
  }

  /** After a quiet period the record is the truth. */
  quiet(nowMs: number): void {
    const { record, watcher, rules } = this.#watcherParts();
    const musts = this.musts(nowMs, 0);
    const claimed = [...musts].filter(([, must]) => must === 'impaired').map(([id]) => id);
    const used = usedByGuard(watcher.used, record.zones);
    const limit = guardLimit(used, rules.maxImpairedZones) ?? Number.POSITIVE_INFINITY;
    const isUsed = (id: string) => used !== undefined && Object.hasOwn(used, id);
    const isOut = (id: string) => record.zones.some((zone) => zone.id === id && zone.use === 'elsewhere');
    const isForced = (id: string) =>
      (this.operators.get(id)?.untilMs ?? 0) > nowMs && this.operators.get(id)?.forced === true;
    const forced = claimed.filter((id) => isUsed(id) && isForced(id)).length;
    const guarded = claimed.filter((id) => isUsed(id) && !isForced(id));
    const room = Math.min(guarded.length, Math.max(0, limit - forced));
    const states = Object.fromEntries(record.zones.map(({ id, state }) => [id, state]));
    const details = { musts: Object.fromEntries(musts), states, record, now: new Date(nowMs).toISOString() };
    claim(
      record.zones.map(({ id }) => id).join() === [...musts.keys()].sort().join(),
      'the record has other zones than the truth',
      details,
    );
    for (const [id, must] of musts) {
      const away = guarded.includes(id) ? ['impaired', 'held'] : ['impaired'];
      const wanted = must === 'recorded' ? ['recorded'] : isOut(id) ? ['elsewhere'] : away;
      claim(wanted.includes(states[id] ?? 'absent'), `${id} is not ${wanted.join(' or ')}`, details);
    }
    const impaired = guarded.filter((id) => states[id] === 'impaired').length;
    claim(impaired === room, 'the guard lets in another number of zones than it should', {
      ...details,
      room,
    });
    const decoded = decodeRecord(encodeRecord(record));
    claim(decoded.unreadable.length === 0, 'what is written cannot be read', { record });
    if (!watcher.hasArc || !watcher.hasArn) return;
    const open = record.zones.flatMap(({ sources }) =>
      sources.filter(
        ({ via, absentSince, standing }) =>
          via === undefined || absentSince !== undefined || standing === 'pending',
      ),
    );
    claim(open.length === 0, 'something still waits for ARC', details);
  }

  #watcherParts() {
    const watcher = this.#watcher();
    return {
      watcher,
      record: watcher.record,
      rules: watcher.rules,
      clock: (nowMs: number) => watcher.clock(nowMs),
    };
  }
}
