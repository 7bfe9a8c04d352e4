import { z } from 'zod';
import type { ZoneSignal } from '../record/signal.ts';
import { sourceNamed } from '../record/source-name.ts';
import { ZONE_ID_PATTERN } from '../record/zone-keys.ts';
import { ARC_SOURCE } from './arc-events.ts';
import { expiryIn, expiryOf } from './cloudtrail-expiry.ts';
import { type EventBridgeEvent, eventTime } from './event.ts';
import type { Reading, SourceFamily } from './source-family.ts';

const API = 'arc-zonal-shift.amazonaws.com';

/** What a call does to a shift. `news`: something about shifts changed that no record of a call tells. */
type Change = 'start' | 'update' | 'end' | 'news';

/** Calls that change what is shifted, and the kind of shift that they are about. */
const CALLS = new Map<string, { readonly kind: string; readonly change: Change }>([
  ['StartZonalShift', { kind: 'zonal-shift', change: 'start' }],
  ['UpdateZonalShift', { kind: 'zonal-shift', change: 'update' }],
  ['CancelZonalShift', { kind: 'zonal-shift', change: 'end' }],
  ['StartPracticeRun', { kind: 'practice-run', change: 'start' }],
  ['CancelPracticeRun', { kind: 'practice-run', change: 'end' }],
  ['UpdateZonalAutoshiftConfiguration', { kind: 'autoshift', change: 'news' }],
]);

/** Only the name has to be there: whatever else does not fit makes it a reason to ask ARC, and never poison. */
const callSchema = z.object({
  eventName: z.string().min(1),
  eventSource: z.unknown().optional(),
  eventTime: eventTime.optional().catch(undefined),
  errorCode: z.unknown().optional(),
  errorMessage: z.unknown().optional(),
  requestParameters: z.unknown().optional(),
  responseElements: z.unknown().optional(),
});
type Call = z.infer<typeof callSchema>;

/** What was asked for, or answered: the two share the names of ARC's API. */
const shiftSchema = z.object({
  awayFrom: z.string().regex(ZONE_ID_PATTERN).optional().catch(undefined),
  resourceIdentifier: z.string().min(1).max(2048).optional().catch(undefined),
  expiresIn: z.unknown().optional(),
  expiryTime: z.unknown().optional(),
});
type Shift = z.infer<typeof shiftSchema>;

/**
 * The calls to ARC's API as CloudTrail tells them to EventBridge (r53recovery guide, CloudTrail logging; a trail with
 * logging on is needed). A call that failed comes too, and did not happen. Cancellations and updates name a shift by its
 * ID; which zone and resource that is can only be in the answer, of which no sample is published: where it is not, ARC
 * is asked.
 */
export const cloudTrail: SourceFamily = {
  source: ARC_SOURCE,
  reach: 'account',
  detailTypes: ['AWS API Call via CloudTrail'],
  read(event) {
    const call = callSchema.safeParse(event.detail);
    if (!call.success)
      return { kind: 'malformed', problem: 'detail is no CloudTrail record: it has no eventName' };
    return readCall(event, call.data);
  },
};

function readCall(event: EventBridgeEvent, call: Call): Exclude<Reading, { kind: 'foreign' }> {
  const { eventName } = call;
  if (call.eventSource !== undefined && call.eventSource !== API)
    return { kind: 'noted', why: 'it is no call to ARC (eventSource)' };
  const meaning = CALLS.get(eventName);
  if (meaning === undefined) return { kind: 'noted', why: `${eventName.slice(0, 100)} changes no shift` };
  if (isSaid(call.errorCode) || isSaid(call.errorMessage))
    return { kind: 'noted', why: `${eventName} was refused: it did not happen` };
  const signal = signalOf(call.eventTime ?? event.time, call, meaning);
  return signal === undefined
    ? { kind: 'look', why: `${eventName} does not tell all that it changed` }
    : { kind: 'signals', signals: [signal] };
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function signalOf(
  at: string,
  call: Call,
  { kind, change }: { readonly kind: string; readonly change: Change },
): ZoneSignal | undefined {
  if (change === 'news') return undefined;
  const asked: Shift = shiftSchema.safeParse(call.requestParameters).data ?? {};
  const answered: Shift = shiftSchema.safeParse(call.responseElements).data ?? {};
  // What is started is what was asked for; of a shift that is there already, only the answer knows.
  const { awayFrom, resourceIdentifier } = change === 'start' ? { ...answered, ...said(asked) } : answered;
  if (awayFrom === undefined || resourceIdentifier === undefined) return undefined;
  const until = change === 'end' ? undefined : untilOf(at, change, asked, answered);
  if (change === 'update' && until === undefined) return undefined;
  return {
    change: change === 'end' ? 'end' : 'start',
    zoneId: awayFrom,
    source: sourceNamed(kind, resourceIdentifier),
    at,
    ...(until === undefined ? {} : { until }),
  };
}

/** When it ends by itself. An update's `expiresIn` may count from its start or from now: only the answer's time tells. */
function untilOf(at: string, change: Change, asked: Shift, answered: Shift): string | undefined {
  const askedFor = change === 'start' ? expiryIn(at, asked.expiresIn) : undefined;
  return askedFor ?? expiryOf(at, answered.expiryTime);
}

function said({ awayFrom, resourceIdentifier }: Shift): Shift {
  return {
    ...(awayFrom === undefined ? {} : { awayFrom }),
    ...(resourceIdentifier === undefined ? {} : { resourceIdentifier }),
  };
}
