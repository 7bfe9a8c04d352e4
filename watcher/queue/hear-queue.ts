import { SQSClient } from '@aws-sdk/client-sqs';
import { untilDone } from '../../shared/kube/until-done.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { SignalOutcome } from '../../shared/record/apply-signals.ts';
import { type Heard, type Hearing, hear } from '../../shared/record/hear.ts';
import type { ZoneRules } from '../../shared/settings/zone-rules.ts';
import type { RecordStore } from '../../shared/stores/record-store.ts';
import type { WatcherMetrics } from '../metrics.ts';
import type { WatcherOptions } from '../options.ts';
import type { ZoneNames } from '../zone-names/zone-names.ts';
import { consume } from './consumer.ts';
import type { MessageFate } from './consumer-options.ts';
import { createMessageQueue } from './message-queue.ts';
import type { QueueHealth } from './queue-state.ts';
import type { ReadMessage } from './read-message.ts';

/** Names are better known before the first event is written: without them zones are enforced by ID at first. */
const NAMES_WAIT_MS = 5000;
/** Within the 60 s for which a message stays invisible: after that another replica tries. */
const APPLY_LIMIT_MS = 40_000;

export interface QueueParts {
  readonly options: WatcherOptions & { readonly queueUrl: string };
  readonly store: RecordStore;
  readonly names: ZoneNames;
  rules(): ZoneRules;
  readonly metrics: WatcherMetrics;
  readonly log: Logger;
  /** Told of how the queue does, for the status page. */
  onState(state: object): void;
  problem(part: string, error: unknown): void;
}

/**
 * Hears the queue until the signal aborts: every message into the record, and only then out of the queue. A poll that is
 * under way then may still bring messages, for `options.drainMs`.
 */
export async function hearQueue(parts: QueueParts, signal: AbortSignal): Promise<void> {
  const { options, names, metrics, log, problem } = parts;
  const cut = laterThan(signal, options.drainMs);
  await names.known(AbortSignal.any([signal, AbortSignal.timeout(NAMES_WAIT_MS)]));
  const sqs = new SQSClient({
    ...(options.awsRegion === undefined ? {} : { region: options.awsRegion }),
    ...(options.sqsEndpoint === undefined ? {} : { endpoint: options.sqsEndpoint }),
  });
  const queue = createMessageQueue(sqs, options.queueUrl, options.visibilitySeconds);
  await consume(
    {
      queue,
      visibilityMs: options.visibilitySeconds * 1000,
      apply: (heard) => applyHeard(parts, heard, cut),
      onState(health) {
        if (health.lastReceiveMs !== undefined) metrics.lastReceive.set(health.lastReceiveMs / 1000);
        parts.onState(showHealth(health));
      },
      onMessage: (read, fate) => reportMessage(metrics, log, read, fate),
      onProblem: (where, error) => problem(`queue-${where}`, error),
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
  const { options, store, names, metrics, log, problem } = parts;
  let hearings: readonly Hearing[] = [];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(APPLY_LIMIT_MS)]);
  const starting = heard.signals.filter(({ change }) => change === 'start').map(({ zoneId }) => zoneId);
  await names.lookUp(starting, limit);
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
      return heardNow.record;
    }, limit);
  await untilDone(change, { signal: limit, onFailure: (error) => problem('record', error) });
  for (const [index, { outcome, why }] of hearings.entries()) {
    metrics.signals.inc({ outcome });
    if (why !== undefined)
      log.info({ event: 'ignored', signal: heard.signals[index], why }, 'not ours to apply');
  }
  return hearings.map(({ outcome }) => (outcome === 'ignored' ? 'superseded' : outcome));
}

/** Whatever came, one line: a message that does nothing must be as visible as one that shifts a zone. */
function reportMessage(metrics: WatcherMetrics, log: Logger, read: ReadMessage, fate: MessageFate): void {
  metrics.messages.inc({ outcome: read.outcome, fate });
  if (read.type !== undefined) metrics.events.inc({ type: read.type });
  const { message, outcome, type, form, signals, why } = read;
  const line = { event: 'message', messageId: message.id, outcome, fate, type, form, signals, why };
  if (outcome === 'malformed')
    log.warn({ ...line, body: message.body.slice(0, 2048) }, 'a message that cannot be read');
  else log.info(line, 'a message was handled');
}
