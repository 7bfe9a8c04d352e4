import type { Reach, ZoneUse } from './reach.ts';
import type { RecordedSource, RecordedZone } from './zone-record.ts';

/** The use of a zone, and why it is taken for that, in words. */
export interface UseOfZone {
  readonly use: ZoneUse;
  readonly why: string;
}

/** It lasts as long as the shift that is forced, and no longer. */
const FORCED: UseOfZone = { use: 'used', why: 'a person forced it' };
const NOTHING_THERE = 'no subnet, Node, NodeClaim or NodePool of this cluster is there';

/** What is known of the use of a zone. Absent where nobody has said anything yet: that is as good as unknown. Pure. */
export function useOfZone(
  { id, name }: { readonly id: string; readonly name?: string },
  reach: Reach | undefined,
): UseOfZone | undefined {
  if (reach === undefined) return undefined;
  const there = Object.hasOwn(reach.zones, id) ? reach.zones[id] : undefined;
  if (there !== undefined) return { use: 'used', why: there.by };
  const by = name !== undefined && Object.hasOwn(reach.names, name) ? reach.names[name] : undefined;
  if (by !== undefined) return { use: 'used', why: by };
  if (reach.unknown !== undefined) return { use: 'unknown', why: reach.unknown };
  const [nameless] = Object.entries(reach.names);
  if (name === undefined && nameless !== undefined)
    return { use: 'unknown', why: `${nameless[1]} as ${nameless[0]}, and nobody knows the ID of that` };
  return { use: 'elsewhere', why: NOTHING_THERE };
}

/**
 * A zone with what is known of its use. A zone that was used once stays so until nothing counts any more: its last Node may
 * be drained and its subnets may go because of the shift, and to give it back then would send Karpenter into it. What a
 * person forces is wanted wherever it is.
 *
 * @param was the zone in the record as stored
 * @param counted its sources that count
 */
export function withUse(
  zone: RecordedZone,
  was: RecordedZone | undefined,
  counted: readonly RecordedSource[],
  reach: Reach | undefined,
): RecordedZone {
  const found = foundUse(zone, was, counted, reach);
  if (found?.use === zone.use && found?.why === zone.why) return zone;
  return found === undefined ? withoutUse(zone) : { ...zone, ...found };
}

/** A zone of which nothing counts is used for nothing. */
export function withoutUse(zone: RecordedZone): RecordedZone {
  const { use, why, ...rest } = zone;
  return use === undefined && why === undefined ? zone : rest;
}

function foundUse(
  zone: RecordedZone,
  was: RecordedZone | undefined,
  counted: readonly RecordedSource[],
  reach: Reach | undefined,
): UseOfZone | undefined {
  if (was?.use === 'used' && was.why !== FORCED.why) return { use: 'used', why: was.why ?? '' };
  const found = useOfZone(zone, reach);
  const isForced = counted.some(({ forced }) => forced === true);
  return found?.use === 'elsewhere' && isForced ? FORCED : found;
}

/** Whether it is known that the cluster has nothing in a zone, as the record says. */
export function isElsewhere({ use }: Pick<RecordedZone, 'use'>): boolean {
  return use === 'elsewhere';
}
