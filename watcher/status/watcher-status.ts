import type { Home } from '../../shared/home/home.ts';
import type { ArcAnswer, Asked } from '../../shared/record/arc-answer.ts';
import type { ArcGroup } from '../../shared/record/arc-facts.ts';
import { guardLimit, usedByGuard } from '../../shared/record/guard.ts';
import type { Reach } from '../../shared/record/reach.ts';
import { type Listening, shiftsWithoutEvent } from '../../shared/record/shifts-without-event.ts';
import type { ZoneRecord } from '../../shared/record/zone-record.ts';
import type { ZoneRules } from '../../shared/settings/zone-rules.ts';
import { modeOf } from './mode.ts';

/** What each part of the watcher knows of itself. */
export interface StatusParts {
  readonly nowMs: number;
  readonly leading: boolean;
  readonly record: ZoneRecord | undefined;
  readonly rules: ZoneRules;
  /** What is wrong with the configuration document. */
  readonly rulesProblem: string | undefined;
  readonly queue: object | undefined;
  readonly home: Home;
  /** What came that is of elsewhere. */
  readonly elsewhere: object;
  /** Since when the queue is listened to. */
  readonly listening: Listening | undefined;
  /** Names of the NodePools that hold more than is looked at, or that cannot be read. */
  readonly unjudgeable: readonly string[];
  readonly arc:
    | {
        readonly asked: readonly ArcGroup[];
        readonly mute: readonly ArcGroup[];
        readonly last: ArcAnswer | undefined;
      }
    | undefined;
}

/** The status page of a watcher (`GET /status` on its second port), for people and scripts. Pure. */
export function watcherStatus(parts: StatusParts): object {
  const { record, rules, arc } = parts;
  const zones = record?.zones ?? [];
  const limit = guardLimit(usedByGuard(record?.used, zones), rules.maxImpairedZones);
  return {
    mode: modeOf(parts.queue !== undefined, arc),
    leading: parts.leading,
    time: new Date(parts.nowMs).toISOString(),
    record: record === undefined ? null : { generation: record.generation, zones, requests: record.requests },
    reach: showReach(record?.reach),
    guard: {
      usedZones: record?.used ?? null,
      maxImpairedZones: limit ?? null,
      heldBack: zones.filter(({ state }) => state === 'held').map(({ id }) => id),
    },
    rules: { ...(parts.rulesProblem === undefined ? {} : { problem: parts.rulesProblem }), inForce: rules },
    queue: parts.queue ?? null,
    home: showHome(parts.home),
    elsewhere: parts.elsewhere,
    shiftsWithoutEvent: shiftsWithoutEvent(record, parts.listening, parts.nowMs),
    unjudgeableNodePools: parts.unjudgeable,
    arc:
      arc === undefined
        ? null
        : { notAnswering: arc.mute, lastLook: arc.last === undefined ? null : showAnswer(arc.last) },
  };
}

function showHome({ region, account, doubts }: Home): object {
  return { region: region ?? null, account: account ?? null, doubts };
}

/** Which zones concern the cluster, each with why; and what is missing where that is not all of them. */
function showReach(reach: Reach | undefined): object {
  const { unknown, zones = {}, names = {} } = reach ?? { unknown: 'nobody has looked yet' };
  return {
    known: unknown === undefined,
    ...(unknown === undefined ? {} : { missing: unknown }),
    zones,
    names,
  };
}

function showAnswer(answer: ArcAnswer): object {
  return {
    at: new Date(answer.askedAtMs).toISOString(),
    listAutoshifts: showAsked(answer.autoshifts),
    listZonalShifts: answer.zonalShifts === undefined ? null : showAsked(answer.zonalShifts),
    getManagedResource: answer.resource === undefined ? null : showAsked(answer.resource),
  };
}

function showAsked(asked: Asked<unknown>): object {
  return asked.ok ? { answered: asked.value } : { trouble: asked.trouble, error: asked.error.message };
}
