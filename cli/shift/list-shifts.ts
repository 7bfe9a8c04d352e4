import { type GuardView, guardOf, isHeld } from '../../shared/record/operator-shift.ts';
import type { UnreadablePart } from '../../shared/record/record-document.ts';
import { isElsewhere } from '../../shared/record/use-of-zone.ts';
import {
  countedAt,
  hasExpired,
  type RecordedSource,
  type RecordedZone,
} from '../../shared/record/zone-record.ts';
import { visible } from '../output/output.ts';
import type { Session } from '../session/session.ts';
import { bothNames, showTime } from './in-words.ts';
import { guardInWords } from './refusal-in-words.ts';
import { rulesInForce } from './rules-in-force.ts';
import { readRecord } from './stored-record.ts';

export const LIST_FORMS = ['table', 'wide', 'json'] as const;

/** Reasons in a table, in characters; `wide` shows all of them. */
const SHORT = 40;

/** `shift list`. @throws ShiftError `shift.no-record`, RecordUnreadableError, KubeError */
export async function list(
  session: Session,
  options: { output: (typeof LIST_FORMS)[number] },
): Promise<void> {
  const { output } = session;
  const { record, unreadable } = await readRecord(session);
  const { rules, rulesAreKnown } = await rulesInForce(session);
  const nowMs = Date.now();
  const zones = record.zones.map((zone) => asEnforced(zone, nowMs));
  const guard = guardOf({ ...record, zones }, rules, nowMs);
  for (const { error } of unreadable) output.warn(error.message);
  if (options.output === 'json') {
    const found = { generation: record.generation, rulesAreKnown, zones, guard, unreadable };
    output.say(JSON.stringify(asJson(found, nowMs), undefined, 2));
    return;
  }
  const isWide = options.output === 'wide';
  if (zones.length === 0) output.say(`no zone is shifted away; generation ${record.generation}`);
  else output.say(table([HEADER, ...zones.flatMap((zone) => rowsOf(zone, nowMs, isWide))]));
  for (const zone of zones) for (const line of useInWords(zone)) output.say(visible(line));
  output.say(`guard: ${visible(guardInWords(guard))}`);
}

/** An impaired zone whose sources are all over is one that every reader treats as recovering. */
function asEnforced(zone: RecordedZone, nowMs: number): RecordedZone {
  const isOver = zone.state === 'impaired' && countedAt(zone, nowMs).length === 0;
  return isOver ? { ...zone, state: 'recovering' } : zone;
}

/** Why a zone that is shifted away changes nothing, or is enforced although nobody knows whether it concerns the cluster. */
function useInWords(zone: RecordedZone): string[] {
  const { use, why = '' } = zone;
  if (use === 'elsewhere') return [`${bothNames(zone)} changes nothing: ${why}`];
  if (use !== 'unknown') return [];
  return [`${bothNames(zone)} is enforced because what the cluster uses is not known: ${why}`];
}

const HEADER = ['ZONE', 'NAME', 'STATE', 'SOURCE', 'KIND', 'SINCE', 'UNTIL', 'STANDING', 'BY', 'REASON'];
const NONE = '-';

function rowsOf(zone: RecordedZone, nowMs: number, isWide: boolean): string[][] {
  const first = [zone.id, zone.name ?? NONE, zone.state];
  if (zone.sources.length === 0) return [[...first, ...HEADER.slice(first.length).map(() => NONE)]];
  return zone.sources.map((source) => {
    const { id, kind, since, until, by, reason } = source;
    const end = until === undefined ? NONE : showTime(until);
    const standing = `${standingOf(source, zone, nowMs)}${source.forced === true ? ', forced' : ''}`;
    const why = reason === undefined ? NONE : isWide ? reason : shortened(reason);
    return [...first, id, kind, showTime(since), end, standing, by ?? NONE, why];
  });
}

/** What a source does to its zone now. */
function standingOf(source: RecordedSource, zone: RecordedZone, nowMs: number): string {
  if (hasExpired(source, nowMs)) return 'expired';
  if (source.standing !== undefined) return source.standing;
  if (isElsewhere(zone)) return 'elsewhere';
  return isHeld(zone, nowMs) ? 'held-back' : 'counts';
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= SHORT ? text : `${characters.slice(0, SHORT - 1).join('')}…`;
}

function table(rows: readonly string[][]): string {
  const cells = rows.map((row) => row.map(visible));
  const widths = HEADER.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

interface Found {
  readonly generation: number;
  readonly rulesAreKnown: boolean;
  readonly zones: readonly RecordedZone[];
  readonly guard: GuardView;
  readonly unreadable: readonly UnreadablePart[];
}

/** The document of `-o json`: docs/shift.md describes it. What nobody knows is null. */
function asJson({ generation, rulesAreKnown, zones, guard, unreadable }: Found, nowMs: number): object {
  return {
    generation,
    zones: zones.map((zone) => ({
      id: zone.id,
      name: zone.name ?? null,
      state: zone.state,
      use: zone.use ?? null,
      why: zone.why ?? null,
      heldBack: isHeld(zone, nowMs),
      sources: zone.sources.map((source) => ({ ...source, standing: standingOf(source, zone, nowMs) })),
    })),
    guard: {
      used: guard.used ?? null,
      limit: guard.limit ?? null,
      rulesAreKnown,
      impaired: guard.impaired.map(({ id }) => id),
      heldBack: guard.held.map(({ id }) => id),
    },
    unreadable: unreadable.map(({ key, error }) => ({ key, why: error.message })),
  };
}
