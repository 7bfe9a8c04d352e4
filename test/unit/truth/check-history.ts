import { startShift } from '../../../shared/record/operator-shift.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { DEFAULT_ZONE_RULES, RULE_KINDS, type ZoneRules } from '../../../shared/settings/zone-rules.ts';
import {
  ACCOUNT,
  ArcModel,
  type ModelKind,
  type ModelShift,
  OURS,
  REGION,
  time,
  untilAt,
} from './arc-model.ts';
import { RECONCILE_MS } from './bounds.ts';
import { fromAbroad, namesOf, type Said, toldByStrangers } from './messages-from-abroad.ts';
import { Oracle } from './oracle.ts';
import { type History, type Mail, oneOf, type Setting, type Step, zoneAt } from './steps.ts';
import { WatcherModel } from './watcher-model.ts';

const SECOND = 1000;
const BEGIN = Date.parse('2026-11-21T12:00:00Z');
const OTHERS = 'arn:aws:eks:us-east-1:111122223333:cluster/other';

/** What ARC's events call our resource where they do not give its ARN. */
const OPAQUE = 'ours-as-arc-says';
type Starting = Exclude<Extract<Step, { mail: Mail; zone: number }>, { do: 'abroad' }>;

/** Plays a history, with a quiet period at its end. Throws where the record is not what the truth and the rules ask for. */
export function checkHistory({ setting, steps }: History): void {
  const player = new Player(setting);
  for (const step of steps) player.play(step);
  player.play({ do: 'quiet' });
}

/** What ends an experiment of our resource. */
function isStronger(step: Starting): boolean {
  return step.do === 'manual' || (step.do === 'autoshift' && step.ours);
}

function rulesOf(setting: Setting): ZoneRules {
  const kinds = { ...DEFAULT_ZONE_RULES.kinds };
  for (const kind of RULE_KINDS) kinds[kind] = setting.kinds[kind] ?? kinds[kind];
  return {
    kinds,
    scope: setting.scope,
    graceMs: setting.graceSeconds * SECOND,
    recoveryDelayMs: setting.delaySeconds * SECOND,
    maxImpairedZones: setting.most,
    childZones: setting.children ? 'follow' : 'ignore',
    operatorMaxMs: DEFAULT_ZONE_RULES.operatorMaxMs,
  };
}

class Player {
  readonly #arc = new ArcModel();
  readonly #rules: ZoneRules;
  readonly #watcher: WatcherModel;
  readonly #oracle: Oracle;
  readonly #polls: boolean;
  #nowMs = BEGIN;
  #shifts = 0;

  constructor(setting: Setting) {
    this.#rules = rulesOf(setting);
    this.#polls = setting.mode === 'polling';
    this.#watcher = new WatcherModel(setting, this.#rules, this.#arc, (before, how, nowMs) =>
      this.#oracle.written(before, how, nowMs),
    );
    this.#oracle = new Oracle(this.#arc, () => this.#watcher);
    this.#oracle.disturbedMs = BEGIN;
    this.#advance(2 * SECOND);
  }

  play(step: Step): void {
    this.#do(step);
    this.#oracle.reached(this.#nowMs);
  }

  #do(step: Step): void {
    const now = this.#nowMs;
    switch (step.do) {
      case 'wait':
        this.#advance(step.seconds * SECOND);
        return;
      case 'quiet':
        this.#quiet();
        return;
      case 'crash':
        this.#watcher.crash(now, step.seconds * SECOND);
        return;
      case 'lag':
        this.#arc.lagMs = step.seconds * SECOND;
        return;
      case 'clock':
        this.#watcher.offsets[step.replica] = step.seconds * SECOND;
        this.#oracle.mostSkewMs = Math.max(this.#oracle.mostSkewMs, 2 * Math.abs(step.seconds) * SECOND);
        this.#oracle.disturbedMs = now;
        return;
      case 'trouble':
        this.#arc.troubles.set(step.operation, {
          trouble: step.trouble,
          untilMs: now + step.seconds * SECOND,
        });
        return;
      case 'mistake':
        for (const operation of step.operations) this.#arc.mistakes.add(operation);
        return;
      case 'subnet':
        this.#subnet(zoneAt(step.zone), step.has);
        return;
      case 'blind':
        this.#watcher.blindUntilMs = Math.max(this.#watcher.blindUntilMs, now + step.seconds * SECOND);
        this.#watcher.clusterChanged(now);
        return;
      case 'operator':
        this.#operator(zoneAt(step.zone), step);
        return;
      default:
        this.#shift(step);
        return;
    }
  }

  /** A cluster whose last subnet is gone is none of which anything is known. */
  #subnet(zone: string, has: boolean): void {
    const { subnets } = this.#watcher;
    if (subnets === undefined || (!has && subnets.size === 1)) return;
    if (has) subnets.add(zone);
    else subnets.delete(zone);
    this.#watcher.clusterChanged(this.#nowMs);
  }

  #shift(step: Extract<Step, { mail: Mail }>): void {
    if (step.do === 'end') {
      const shift = oneOf(this.#active(), step.nth);
      if (shift !== undefined) this.#end(shift, step.mail);
    } else if (step.do === 'extend') this.#extend(step);
    else if (step.do === 'abroad') this.#abroad(step);
    else if (this.#isAllowed(step)) this.#start(step);
  }

  /** What ARC refuses: a second shift of its kind, and a test beside something that is more important. */
  #isAllowed(step: Starting): boolean {
    const ours = this.#active().filter((shift) => shift.ours);
    if (step.do === 'other') return true;
    if (step.do === 'manual') return !ours.some(({ kind }) => kind === 'zonal-shift');
    if (step.do === 'practice') return ours.length === 0;
    if (step.do === 'fis') return !ours.some(({ kind }) => kind !== 'practice-run');
    return !this.#active().some(({ kind, zone }) => kind === 'autoshift' && zone === zoneAt(step.zone));
  }

  #start(step: Starting): void {
    const { mail } = step;
    const zone = zoneAt(step.zone);
    if (isStronger(step)) this.#cancelExperiments(mail);
    if (step.do === 'autoshift') {
      const { ours, observed, others } = step;
      const names = [...(ours ? [OPAQUE] : []), ...(observed ? ['region'] : [])];
      const shift = { kind: 'autoshift', zone, ours, names, namesElsewhere: namesOf(others) } as const;
      this.#begin(shift, undefined, mail);
    } else if (step.do === 'manual' || step.do === 'other') {
      const ours = step.do === 'manual';
      const [arn, opaque] = ours ? [OURS, OPAQUE] : [OTHERS, 'other'];
      this.#begin({ kind: 'zonal-shift', zone, ours, names: [step.arn ? arn : opaque] }, step.seconds, mail);
    } else this.#test(step.do, zone, mail);
  }

  #test(what: 'practice' | 'fis', zone: string, mail: Mail): void {
    const [kind, seconds] =
      what === 'practice' ? (['practice-run', 1800] as const) : (['fis-experiment', 3600] as const);
    this.#begin({ kind, zone, ours: true, names: [OPAQUE] }, seconds, mail);
  }

  #extend(step: Extract<Step, { do: 'extend' }>): void {
    const shift = oneOf(
      this.#active().filter(({ kind }) => kind === 'zonal-shift'),
      step.nth,
    );
    const until = this.#nowMs + step.seconds * SECOND;
    if (shift === undefined || until <= (untilAt(shift, this.#nowMs) ?? 0)) return;
    shift.untils.push({ from: this.#nowMs, until });
    this.#send([], step.mail);
  }

  #active(): ModelShift[] {
    return this.#arc.active(this.#nowMs);
  }

  #begin(
    one: Pick<ModelShift, 'kind' | 'zone' | 'ours' | 'names'> & Partial<Pick<ModelShift, 'namesElsewhere'>>,
    seconds: number | undefined,
    mail: Mail,
  ): void {
    const start = this.#nowMs;
    const untils = seconds === undefined ? [] : [{ from: start, until: start + seconds * SECOND }];
    this.#shifts += 1;
    const shift: ModelShift = {
      namesElsewhere: [],
      ...one,
      id: `shift-${this.#shifts}`,
      start,
      untils,
      end: undefined,
    };
    this.#arc.shifts.push(shift);
    this.#tell(shift, 'start', mail);
  }

  #end(shift: ModelShift, mail: Mail): void {
    shift.end = this.#nowMs;
    this.#tell(shift, 'end', mail);
  }

  #cancelExperiments(mail: Mail): void {
    for (const shift of this.#active())
      if (shift.ours && shift.kind === 'fis-experiment') this.#end(shift, mail);
  }

  #tell(shift: ModelShift, change: 'start' | 'end', mail: Mail): void {
    const { names, namesElsewhere, kind, zone } = shift;
    for (const name of names) this.#send([this.#signal(change, zone, kind, name)], mail);
    for (const name of namesElsewhere)
      this.#post(toldByStrangers(this.#signal(change, zone, kind, name), name, this.#watcher.home), mail);
  }

  #signal(change: 'start' | 'end', zoneId: string, kind: ModelKind, name: string): ZoneSignal {
    return { change, zoneId, source: { id: `${kind}/${name}`, kind }, at: time(this.#nowMs) };
  }

  #abroad({ from, kind, zone, mail }: Extract<Step, { do: 'abroad' }>): void {
    // An autoshift that another account tells of is the Region's, and this one ARC would not have.
    if (from === 'account' && kind === 'autoshift') return;
    const signal = this.#signal('start', zoneAt(zone), kind, kind === 'autoshift' ? 'region' : 'abroad');
    this.#post(fromAbroad(signal, from, this.#watcher.home), mail);
  }

  #send(signals: readonly ZoneSignal[], mail: Mail): void {
    this.#post({ signals, truth: signals, origin: { region: REGION, account: ACCOUNT } }, mail);
  }

  #post(said: Said, mail: Mail): void {
    if (this.#polls) return;
    const reach = said.signals.every(({ source }) => source.kind === 'autoshift') ? 'region' : 'account';
    for (const delay of mail)
      this.#watcher.messages.push({ atMs: this.#nowMs + delay * SECOND, reach, ...said });
  }

  #operator(zone: string, { seconds, forced }: { readonly seconds: number; readonly forced: boolean }): void {
    const order = { zone: { id: zone }, forMs: seconds * SECOND, by: 'someone', reason: 'a test', forced };
    const context = { rules: this.#rules, rulesAreKnown: true, nowMs: this.#nowMs };
    const outcome = startShift(this.#watcher.record, order, context);
    if (outcome.kind !== 'changed') return;
    this.#oracle.operators.set(zone, { untilMs: this.#nowMs + order.forMs, forced });
    this.#watcher.write(outcome.record, 'operator', this.#nowMs);
  }

  /** All messages come, and ARC answers, for as long as it takes; the truth does not change meanwhile. */
  #quiet(): void {
    this.#arc.troubles.clear();
    this.#arc.mistakes.clear();
    this.#watcher.blindUntilMs = Math.min(this.#watcher.blindUntilMs, this.#nowMs);
    this.#watcher.clusterChanged(this.#nowMs);
    const { graceMs, recoveryDelayMs } = this.#rules;
    const skew = this.#oracle.mostSkewMs;
    const calm = 3 * (graceMs + RECONCILE_MS) + 2 * recoveryDelayMs + 2 * skew + 130 * SECOND;
    let until = Math.max(this.#nowMs, ...this.#watcher.messages.map(({ atMs }) => atMs)) + calm;
    for (;;) {
      this.#advance(until - this.#nowMs);
      const moments = [...this.#watcher.messages.map(({ atMs }) => atMs), ...this.#oracle.changes()];
      const last = Math.max(
        ...moments.filter((at) => at > this.#nowMs - calm && at <= this.#nowMs + skew),
        ...this.#watcher.messages.map(({ atMs }) => atMs),
      );
      if (!Number.isFinite(last)) break;
      until = Math.max(last, this.#nowMs) + calm + SECOND;
    }
    this.#oracle.quiet(this.#nowMs);
  }

  #advance(ms: number): void {
    const until = this.#nowMs + ms;
    for (;;) {
      const changes = this.#oracle.changes().filter((at) => at > this.#nowMs);
      const next = Math.min(until, ...changes, Math.max(this.#nowMs + 1, this.#watcher.nextMs(this.#nowMs)));
      this.#nowMs = Math.min(until, next);
      this.#oracle.reached(this.#nowMs);
      for (const { atMs, truth } of this.#watcher.messages)
        if (atMs <= this.#nowMs) for (const signal of truth ?? []) this.#oracle.heard(signal, this.#nowMs);
      this.#watcher.play(this.#nowMs);
      this.#oracle.reached(this.#nowMs);
      if (this.#nowMs >= until) return;
    }
  }
}
