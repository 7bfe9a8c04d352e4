import type { KubeClient } from '../kube/client.ts';
import type { ListWatchProblem, ListWatchTuning } from '../kube/list-watch.ts';
import { RULES_NAME, RulesUnreadableError, rulesInConfigMap } from '../settings/rules-document.ts';
import { DEFAULT_ZONE_RULES, type ZoneRules } from '../settings/zone-rules.ts';
import { createDocumentWatch, type DocumentWatch } from './document-watch.ts';

export type RulesWatch = DocumentWatch<ZoneRules>;

/** Watches the ConfigMap of the zone rules; without one the defaults hold. */
export function createRulesWatch(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  /** What is in force, once it is known and after each change of the ConfigMap that can be read; equal ones as well. */
  onRules(rules: ZoneRules): void;
  /** `unreadable`: the document is bad, once for each such edit. All else is the list/watch's. */
  onProblem(kind: ListWatchProblem['kind'] | 'unreadable', error: unknown): void;
  readonly tuning?: ListWatchTuning;
}): RulesWatch {
  return createDocumentWatch({
    client: options.client,
    namespace: options.namespace,
    name: RULES_NAME,
    defaults: DEFAULT_ZONE_RULES,
    read: rulesInConfigMap,
    isUnreadable: (error) => error instanceof RulesUnreadableError,
    onValue: (rules) => options.onRules(rules),
    onProblem: (kind, error) => options.onProblem(kind, error),
    tuning: options.tuning,
  });
}
