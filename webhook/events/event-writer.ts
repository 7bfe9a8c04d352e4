import type { KubeClient } from '../../shared/kube/client.ts';
import { eventObject } from '../../shared/kube/event-object.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { NodePoolEvent } from '../admission/nodepool-event.ts';

/** What became of an Event. `repeated`: the same was told a moment ago. `dropped`: there were too many. */
export type EventResult = 'written' | 'repeated' | 'dropped' | 'failed';

export interface EventWriterTuning {
  /** How long the same is not told again. Default 10 minutes. */
  readonly quietMs?: number;
  /** How many different Events are remembered, and so how many are written in that time. Default 500. */
  readonly mostTold?: number;
  /** How many may wait. Default 500. */
  readonly mostWaiting?: number;
  /** Writing begins when nothing was told for so long. Default 100 ms. */
  readonly restMs?: number;
  /** It begins after so long in any case. Default 5 s: by then 500 NodePools have followed a shift. */
  readonly longestRestMs?: number;
  /** So long the end waits for what is not written yet. Default 2 s. */
  readonly stopMs?: number;
}

/** Events are for people who look; a write that hangs must not hold up the next one for long. */
const TIMEOUT_MS = 5_000;
const COMPONENT = 'zonewarden-webhook';
/** Where Events of objects without a namespace are kept (k8s.io/client-go tools/record/event.go, makeEvent). */
const NAMESPACE = 'default';

/**
 * Writes Events about NodePools and NodeClaims, one after the other, beside the answers: admission never waits for them
 * and never fails because of them. What cannot be written is counted and forgotten; decisions are in the audit log.
 *
 * It waits until writes are over for a moment: the API server stores an Event just when it is to store the NodePool that the
 * Event tells of, and at the beginning of a shift every NodePool has one, when there is no time to lose.
 */
export function createEventWriter(options: {
  readonly client: Pick<KubeClient, 'create'>;
  readonly now: () => number;
  onResult(event: NodePoolEvent, result: EventResult, error?: unknown): void;
  readonly tuning?: EventWriterTuning;
}) {
  const { client, now, onResult } = options;
  const { quietMs = 600_000, mostTold = 500, mostWaiting = 500 } = options.tuning ?? {};
  const { restMs = 100, longestRestMs = 5000, stopMs = 2000 } = options.tuning ?? {};
  const stopping = new AbortController();
  let isStopping = false;
  const told = new Map<string, number>();
  const waiting: Waiting[] = [];
  let resting: { readonly untilMs: number; readonly timer: NodeJS.Timeout } | undefined;
  let writing: Promise<void> | undefined;

  const resultFor = (event: NodePoolEvent): 'repeated' | 'dropped' | undefined => {
    forgetBefore(told, now() - quietMs);
    const key = keyOf(event);
    if (told.has(key)) return 'repeated';
    if (isStopping || waiting.length >= mostWaiting || told.size >= mostTold) return 'dropped';
    told.set(key, now());
    return undefined;
  };
  const writeAll = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { event, at } = next;
      try {
        await client.create(resources.events, eventAbout(event, at), {
          signal: stopping.signal,
          timeoutMs: TIMEOUT_MS,
        });
        onResult(event, 'written');
      } catch (error) {
        onResult(event, 'failed', error);
      }
    }
    writing = undefined;
  };
  /** Begins to rest, or rests a little longer. */
  const rest = (): void => {
    const nowMs = performance.now();
    const untilMs = resting?.untilMs ?? nowMs + longestRestMs;
    clearTimeout(resting?.timer);
    const begin = (): void => {
      resting = undefined;
      writing ??= writeAll();
    };
    resting = { untilMs, timer: setTimeout(begin, Math.min(restMs, untilMs - nowMs)).unref() };
  };
  return {
    /** Takes Events to be written later. Neither waits nor throws. */
    tell(events: readonly NodePoolEvent[]): void {
      for (const event of events) {
        const result = resultFor(event);
        if (result === undefined) waiting.push({ event, at: new Date(now()) });
        else onResult(event, result);
      }
      if (waiting.length > 0 && writing === undefined) rest();
    },
    /** Takes no more, and writes what waits, for two seconds at the most; resolves when nothing is under way. */
    async stop() {
      clearTimeout(resting?.timer);
      isStopping = true;
      if (waiting.length > 0) writing ??= writeAll();
      const limit = setTimeout(() => {
        for (const { event } of waiting.splice(0)) onResult(event, 'dropped');
        stopping.abort(new Error('the webhook stops'));
      }, stopMs);
      await writing;
      clearTimeout(limit);
    },
  };
}

/** An Event, and when what it tells of happened. */
interface Waiting {
  readonly event: NodePoolEvent;
  readonly at: Date;
}

/** The oldest come first. */
function forgetBefore(told: Map<string, number>, oldestMs: number): void {
  for (const [key, atMs] of told) {
    if (atMs > oldestMs) return;
    told.delete(key);
  }
}

function keyOf({ about, reason, message }: NodePoolEvent): string {
  return JSON.stringify([about.kind, about.name, about.uid, reason, message]);
}

function eventAbout({ type, reason, message, about }: NodePoolEvent, at: Date): KubeObject {
  const involvedObject = { apiVersion: 'karpenter.sh/v1', ...about };
  const content = { type, reason, message, involvedObject, component: COMPONENT };
  return eventObject({ namespace: NAMESPACE, prefix: 'zonewarden' }, content, at);
}
