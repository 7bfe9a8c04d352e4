import { createBackoff } from '../../shared/kube/backoff.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { KeyQueue } from '../../shared/kube/key-queue.ts';
import type { StoreTuning } from '../../shared/stores/store-tuning.ts';
import { bringFields, type FieldName, type KeptField } from './bring-fields.ts';
import { configurationTypes, type RegistrationWatch } from './registration-watch.ts';

/** How often what is not urgent is looked at. */
const TICK_MS = 60_000;
const BACKOFF_CAP_MS = 5_000;
const STOP_MS = 5_000;

/** Hears what becomes of the configurations. Whatever failed is tried again. */
export type RegistrationHearing = (
  kind: string,
  field: FieldName,
  outcome: 'patched' | 'failed',
  error?: unknown,
) => void;

export interface RegistrationKeeperOptions {
  readonly client: Pick<KubeClient, 'get' | 'patch'>;
  /** Both webhook configurations; the keeper listens, somebody else starts and stops it. */
  readonly registrations: RegistrationWatch;
  readonly fields: readonly KeptField[];
  readonly onWrite: RegistrationHearing;
  readonly tickMs?: number | undefined;
  readonly tuning?: StoreTuning | undefined;
}

/** Keeps in both configurations what the product writes there. */
export interface RegistrationKeeper {
  start(): void;
  stop(): Promise<void>;
  /** What is wanted of a field may have changed. */
  look(): void;
}

/**
 * Writes fields into the webhook configurations, and heals them: a re-apply or an edit that took one out is seen by the
 * watch. One write brings all fields of a configuration. What is not urgent waits for the ticker: two replicas that want
 * different things, each taking back what the other one writes, must not do so as fast as they can.
 */
export function createRegistrationKeeper(options: RegistrationKeeperOptions): RegistrationKeeper {
  const { client, registrations, fields, onWrite } = options;
  const { random, backoffBaseMs: baseMs = 100, backoffCapMs: capMs = BACKOFF_CAP_MS } = options.tuning ?? {};
  const seen = (kind: string) => registrations.current().find(({ type }) => type.kind === kind);
  /** What each field lacks in the configuration of this kind, as it was last seen. */
  const missing = (kind: string) => {
    const { type, webhooks = [] } = seen(kind) ?? {};
    if (type === undefined) return [];
    return fields.flatMap((field) =>
      webhooks.flatMap((webhook) => {
        const change = field.changeOf(webhook, type);
        return change === undefined ? [] : [{ name: field.name, urgent: change.urgent }];
      }),
    );
  };
  const queue = new KeyQueue({
    async work(kind) {
      const { type, name } = seen(kind) ?? {};
      if (type === undefined || name === undefined) return;
      // Not looked at again after a write: the state that was seen is from before it until the watch tells.
      const brought = await bringFields(client, type, name, fields);
      if (brought !== 'absent') for (const field of brought) onWrite(kind, field, 'patched');
    },
    onFailure(kind, error) {
      for (const field of new Set(missing(kind).map(({ name }) => name)))
        onWrite(kind, field, 'failed', error);
    },
    newBackoff: () => createBackoff({ baseMs, capMs, random }),
  });
  const look = (isTick: boolean) => {
    for (const { kind } of configurationTypes)
      if (missing(kind).some(({ urgent }) => urgent || isTick)) queue.trigger(kind);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      registrations.listen(() => look(false));
      timer = setInterval(() => look(true), options.tickMs ?? TICK_MS);
    },
    async stop() {
      clearInterval(timer);
      await queue.stop(STOP_MS);
    },
    look: () => look(false),
  };
}
