import { boundedHistory } from './bounded-history.ts';
import { timeText } from './record-time.ts';
import { lastTransition } from './transitions-after.ts';
import { isElsewhere } from './use-of-zone.ts';
import {
  countedAt,
  hasExpired,
  type RecordedSource,
  type RecordedZone,
  type Transition,
  type ZoneRecord,
} from './zone-record.ts';

const RECOVERED = 'its recovery is complete';

/**
 * Appends to the history each zone whose state differs between two records, in the order of their IDs. Whatever changes
 * a state ends with this, so that the history is in the same write as the change. Pure; where no state differs, `after`
 * comes back.
 *
 * @param after the changed record, which still has the history of `before`
 * @param why zone ID to the reason for the end of its recovery
 */
export function noteTransitions(
  before: ZoneRecord,
  after: ZoneRecord,
  nowMs: number,
  why: ReadonlyMap<string, string> = new Map(),
): ZoneRecord {
  const was = new Map(before.zones.map((zone) => [zone.id, zone]));
  const is = new Map(after.zones.map((zone) => [zone.id, zone]));
  const changed = [...new Set([...was.keys(), ...is.keys()])]
    .filter((id) => was.get(id)?.state !== is.get(id)?.state)
    .sort();
  if (changed.length === 0) return after;
  const last = lastTransition(after);
  const fresh = changed.map((id, index): Transition => {
    const [from, to] = [was.get(id), is.get(id)];
    const name = to?.name ?? from?.name;
    return {
      n: last + 1 + index,
      at: timeText(nowMs),
      zoneId: id,
      ...(name === undefined ? {} : { name }),
      from: from?.state ?? 'healthy',
      to: to?.state ?? 'healthy',
      because: becauseOf(from, to, nowMs, why.get(id) ?? RECOVERED),
      generation: after.generation,
    };
  });
  return { ...after, history: boundedHistory([...(after.history ?? []), ...fresh]) };
}

/** Events quote the sources that made a zone impaired or held as they stand here. */
function becauseOf(
  was: RecordedZone | undefined,
  is: RecordedZone | undefined,
  nowMs: number,
  recovered: string,
): string {
  if (was?.state === 'recovering' && is?.state !== 'impaired') return recovered;
  if (is !== undefined && is.state !== 'recovering') return `${listed(is.sources)}${useInWords(was, is)}`;
  if (is !== undefined && countedAt(is, nowMs).length > 0)
    return isElsewhere(is)
      ? `${is.why ?? ''}: ${listed(is.sources)}`
      : `held back by the guard: ${listed(is.sources)}`;
  const [gone, idle] = whatLeft(was?.sources ?? [], is?.sources ?? [], nowMs);
  const parts = [
    ...(gone.length === 0 ? [] : [`gone: ${listed(gone)}`]),
    ...(idle.length === 0 ? [] : [`counts no more: ${listed(idle)}`]),
  ];
  return parts.length === 0 ? 'nothing counts any more' : parts.join('; ');
}

/** What is known of the use of a zone, where that is what decided. */
function useInWords(was: RecordedZone | undefined, { use, why = '' }: RecordedZone): string {
  if (use === 'elsewhere') return `; ${why}`;
  if (use === 'unknown') return `; enforced because what the cluster uses is not known: ${why}`;
  return use === 'used' && was !== undefined && isElsewhere(was) ? `; ${why}` : '';
}

/** The sources that ended, expired or are ignored now, and those that are there and count for nothing any more. */
function whatLeft(
  before: readonly RecordedSource[],
  after: readonly RecordedSource[],
  nowMs: number,
): readonly [RecordedSource[], RecordedSource[]] {
  const present = new Map(after.map((source) => [source.id, source]));
  const isGone = ({ id }: RecordedSource) => {
    const source = present.get(id);
    return source === undefined || hasExpired(source, nowMs);
  };
  const isIdle = (source: RecordedSource) =>
    source.standing === undefined && present.get(source.id)?.standing !== undefined;
  return [before.filter(isGone), before.filter((source) => !isGone(source) && isIdle(source))];
}

function listed(sources: readonly RecordedSource[]): string {
  return sources.map(({ kind, since }) => `${kind} since ${since}`).join(', ');
}
