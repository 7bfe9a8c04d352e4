import {
  isHeld,
  OPERATOR_SOURCE,
  type ShiftChange,
  type ZoneRef,
} from '../../shared/record/operator-shift.ts';
import { isElsewhere } from '../../shared/record/use-of-zone.ts';
import { countedAt, type RecordedZone } from '../../shared/record/zone-record.ts';
import { visible } from '../output/output.ts';
import { bothNames, inWords, showSpan, showTime, sourceInWords } from './in-words.ts';

/** What became of a start, in one line or two. */
export function started(zone: ZoneRef, change: ShiftChange, forMs: number, nowMs: number): string {
  const { source, record } = change;
  const end = `until ${showTime(source.until ?? '')} (${showSpan(forMs)})`;
  const which = bothNames(change.zone ?? zone);
  if (source.standing !== undefined)
    return `zone ${which} is recorded ${end}, and not shifted away: the rules say sources.operator: record; generation ${record.generation}`;
  if (change.zone !== undefined && isElsewhere(change.zone))
    return (
      `zone ${which} is recorded ${end}, and nothing is changed: ${inCluster(change.zone)}; generation ${record.generation}\n` +
      'it is shifted away as soon as the cluster uses it; to shift it away all the same, cancel this and start with --force'
    );
  return lines(
    `zone ${which} is shifted away ${end}, generation ${record.generation}`,
    others(change.zone, nowMs, 'besides'),
  );
}

/** What became of an extension. */
export function extended(zone: ZoneRef, change: ShiftChange, forMs: number, nowMs: number): string {
  const { source, record } = change;
  const which = bothNames(change.zone ?? zone);
  const end = `until ${showTime(source.until ?? '')} (${showSpan(forMs)} from now), generation ${record.generation}`;
  if (source.standing !== undefined)
    return `zone ${which} stays recorded ${end}; the rules say sources.operator: record, and it is not shifted away`;
  if (change.zone !== undefined && isElsewhere(change.zone))
    return `zone ${which} stays recorded ${end}, and nothing is changed: ${inCluster(change.zone)}`;
  const held = change.zone !== undefined && isHeld(change.zone, nowMs);
  return held
    ? `the shift of zone ${which} lasts ${end}; the guard holds it back, and the zone is not shifted away`
    : `zone ${which} stays shifted away ${end}`;
}

/** What became of a cancellation. */
export function cancelled(named: ZoneRef, change: ShiftChange, nowMs: number): string {
  const { zone, source, record } = change;
  const which = bothNames(zone ?? named);
  const first = `the shift of zone ${which} by ${visible(source.by ?? 'somebody')} is cancelled, generation ${record.generation}`;
  return lines(first, leftOver(zone, nowMs));
}

function leftOver(zone: RecordedZone | undefined, nowMs: number): string {
  if (zone === undefined) return 'nothing else stands against the zone';
  const sources = others(zone, nowMs, 'because of');
  if (isElsewhere(zone))
    return `the zone stays in the record ${sources}, and nothing is changed: ${inCluster(zone)}`;
  if (zone.state === 'impaired') return `the zone stays impaired ${sources}`;
  if (isHeld(zone, nowMs)) return `the guard holds the zone back, which would be impaired ${sources}`;
  if (zone.state === 'recovering')
    return 'the zone is recovering: NodePools get it back now, and the freeze ends last';
  return 'what is left of it is recorded only; the zone is not impaired';
}

function inCluster({ why = 'the cluster has nothing there' }: RecordedZone): string {
  return visible(why);
}

function others(zone: RecordedZone | undefined, nowMs: number, word: string): string {
  if (zone === undefined) return '';
  const sources = countedAt(zone, nowMs).filter(({ id }) => id !== OPERATOR_SOURCE);
  const text = inWords(sources.map((source) => visible(sourceInWords(source))));
  return sources.length === 0 ? '' : `${word} ${text}`;
}

function lines(first: string, second: string): string {
  return second === '' ? first : `${first}\n${second}`;
}
