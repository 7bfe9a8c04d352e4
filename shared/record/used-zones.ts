import { ZONE_NAME_BYTES } from './bounded-sources.ts';
import type { UsedZones } from './zone-record.ts';

/** No cluster uses so many. Who may write EC2NodeClasses or label Nodes can name as many as they like. */
const MOST_USED = 64;

/** As many used zones as the record has room for, with names that may be ones. The same object where all have. */
export function boundedUsed(used: UsedZones): UsedZones {
  const entries = Object.entries(used);
  const isBounded =
    entries.length <= MOST_USED && entries.every(([, name]) => name.length <= ZONE_NAME_BYTES);
  if (isBounded) return used;
  return Object.fromEntries(
    entries
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .slice(0, MOST_USED)
      .map(([id, name]) => [id, name.length <= ZONE_NAME_BYTES ? name : '']),
  );
}
