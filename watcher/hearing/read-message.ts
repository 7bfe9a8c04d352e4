import { type Elsewhere, sortedOut } from '../../shared/home/elsewhere.ts';
import { HOME_UNKNOWN, type Home } from '../../shared/home/home.ts';
import type { ZoneSignal } from '../../shared/record/signal.ts';
import type { EventBridgeEvent } from '../../shared/signals/event.ts';
import { readMessageBody } from '../../shared/signals/message-body.ts';
import { isRegistered, reachOf, readEvent } from '../../shared/signals/registry.ts';
import type { Reading } from '../../shared/signals/source-family.ts';
import type { QueueMessage } from './message-queue.ts';

/** A message and what it was read as. */
export interface ReadMessage {
  readonly message: QueueMessage;
  readonly outcome: Reading['kind'];
  /** `source detail-type` of a registered event; nothing else may become the value of a metric's label. */
  readonly type: string | undefined;
  readonly form: 'raw' | 'sns' | undefined;
  readonly signals: readonly ZoneSignal[];
  /** Why it changes no zone by itself, for the log. */
  readonly why: string | undefined;
  /** What of it is of elsewhere. */
  readonly elsewhere: readonly Elsewhere[];
}

/**
 * Reads one message. Pure, and it never throws: whatever can be put in a queue has an outcome.
 *
 * @param home where the cluster is: what is of elsewhere is `noted`
 */
export function readMessage(message: QueueMessage, home: Home = HOME_UNKNOWN): ReadMessage {
  const body = readMessageBody(message.body);
  const nothing = { message, type: undefined, form: undefined, signals: [], elsewhere: [] };
  if (body.kind === 'malformed') return { ...nothing, outcome: 'malformed', why: body.problem };
  if (body.kind === 'foreign') return { ...nothing, outcome: 'foreign', why: body.what };
  const { event, form } = body;
  const { reading, elsewhere } = atHome(event, readEvent(event), home);
  const known = isRegistered(event.source, event['detail-type']);
  return {
    message,
    outcome: reading.kind,
    type: known ? `${event.source} ${event['detail-type']}` : undefined,
    form,
    signals: reading.kind === 'signals' ? reading.signals : [],
    why: whyNothing(reading, `${event.source} ${event['detail-type']}`.slice(0, 200)),
    elsewhere,
  };
}

/** What is left of a reading when what is of elsewhere is sorted out of it. */
function atHome(
  event: EventBridgeEvent,
  reading: Reading,
  home: Home,
): { readonly reading: Reading; readonly elsewhere: readonly Elsewhere[] } {
  if (reading.kind !== 'signals' && reading.kind !== 'look') return { reading, elsewhere: [] };
  const signals = reading.kind === 'signals' ? reading.signals : [];
  const sorted = sortedOut(event, signals, reachOf(event.source, event['detail-type']), home);
  const { elsewhere, isElsewhere } = sorted;
  if (isElsewhere) return { reading: { kind: 'noted', why: whyElsewhere(elsewhere) }, elsewhere };
  return {
    reading: reading.kind === 'signals' ? { ...reading, signals: sorted.signals } : reading,
    elsewhere,
  };
}

function whyElsewhere(elsewhere: readonly Elsewhere[]): string {
  const named = elsewhere.slice(0, 3).map(({ kind, where }) => `${kind} ${where}`);
  return `it is not of this cluster: ${named.join(', ')}`;
}

function whyNothing(reading: Reading, type: string): string | undefined {
  if (reading.kind === 'malformed') return reading.problem;
  if (reading.kind === 'noted' || reading.kind === 'look') return reading.why;
  return reading.kind === 'foreign' ? `${type} is nothing that this version knows` : undefined;
}
