import { z } from 'zod';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import {
  createListWatch,
  type ListWatch,
  type ListWatchProblem,
  type ListWatchTuning,
} from '../../shared/kube/list-watch.ts';
import { type ResourceType, resources } from '../../shared/kube/resource.ts';

/** The name of both webhook configurations in a default installation. */
export const DEFAULT_CONFIGURATION_NAME = 'zonewarden';

/** A bundle that was emptied during an outage of the API server stops writes: it is to be seen soon after. */
const BACKOFF_CAP_MS = 5_000;

/** The two kinds of configuration through which the API server calls a webhook. */
export const configurationTypes: readonly ResourceType[] = [
  resources.mutatingWebhookConfigurations,
  resources.validatingWebhookConfigurations,
];

/** One webhook of a configuration, as far as the product looks at it. */
export interface RegisteredWebhook {
  readonly name: string;
  /** What the API server does when it cannot reach us. */
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** PEM in base64; empty when there is none. */
  readonly caBundle: string;
}

/** One webhook configuration as it was last seen. */
export interface Registration {
  readonly type: ResourceType;
  readonly name: string;
  /** Its webhooks in order; `undefined` when the configuration does not exist: the API server calls us for nothing. */
  readonly webhooks: readonly RegisteredWebhook[] | undefined;
}

/** Hears every state. It must not throw: what it throws is reported and the state is not told again. */
export type RegistrationListener = (registration: Registration) => void;

/** Both webhook configurations, followed from `start` to `stop`. */
export interface RegistrationWatch {
  start(): void;
  stop(): Promise<void>;
  /** The last states seen, at most one for each kind; a kind is missing while nothing was heard of it yet. */
  current(): readonly Registration[];
  /**
   * Tells `listener` each state seen from now on, and at once those that are known. Every state is told, also one that
   * equals the last: a write that left what we look at as it was.
   */
  listen(listener: RegistrationListener): void;
}

const configurationSchema = z.looseObject({
  webhooks: z
    .array(
      z.looseObject({
        name: z.string(),
        failurePolicy: z.enum(['Fail', 'Ignore']).default('Fail'),
        clientConfig: z.looseObject({ caBundle: z.string().nullish() }),
      }),
    )
    .nullish(),
});

/**
 * Watches both webhook configurations by name. The one watch of them for all who want to know: certificates see that
 * a re-apply took their CA out, the audit sees that somebody broke the glass. Needs `list` and `watch` on that name.
 */
export function createRegistrationWatch(options: {
  readonly client: KubeClient;
  /** Name of both configurations. */
  readonly name: string;
  onProblem(kind: ListWatchProblem['kind'], error: unknown): void;
  readonly tuning?: ListWatchTuning;
}): RegistrationWatch {
  const known = new Map<string, Registration>();
  const listeners: RegistrationListener[] = [];
  const tell = (listener: RegistrationListener, registration: Registration) => {
    try {
      listener(registration);
    } catch (error) {
      options.onProblem('handler', new Error(`a listener failed: ${messageOf(error)}`, { cause: error }));
    }
  };
  const take = (registration: Registration) => {
    known.set(registration.type.kind, registration);
    for (const listener of listeners) tell(listener, registration);
  };
  const watches = configurationTypes.map((type) => watchOne(type, options, known, take));
  return {
    start() {
      for (const watch of watches) watch.start();
    },
    async stop() {
      await Promise.all(watches.map((watch) => watch.stop()));
    },
    current: () => [...known.values()],
    listen(listener) {
      listeners.push(listener);
      for (const registration of known.values()) tell(listener, registration);
    },
  };
}

function watchOne(
  type: ResourceType,
  options: Parameters<typeof createRegistrationWatch>[0],
  known: ReadonlyMap<string, Registration>,
  take: (registration: Registration) => void,
): ListWatch<Registration> {
  const { client, name, tuning } = options;
  const absent = () => take({ type, name, webhooks: undefined });
  return createListWatch({
    client,
    type,
    query: { fieldSelector: `metadata.name=${name}` },
    parse: (object): Registration => ({
      type,
      name,
      webhooks: (configurationSchema.parse(object).webhooks ?? []).map((webhook) => ({
        name: webhook.name,
        failurePolicy: webhook.failurePolicy,
        caBundle: webhook.clientConfig.caBundle ?? '',
      })),
    }),
    handlers: {
      onSet: take,
      onDelete: absent,
      // An object that never was is not told by events: only a list that does not hold it says so.
      onSync: () => (known.has(type.kind) ? undefined : absent()),
    },
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
    tuning: { backoffCapMs: BACKOFF_CAP_MS, ...tuning },
  });
}
