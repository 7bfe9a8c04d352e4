import type { KubeClient } from '../kube/client.ts';
import type { ListWatchProblem, ListWatchTuning } from '../kube/list-watch.ts';
import { DEFAULT_POLICY, type Policy } from '../policy/core/policy.ts';
import { POLICY_NAME, PolicyUnreadableError, policyInConfigMap } from '../policy/document/policy-document.ts';
import { createDocumentWatch, type DocumentWatch } from './document-watch.ts';

export type PolicyWatch = DocumentWatch<Policy>;

/** Watches the ConfigMap of the policy; without one the default policy holds. */
export function createPolicyWatch(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  /** What is in force, once it is known and after each change of the ConfigMap that can be read; equal ones as well. */
  onPolicy(policy: Policy): void;
  /** `unreadable`: the document is bad, once for each such edit. All else is the list/watch's. */
  onProblem(kind: ListWatchProblem['kind'] | 'unreadable', error: unknown): void;
  readonly tuning?: ListWatchTuning;
}): PolicyWatch {
  return createDocumentWatch({
    client: options.client,
    namespace: options.namespace,
    name: POLICY_NAME,
    defaults: DEFAULT_POLICY,
    read: (object) => policyInConfigMap(object),
    isUnreadable: (error) => error instanceof PolicyUnreadableError,
    onValue: (policy) => options.onPolicy(policy),
    onProblem: (kind, error) => options.onProblem(kind, error),
    tuning: options.tuning,
  });
}
