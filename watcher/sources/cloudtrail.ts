import { z } from 'zod';
import { ZONE_ID_PATTERN } from '../../shared/zones/zone-keys.ts';
import { ARC_SOURCE } from './arc-events.ts';
import type { EventBridgeEvent } from './event.ts';
import type { SourceFamily } from './registry.ts';
import type { ZoneSignal } from './signal.ts';

/** Calls that change what is shifted, and the kind of shift that they are about. */
const CALLS: Readonly<Record<string, { readonly kind: string; readonly change: 'start' | 'end' | 'news' }>> =
  {
    StartZonalShift: { kind: 'zonal-shift', change: 'start' },
    CancelZonalShift: { kind: 'zonal-shift', change: 'end' },
    UpdateZonalShift: { kind: 'zonal-shift', change: 'news' },
    StartPracticeRun: { kind: 'practice-run', change: 'start' },
    CancelPracticeRun: { kind: 'practice-run', change: 'end' },
    UpdateZonalAutoshiftConfiguration: { kind: 'autoshift', change: 'news' },
  };

const text = z.string().min(1).max(2048);
const time = z.iso.datetime({ offset: true });
const zone = z.string().regex(ZONE_ID_PATTERN);

const callSchema = z.object({
  eventName: text,
  eventSource: z.literal('arc-zonal-shift.amazonaws.com').optional(),
  eventTime: time.optional(),
  errorCode: z.string().nullish(),
  errorMessage: z.string().nullish(),
  requestParameters: z.unknown().optional(),
  responseElements: z.unknown().optional(),
});

/** What was asked for, or answered: the two share the names of ARC's API. */
const shiftSchema = z.object({
  awayFrom: zone.optional().catch(undefined),
  resourceIdentifier: text.optional().catch(undefined),
  expiresIn: z
    .string()
    .regex(/^[1-9][0-9]*[mh]$/)
    .optional()
    .catch(undefined),
});

/**
 * The calls to ARC's API as CloudTrail tells them to EventBridge (r53recovery guide, CloudTrail logging; a trail with
 * logging on is needed). A call that failed comes too, and did not happen. A cancellation names no zone unless the answer
 * does, of which no sample is published: then ARC is asked.
 */
export const cloudTrail: SourceFamily = {
  source: ARC_SOURCE,
  detailTypes: ['AWS API Call via CloudTrail'],
  read(event) {
    const call = callSchema.safeParse(event.detail);
    if (!call.success)
      return { kind: 'malformed', problem: 'detail is no CloudTrail record of ARC (eventName)' };
    const { eventName, errorCode, errorMessage } = call.data;
    const meaning = Object.hasOwn(CALLS, eventName) ? CALLS[eventName] : undefined;
    if (meaning === undefined) return { kind: 'noted', why: `${eventName} changes no shift` };
    if (errorCode || errorMessage)
      return { kind: 'noted', why: `${eventName} failed (${errorCode ?? errorMessage})` };
    const signal = meaning.change === 'news' ? undefined : signalOf(event, call.data, meaning);
    return signal === undefined
      ? { kind: 'look', why: `${eventName} does not say which zone` }
      : { kind: 'signals', signals: [signal] };
  },
};

function signalOf(
  event: EventBridgeEvent,
  call: z.infer<typeof callSchema>,
  meaning: { readonly kind: string; readonly change: 'start' | 'end' | 'news' },
): ZoneSignal | undefined {
  const asked = shiftSchema.safeParse(call.requestParameters).data;
  const answered = shiftSchema.safeParse(call.responseElements).data;
  const zoneId = asked?.awayFrom ?? answered?.awayFrom;
  const resource = asked?.resourceIdentifier ?? answered?.resourceIdentifier;
  if (zoneId === undefined || resource === undefined || meaning.change === 'news') return undefined;
  const at = call.eventTime ?? event.time;
  const until = meaning.change === 'start' ? untilOf(at, asked?.expiresIn) : undefined;
  return {
    change: meaning.change,
    zoneId,
    source: { id: `${meaning.kind}/${resource}`, kind: meaning.kind },
    at,
    ...(until === undefined ? {} : { until }),
  };
}

/** `2h` after the call. A zonal shift lasts 72 hours at the most, and what asks for more was not accepted. */
function untilOf(at: string, expiresIn: string | undefined): string | undefined {
  if (expiresIn === undefined) return undefined;
  const minutes = Number(expiresIn.slice(0, -1)) * (expiresIn.endsWith('h') ? 60 : 1);
  return minutes > 72 * 60 ? undefined : new Date(Date.parse(at) + minutes * 60_000).toISOString();
}
