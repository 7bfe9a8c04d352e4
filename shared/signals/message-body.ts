import { z } from 'zod';
import { describeIssues } from '../errors/schema-issues.ts';
import { messageOf } from '../errors/zonewarden-error.ts';
import { boundsProblem } from '../json/json-bounds.ts';
import { type EventBridgeEvent, eventSchema } from './event.ts';

/** What the body of a queue message turned out to be. */
export type MessageBody =
  | { readonly kind: 'event'; readonly event: EventBridgeEvent; readonly form: 'raw' | 'sns' }
  /** Well-formed, and not an event: SNS's own confirmations, somebody's test message. */
  | { readonly kind: 'foreign'; readonly what: string }
  | { readonly kind: 'malformed'; readonly problem: string };

/** SNS wraps what it delivers unless RawMessageDelivery is on (docs.aws.amazon.com/sns, message and JSON formats). */
const snsSchema = z.object({ Type: z.string(), Message: z.string(), TopicArn: z.string() });

/** Reads the raw EventBridge form and the SNS envelope. Never throws. */
export function readMessageBody(text: string): MessageBody {
  const json = parseJson(text);
  if (!json.ok) return { kind: 'malformed', problem: json.problem };
  const envelope = snsSchema.safeParse(json.value);
  if (!envelope.success) return readEventBody(json.value, 'raw');
  if (envelope.data.Type !== 'Notification')
    return { kind: 'foreign', what: `SNS ${envelope.data.Type.slice(0, 100)}` };
  const inner = parseJson(envelope.data.Message);
  if (!inner.ok) return { kind: 'malformed', problem: `the SNS message in it: ${inner.problem}` };
  return readEventBody(inner.value, 'sns');
}

function readEventBody(value: unknown, form: 'raw' | 'sns'): MessageBody {
  const event = eventSchema.safeParse(value);
  if (event.success) return { kind: 'event', event: event.data, form };
  return { kind: 'malformed', problem: `not an EventBridge event: ${describeIssues(event.error)}` };
}

function parseJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    // A schema reports each value that is wrong: a message of 1 MiB, the most that SQS takes, would cost 0.5 GB.
    const problem = boundsProblem(value);
    return problem === undefined ? { ok: true, value } : { ok: false, problem };
  } catch (error) {
    return { ok: false, problem: `not JSON (${messageOf(error)})` };
  }
}
