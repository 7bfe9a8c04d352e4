import type { ZoneRules } from '../settings/zone-rules.ts';
import { applySignals, type SignalOutcome } from './apply-signals.ts';
import { type BeliefContext, type BelievedSignal, believe } from './believe.ts';
import type { Dropped } from './record-room.ts';
import { timeText } from './record-time.ts';
import type { ZoneSignal } from './signal.ts';
import type { ZoneRecord } from './zone-record.ts';

/** What one batch of messages said. */
export interface Heard {
  readonly signals: readonly ZoneSignal[];
  /** ARC's API is to be asked: something was heard that it knows more about. */
  readonly look: boolean;
  /** When the batch was received, in milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface HearingContext extends BeliefContext {
  readonly rules: ZoneRules;
  nameOf(zoneId: string): string | undefined;
}

/** What a signal did. `ignored`: it is not ours to apply; `why` says so. */
export type Hearing = { readonly outcome: SignalOutcome | 'ignored'; readonly why?: string };

export interface Hearings {
  /** The same object as given when nothing changed. */
  readonly record: ZoneRecord;
  /** One for each signal, in their order. */
  readonly hearings: readonly Hearing[];
  /** What the record had, and had no room for any more; absent where that is nothing. */
  readonly dropped?: readonly Dropped[];
}

/**
 * Puts what was heard into the record: what is believed of it, the wish that ARC be asked, and when the message came that
 * changed what is enforced. Pure; it is one write.
 */
export function hear(record: ZoneRecord, heard: Heard, context: HearingContext): Hearings {
  const beliefs = heard.signals.map((signal) => believe(signal, context));
  const believed = beliefs.filter((belief): belief is BelievedSignal => typeof belief !== 'string');
  const applied = applySignals(record, believed, context.nameOf, context);
  const outcomes = applied.outcomes.values();
  const hearings = beliefs.map(
    (belief): Hearing =>
      typeof belief === 'string'
        ? { outcome: 'ignored', why: belief }
        : outcomeOf(outcomes.next().value ?? 'duplicate'),
  );
  const look = heard.look && context.arc ? { look: timeText(context.nowMs) } : {};
  const received =
    applied.record.generation === record.generation
      ? {}
      : {
          received: {
            generation: applied.record.generation,
            at: timeText(heard.receivedAt),
          },
        };
  const requests = { ...applied.record.requests, ...look, ...received };
  const isAsked = look.look !== undefined || received.received !== undefined;
  const { dropped } = applied;
  return {
    record: isAsked ? { ...applied.record, requests } : applied.record,
    hearings,
    ...(dropped === undefined ? {} : { dropped }),
  };
}

function outcomeOf(outcome: SignalOutcome): Hearing {
  return outcome === 'no-room' ? { outcome, why: NO_ROOM } : { outcome };
}

const NO_ROOM = 'the record has no room for it: what stands there is worth more';
