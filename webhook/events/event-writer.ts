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
  /** How many may wait. Default 100. */
  readonly mostWaiting?: number;
}

/** Events are for people who look; a write that hangs must not hold up the next one for long. */
const TIMEOUT_MS = 5_000;
const COMPONENT = 'zonewarden-webhook';
/** Where Events of objects without a namespace are kept (k8s.io/client-go tools/record/event.go, makeEvent). */
const NAMESPACE = 'default';

/**
 * Writes Events about NodePools and NodeClaims, one after the other, beside the answers: admission never waits for them
 * and never fails because of them. What cannot be written is counted and forgotten; decisions are in the audit log.
 */
export function createEventWriter(options: {
  readonly client: Pick<KubeClient, 'create'>;
  readonly now: () => number;
  onResult(event: NodePoolEvent, result: EventResult, error?: unknown): void;
  readonly tuning?: EventWriterTuning;
}) {
  const { client, now, onResult } = options;
  const { quietMs = 600_000, mostTold = 500, mostWaiting = 100 } = options.tuning ?? {};
  const stopping = new AbortController();
  const told = new Map<string, number>();
  const waiting: NodePoolEvent[] = [];
  let writing: Promise<void> | undefined;

  const resultFor = (event: NodePoolEvent): 'repeated' | 'dropped' | undefined => {
    forgetBefore(told, now() - quietMs);
    const key = keyOf(event);
    if (told.has(key)) return 'repeated';
    if (stopping.signal.aborted || waiting.length >= mostWaiting || told.size >= mostTold) return 'dropped';
    told.set(key, now());
    return undefined;
  };
  const writeAll = async (): Promise<void> => {
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      try {
        await client.create(resources.events, eventAbout(event, new Date(now())), {
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
  return {
    /** Takes Events to be written later. Neither waits nor throws. */
    tell(events: readonly NodePoolEvent[]): void {
      for (const event of events) {
        const result = resultFor(event);
        if (result === undefined) waiting.push(event);
        else onResult(event, result);
      }
      if (waiting.length > 0) writing ??= writeAll();
    },
    /** Writes no more; resolves when nothing is under way. */
    async stop() {
      for (const event of waiting.splice(0)) onResult(event, 'dropped');
      stopping.abort(new Error('the webhook stops'));
      await writing;
    },
  };
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
