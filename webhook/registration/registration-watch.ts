import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import { type ResourceType, resources } from '../../shared/kube/resource.ts';
import { untilHolds } from '../../shared/stores/listenable.ts';
import { oneObject } from '../../shared/stores/one-object.ts';
import { createStore } from '../../shared/stores/store.ts';
import type { StoreProblem } from '../../shared/stores/store-problem.ts';
import type { StoreTuning } from '../../shared/stores/store-tuning.ts';
import { type RegisteredWebhook, readWebhooks } from './registered-webhook.ts';

/** The name of both webhook configurations in a default installation. */
export const DEFAULT_CONFIGURATION_NAME = 'zonewarden';

/** A bundle that was emptied during an outage of the API server stops writes: it is to be seen soon after. */
const BACKOFF_CAP_MS = 5_000;

/** The two kinds of configuration through which the API server calls a webhook. */
export const configurationTypes: readonly ResourceType[] = [
  resources.mutatingWebhookConfigurations,
  resources.validatingWebhookConfigurations,
];

/** One webhook configuration as it was last seen. */
export interface Registration {
  readonly type: ResourceType;
  readonly name: string;
  /** Its webhooks in order; `undefined` when the configuration does not exist: the API server calls us for nothing. */
  readonly webhooks: readonly RegisteredWebhook[] | undefined;
}

/** Both webhook configurations, followed from `start` to `stop`. */
export interface RegistrationWatch {
  start(): void;
  stop(): Promise<void>;
  /** The last states seen, at most one for each kind; a kind is missing while nothing was heard of it yet. */
  current(): readonly Registration[];
  /**
   * Tells `listener` each state seen from now on, and at once those that are known. Every state is told, also one that
   * equals the last: a write that left what we look at as it was, or a whole list, before which a write may have been
   * missed. Whoever has acted on the last state by what the API server held in between has to look again.
   * It must not throw: what it throws is reported, and the state is not told again.
   */
  listen(listener: (registration: Registration) => void): void;
  /**
   * Asks the API server how the configurations are, and resolves when the watch has told all that came before. An API
   * server uses what it stored at once, while a busy or broken watch brings it here later.
   * @throws KubeError when the API server does not answer, `kube.aborted` when the signal aborts first
   */
  catchUp(signal: AbortSignal): Promise<void>;
}

/**
 * Watches both webhook configurations by name. The one watch of them for all who want to know: certificates see that
 * a re-apply took their CA out, the audit sees that somebody broke the glass. Needs `list` and `watch` on that name.
 */
export function createRegistrationWatch(options: {
  readonly client: KubeClient;
  /** Name of both configurations. */
  readonly name: string;
  onProblem(kind: StoreProblem['kind'], error: unknown): void;
  readonly tuning?: StoreTuning;
}): RegistrationWatch {
  const watches = configurationTypes.map((type) => watchOne(type, options));
  return {
    start() {
      for (const { store } of watches) store.start();
    },
    async stop() {
      await Promise.all(watches.map(({ store }) => store.stop()));
    },
    async catchUp(signal) {
      await Promise.all(watches.map(({ catchUp }) => catchUp(signal)));
    },
    current: () => watches.flatMap(({ state }) => state() ?? []),
    listen(listener) {
      for (const { store, state } of watches) {
        const tell = () => {
          const registration = state();
          if (registration !== undefined) listener(registration);
        };
        store.listen(tell);
        tell();
      }
    },
  };
}

function watchOne(type: ResourceType, options: Parameters<typeof createRegistrationWatch>[0]) {
  const { client, name, tuning } = options;
  const store = createStore({
    client,
    kind: oneObject(type, { name }, (object) => ({ webhooks: readWebhooks(object) })),
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
    tuning: { backoffCapMs: BACKOFF_CAP_MS, ...tuning },
  });
  /** An object that never was is not told by events: only a whole list that does not hold it says so. */
  const state = (): Registration | undefined =>
    store.known ? { type, name, webhooks: store.get(name)?.webhooks } : undefined;
  const catchUp = async (signal: AbortSignal) => {
    const version = await versionOf(client, type, name, signal);
    // A watch tells each version, or a list a later one: then it is not seen here, and the signal ends the wait.
    await untilHolds(store, () => store.known && store.get(name)?.version === version, signal);
  };
  return { store, state, catchUp };
}

/** The version that is stored; `undefined` where there is no such configuration. */
async function versionOf(client: KubeClient, type: ResourceType, name: string, signal: AbortSignal) {
  try {
    return (await client.get(type, { name }, { signal })).metadata.resourceVersion;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
