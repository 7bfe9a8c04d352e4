import type { ZoneRef } from '../../shared/record/operator-shift.ts';
import type { RecordedSource } from '../../shared/record/zone-record.ts';
import { showDuration } from '../../shared/settings/duration.ts';

/** `use1-az1 (us-east-1a)`; the ID alone where no name is known. */
export function bothNames({ id, name }: ZoneRef): string {
  return name === undefined || name === '' ? id : `${id} (${name})`;
}

/** `use1-az1 (us-east-1a) and use1-az2 (us-east-1b)`. */
export function zonesInWords(zones: readonly ZoneRef[]): string {
  return inWords(zones.map(bothNames));
}

/** `a`, `a and b`, `a, b and c`; `none` of nothing. */
export function inWords(items: readonly string[]): string {
  const last = items.at(-1);
  if (last === undefined) return 'none';
  return items.length === 1 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** RFC 3339 without a fraction that says nothing. */
export function showTime(time: string): string {
  return time.replace(/\.0+(?=Z|[+-])/, '');
}

/** `2h30m`, in whole seconds. */
export function showSpan(ms: number): string {
  return showDuration(Math.round(ms / 1000) * 1000);
}

/** `autoshift arc/autoshift/region`, with its end where it has one. */
export function sourceInWords({ id, kind, until }: RecordedSource): string {
  const what = id === kind ? kind : `${kind} ${id}`;
  return until === undefined ? what : `${what} until ${showTime(until)}`;
}
