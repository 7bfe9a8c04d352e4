import type { ZoneSignal } from '../../shared/record/signal.ts';
import { readMessageBody } from '../../shared/signals/message-body.ts';
import { isRegistered, readEvent } from '../../shared/signals/registry.ts';
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
}

/** Reads one message. Pure, and it never throws: whatever can be put in a queue has an outcome. */
export function readMessage(message: QueueMessage): ReadMessage {
  const body = readMessageBody(message.body);
  const nothing = { message, type: undefined, form: undefined, signals: [] };
  if (body.kind === 'malformed') return { ...nothing, outcome: 'malformed', why: body.problem };
  if (body.kind === 'foreign') return { ...nothing, outcome: 'foreign', why: body.what };
  const { event, form } = body;
  const reading = readEvent(event);
  const known = isRegistered(event.source, event['detail-type']);
  return {
    message,
    outcome: reading.kind,
    type: known ? `${event.source} ${event['detail-type']}` : undefined,
    form,
    signals: reading.kind === 'signals' ? reading.signals : [],
    why: whyNothing(reading, `${event.source} ${event['detail-type']}`.slice(0, 200)),
  };
}

function whyNothing(reading: Reading, type: string): string | undefined {
  if (reading.kind === 'malformed') return reading.problem;
  if (reading.kind === 'noted' || reading.kind === 'look') return reading.why;
  return reading.kind === 'foreign' ? `${type} is nothing that this version knows` : undefined;
}
