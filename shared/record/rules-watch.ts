import { RULES_NAME, RulesUnreadableError, rulesInConfigMap } from '../configuration/rules-document.ts';
import type { KubeClient } from '../kube/client.ts';
import { createListWatch, type ListWatchProblem, type ListWatchTuning } from '../kube/list-watch.ts';
import { resources } from '../kube/resource.ts';
import { DEFAULT_ZONE_RULES, type ZoneRules } from '../zones/zone-rules.ts';

export interface RulesWatch {
  start(): void;
  stop(): Promise<void>;
  /** The rules in force: the last good ones, the defaults while none were read. */
  current(): ZoneRules;
  /** Why the rules in force are not what the ConfigMap says, in words; `undefined` when they are. */
  problem(): string | undefined;
  /**
   * Resolves when the API server was asked once and `current()` is what it said. @throws KubeError `kube.aborted` when
   * the signal aborts or the watch is stopped before.
   */
  whenKnown(signal?: AbortSignal): Promise<void>;
}

/**
 * Watches the ConfigMap of the zone rules. What cannot be read changes nothing: the last good rules stay in force until
 * it is mended. A ConfigMap that is not there, or is deleted, means the defaults.
 *
 * The text is read by the handler, not by the list/watch's `parse`: what throws there never reaches a handler, and
 * neither an edit that follows a bad one nor a deletion could then be told from silence.
 */
export function createRulesWatch(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  /** What is in force, once it is known and after each change of the ConfigMap that can be read; equal ones as well. */
  onRules(rules: ZoneRules): void;
  /** `unreadable`: the document is bad, once for each such edit. All else is the list/watch's. */
  onProblem(kind: ListWatchProblem['kind'] | 'unreadable', error: unknown): void;
  readonly tuning?: ListWatchTuning;
}): RulesWatch {
  let rules = DEFAULT_ZONE_RULES;
  let problem: string | undefined;
  let isTold = false;
  const tell = () => {
    options.onRules(rules);
    isTold = true;
  };
  const watch = createListWatch({
    client: options.client,
    type: resources.configMaps,
    query: { namespace: options.namespace, fieldSelector: `metadata.name=${RULES_NAME}` },
    parse: ({ data, binaryData }) => ({ data, binaryData }),
    handlers: {
      onSet(object) {
        try {
          rules = rulesInConfigMap(object);
        } catch (error) {
          if (!(error instanceof RulesUnreadableError)) throw error;
          problem = error.message;
          options.onProblem('unreadable', error);
          return;
        }
        problem = undefined;
        tell();
      },
      onDelete() {
        rules = DEFAULT_ZONE_RULES;
        problem = undefined;
        tell();
      },
      onSync: () => (isTold ? undefined : tell()),
    },
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
    ...(options.tuning === undefined ? {} : { tuning: options.tuning }),
  });
  const where = `ConfigMap ${options.namespace}/${RULES_NAME}`;
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    current: () => rules,
    problem: () =>
      problem ?? (watch.synced ? undefined : `${where} has not been read yet; the defaults hold until it is`),
    whenKnown: (signal) => watch.whenSynced(signal),
  };
}
