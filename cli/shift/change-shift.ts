import {
  cancelShift,
  extendShift,
  type ShiftChange,
  type ShiftContext,
  type ShiftOutcome,
  startShift,
  type ZoneRef,
} from '../../shared/record/operator-shift.ts';
import type { ZoneRecord } from '../../shared/record/zone-record.ts';
import type { Session } from '../session/session.ts';
import { cancelled, extended, started } from './change-in-words.ts';
import { bothNames, showSpan } from './in-words.ts';
import { shiftError } from './refusal-in-words.ts';
import { rulesInForce } from './rules-in-force.ts';
import { CANCELLED_ANNOTATION, changeRecord, readRecord } from './stored-record.ts';
import { type Asker, whoAmI } from './who-am-i.ts';
import { lookUpZone } from './zone-lookup.ts';

/** A clock that is off by more than this is told: ends would be wrong by as much. */
const CLOCK_SKEW_MS = 30_000;

/** `shift start ZONE`. @throws ShiftError, KubeError, RecordUnreadableError; then nothing was written */
export function start(text: string) {
  return async (session: Session, options: { for: number; reason: string; force: boolean }) => {
    const how = { wantsName: true, takesUnknownIds: options.force };
    const { zone, asker, context } = await prepare(session, text, how);
    const order = { zone, forMs: options.for, by: asker.name, reason: options.reason, forced: options.force };
    const change = await write(session, zone, (record) => startShift(record, order, context));
    session.output.say(started(zone, change, options.for, context.nowMs));
  };
}

/** `shift extend ZONE`. @throws as `start` */
export function extend(text: string) {
  return async (session: Session, options: { for: number; reason?: string | undefined }) => {
    const { zone, asker, context } = await prepare(session, text, RUNNING);
    const reason = options.reason === undefined ? {} : { reason: options.reason };
    const order = { zone, forMs: options.for, by: asker.name, ...reason };
    const change = await write(session, zone, (record) => extendShift(record, order, context));
    session.output.say(extended(zone, change, options.for, context.nowMs));
  };
}

/** `shift cancel ZONE`. @throws as `start` */
export function cancel(text: string) {
  return async (session: Session, options: { reason?: string | undefined }) => {
    const { zone, asker, context } = await prepare(session, text, RUNNING);
    const note = (change: ShiftChange) => ({
      [CANCELLED_ANNOTATION]: JSON.stringify({
        zone: zone.id,
        at: new Date(context.nowMs).toISOString(),
        by: asker.name,
        reason: options.reason,
        shift: change.source,
      }),
    });
    const change = await write(session, zone, (record) => cancelShift(record, zone, context), note);
    session.output.say(cancelled(zone, change, context.nowMs));
  };
}

/** The zone of a shift that runs stands in the record: its name is not looked for, and no unknown ID is taken for it. */
const RUNNING = { wantsName: false, takesUnknownIds: false };

/** Everything that has to be known before the write, none of which changes anything. */
async function prepare(session: Session, text: string, how: typeof RUNNING) {
  const { record } = await readRecord(session);
  const zone = await lookUpZone(session, { text, record, ...how });
  const [rules, asker] = [await rulesInForce(session), await whoAmI(session.client, session.signal)];
  if (!asker.isVouchedFor)
    session.output.warn(`the API server does not say who you are: '${asker.name}' is written down.`);
  if (how.wantsName && zone.name === undefined)
    session.output.warn(`no name is known for zone ${zone.id}: it is enforced by its ID alone until one is.`);
  const context: ShiftContext = { ...rules, nowMs: now(session, asker) };
  return { zone, asker, context };
}

/** Now, to the second. The API server's clock counts: a laptop that is an hour late would end the shift at once. */
function now({ output }: Session, { serverTimeMs }: Asker): number {
  const own = Math.floor(Date.now() / 1000) * 1000;
  const skew = own - (serverTimeMs ?? own);
  if (Math.abs(skew) <= CLOCK_SKEW_MS) return own;
  const how = `${showSpan(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'late'}`;
  output.warn(`this machine's clock is ${how}: the API server's is used.`);
  return own - skew;
}

async function write(
  session: Session,
  zone: ZoneRef,
  decide: (record: ZoneRecord) => ShiftOutcome,
  note: (change: ShiftChange) => Readonly<Record<string, string>> = () => ({}),
): Promise<ShiftChange> {
  let change: ShiftChange | undefined;
  const tryIt = (record: ZoneRecord) => {
    const outcome = decide(record);
    if (outcome.kind === 'refused') throw shiftError(outcome.refusal, zone);
    change = outcome;
    return outcome.record;
  };
  await changeRecord(session, tryIt, () => (change === undefined ? {} : note(change)));
  if (change === undefined) throw new Error('the record was written without a change');
  warnOfGuard(session, change);
  return change;
}

function warnOfGuard({ output }: Session, { record, takenOut, letIn }: ShiftChange): void {
  if (record.used === undefined)
    output.warn('the record does not say which zones the cluster uses: the guard holds nothing back.');
  for (const zone of takenOut)
    output.warn(`the guard now holds back ${bothNames(zone)}, impaired until now: NodePools get it back.`);
  for (const zone of letIn)
    output.warn(`the guard holds ${bothNames(zone)} back no more: it is impaired from now on.`);
}
