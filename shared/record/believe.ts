import { REGION_SCOPE, ruleFor, type ZoneRules } from '../settings/zone-rules.ts';
import { FUTURE_MS, isAhead, timeText } from './record-time.ts';
import type { ZoneSignal } from './signal.ts';
import { shortName } from './source-name.ts';
import type { SourceStanding } from './zone-record.ts';

/** An event that is older was in the queue while nobody read it: ARC knows better what became of it. */
export const FRESH_MS = 2 * 60 * 1000;

const HOUR = 3_600_000;
/**
 * How long a source lasts whose end nobody but an event can tell, and events get lost. Zonal shifts: ARC's own limit
 * (StartZonalShift, expiresIn). Practice runs are planned for 30 minutes. FIS experiments and autoshifts have no limit
 * of ARC's; these are long after the longest that were seen.
 */
const LONGEST_MS: Readonly<Record<string, number>> = {
  'zonal-shift': 72 * HOUR,
  'practice-run': HOUR,
  'fis-experiment': 12 * HOUR,
};
const LONGEST_OTHER_MS = 7 * 24 * HOUR;

/** A signal as it is to be applied. */
export interface BelievedSignal extends ZoneSignal {
  readonly standing?: SourceStanding;
  /** An end that is remembered, and that ARC has to confirm before it ends anything. */
  readonly remembered?: boolean;
}

export interface BeliefContext {
  readonly rules: Pick<ZoneRules, 'kinds' | 'scope'>;
  /** Whether ARC's API is asked at all: about the Region, and about this cluster's resource. */
  readonly arc: boolean;
  readonly resourceArn: string | undefined;
  readonly nowMs: number;
}

/**
 * Whether a signal counts, and for how much. Where ARC is asked, only a start that is fresh and speaks for us counts at
 * once: to impair a zone for nothing until the next look costs little, to launch into a dying one costs much. Pure.
 *
 * @returns the reason in words where the signal is not ours to apply
 */
export function believe(signal: ZoneSignal, context: BeliefContext): BelievedSignal | string {
  const { rules, resourceArn, nowMs } = context;
  // Of both changes, and whoever confirms them: it would beat all that comes until that day.
  if (isAhead(signal.at, nowMs))
    return `its time, ${signal.at}, is more than ${FUTURE_MS / 60_000} minutes ahead of this watcher's clock`;
  const rule = ruleFor(rules, signal.source);
  if (rule === 'ignore') return `the rules ignore ${signal.source.kind}`;
  const scope = shortName(signal.source.id.slice(signal.source.kind.length + 1));
  const ours = resourceArn === undefined ? undefined : shortName(resourceArn);
  if (ours !== undefined && isOtherArn(scope, ours)) return `it speaks of another resource (${scope})`;
  const isAsked = arcKnows(signal.source, context);
  if (signal.change === 'end') return isAsked ? { ...signal, remembered: true } : signal;
  const isOurs = [REGION_SCOPE, ours].includes(scope) || signal.source.kind === 'autoshift';
  const start = isAsked ? signal : { ...signal, until: signal.until ?? longestUntil(signal) };
  if (isAsked && !(isOurs && isFresh(signal, nowMs))) return { ...start, standing: 'pending' };
  return rule === 'record' ? { ...start, standing: 'recorded' } : start;
}

function isFresh(signal: ZoneSignal, nowMs: number): boolean {
  return nowMs - Date.parse(signal.at) <= FRESH_MS;
}

/**
 * Whether ARC's API can confirm and end a source that an event told of: every autoshift of the Region is listed, and of
 * the rest what concerns our resource.
 */
export function arcKnows(
  source: { readonly kind: string },
  context: Pick<BeliefContext, 'arc' | 'resourceArn'>,
): boolean {
  return context.arc && (source.kind === 'autoshift' || context.resourceArn !== undefined);
}

/** When a source ends at the latest, RFC 3339, while nobody but an event can end it. */
export function longestUntil(signal: {
  readonly source: { readonly kind: string };
  readonly at: string;
}): string {
  return timeText(Date.parse(signal.at) + (LONGEST_MS[signal.source.kind] ?? LONGEST_OTHER_MS));
}

/** Events name resources by ARN or by some name of ARC's own; only of the former can be said that it is not ours. */
function isOtherArn(scope: string, resourceArn: string): boolean {
  return scope.startsWith('arn:') && scope !== resourceArn;
}
