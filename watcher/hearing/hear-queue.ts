import { SQSClient } from '@aws-sdk/client-sqs';
import type { Tell } from '../../shared/facts/facts.ts';
import { untilDone } from '../../shared/kube/until-done.ts';
import type { SignalOutcome } from '../../shared/record/apply-signals.ts';
import { type Heard, type Hearing, hear } from '../../shared/record/hear.ts';
import type { Dropped } from '../../shared/record/record-room.ts';
import type { Listening } from '../../shared/record/shifts-without-event.ts';
import type { ZoneRules } from '../../shared/settings/zone-rules.ts';
import type { RecordStore } from '../../shared/stores/record-store.ts';
import type { ClusterHome } from '../home/cluster-home.ts';
import type { ZoneNames } from '../zone-names/zone-names.ts';
import { consume } from './consumer.ts';
import type { MessageFate } from './consumer-options.ts';
import type { ElsewhereTally } from './elsewhere-tally.ts';
import { createMessageQueue } from './message-queue.ts';
import type { QueueHealth } from './queue-state.ts';
import { QueueError } from './queue-trouble.ts';
import type { ReadMessage } from './read-message.ts';

/** Names are better known before the first event is written: without them zones are enforced by ID at first. */
const NAMES_WAIT_MS = 5000;
/** Within the 60 s for which a message stays invisible: after that another replica tries. */
const APPLY_LIMIT_MS = 40_000;

/** Shifts begin in one zone, seldom in two; made-up zones must not hold up a batch for long. */
const MOST_LOOK_UPS = 3;
/** An event of ARC's has one; so many of a message stand in its line, and so many of a batch have a line of their own. */
const MOST_TOLD_SIGNALS = 10;

/** Which queue, how to get there, and whose events are ours. */
export interface QueueOptions {
  readonly queueUrl: string;
  readonly queueRegion?: string | undefined;
  readonly sqsEndpoint?: string | undefined;
  readonly visibilitySeconds: number;
  /** How long a poll that is under way at the end may still bring messages. */
  readonly drainMs: number;
  /** Whether ARC's API is asked, whose word events then wait for. */
  readonly arc: boolean;
  readonly clusterArn?: string | undefined;
}

export interface QueueParts {
  readonly options: QueueOptions;
  readonly store: RecordStore;
  readonly names: ZoneNames;
  readonly home: ClusterHome;
  readonly elsewhere: ElsewhereTally;
  rules(): ZoneRules;
  readonly tell: Tell;
  /** Told of how the queue does, for the status page. */
  onState(state: object, listening: Listening | undefined): void;
}

/**
 * Hears the queue until the signal aborts: every message into the record, and only then out of the queue. A poll that is
 * under way then may still bring messages, for `options.drainMs`.
 */
export async function hearQueue(parts: QueueParts, signal: AbortSignal): Promise<void> {
  const { options, home, elsewhere, tell } = parts;
  const cut = laterThan(signal, options.drainMs);
  // Both wait for the EC2NodeClasses, whose names belong to the zones.
  await home.known(AbortSignal.any([signal, AbortSignal.timeout(NAMES_WAIT_MS)]));
  const sqs = new SQSClient({
    ...(options.queueRegion === undefined ? {} : { region: options.queueRegion }),
    ...(options.sqsEndpoint === undefined ? {} : { endpoint: options.sqsEndpoint }),
  });
  const queue = createMessageQueue(sqs, options.queueUrl, options.visibilitySeconds);
  await consume(
    {
      queue,
      visibilityMs: options.visibilitySeconds * 1000,
      home: home.current,
      apply: (heard) => applyHeard(parts, heard, cut),
      onState(health) {
        if (health.lastReceiveMs !== undefined) tell('queue-answered', { atMs: health.lastReceiveMs });
        parts.onState(showHealth(health), health.listening);
      },
      onMessage(read, fate) {
        tellMessage(tell, read, fate);
        // What comes again is counted when it is done with.
        if (fate === 'deleted') elsewhere.heard(read.elsewhere);
      },
      onProblem(where, error) {
        tell('failure', { part: `queue-${where}`, error });
        if (error instanceof QueueError) tell('queue-error', { step: where, code: error.code });
      },
    },
    signal,
    cut,
  );
  sqs.destroy();
}

/** Aborts so many milliseconds after the signal does; keeps no process alive. */
function laterThan(signal: AbortSignal, ms: number): AbortSignal {
  if (ms === 0) return signal;
  const later = new AbortController();
  const start = () => setTimeout(() => later.abort(signal.reason), ms).unref();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return later.signal;
}

/** As the status page shows it: times for people. */
function showHealth({ lastReceiveMs, troubles }: QueueHealth): object {
  return {
    lastReceive: lastReceiveMs === undefined ? null : new Date(lastReceiveMs).toISOString(),
    troubles: troubles.map(({ atMs, ...rest }) => ({ ...rest, at: new Date(atMs).toISOString() })),
  };
}

/** One guarded write for what a batch said; it is tried again for as long as no other replica sees the messages. */
async function applyHeard(parts: QueueParts, heard: Heard, signal: AbortSignal): Promise<SignalOutcome[]> {
  const { options, store, names, tell } = parts;
  let hearings: readonly Hearing[] = [];
  let dropped: readonly Dropped[] = [];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(APPLY_LIMIT_MS)]);
  const starting = heard.signals.filter(({ change }) => change === 'start').map(({ zoneId }) => zoneId);
  // Each is a list of Nodes. What is not named now is named a second later.
  await names.lookUp([...new Set(starting)].slice(0, MOST_LOOK_UPS), limit);
  const change = () =>
    store.update((stored) => {
      const heardNow = hear(stored, heard, {
        rules: parts.rules(),
        arc: options.arc,
        resourceArn: options.clusterArn,
        nowMs: Date.now(),
        nameOf: names.nameOf,
      });
      hearings = heardNow.hearings;
      dropped = heardNow.dropped ?? [];
      return heardNow.record;
    }, limit);
  await untilDone(change, {
    signal: limit,
    onFailure: (error) => tell('failure', { part: 'record', error }),
  });
  for (const one of dropped) tell('record-dropped', one);
  tellHearings(tell, heard, hearings);
  return hearings.map(({ outcome }) => (outcome === 'ignored' ? 'superseded' : outcome));
}

/** Each one counts; the first of a batch say why they did nothing, and no message fills a log. */
function tellHearings(tell: Tell, heard: Heard, hearings: readonly Hearing[]): void {
  let left = MOST_TOLD_SIGNALS;
  for (const [index, { outcome, why }] of hearings.entries()) {
    if (why !== undefined) left -= 1;
    tell('signal', { outcome, why: left >= 0 ? why : undefined, signal: heard.signals[index] });
  }
}

function tellMessage(tell: Tell, read: ReadMessage, fate: MessageFate): void {
  const { message, outcome, type, form, signals, why } = read;
  const body = outcome === 'malformed' ? message.body.slice(0, 2048) : undefined;
  const shown = signals.slice(0, MOST_TOLD_SIGNALS);
  const left = signals.length - shown.length;
  const more = left === 0 ? {} : { moreSignals: left };
  tell('message', { messageId: message.id, outcome, fate, type, form, signals: shown, ...more, why, body });
}
