import type { PolicyRules } from '../../shared/fallback/fallback-program.ts';
import {
  generationOfPolicy,
  holdsRules,
  type PolicyView,
  toPolicyView,
} from '../../shared/fallback/fallback-view.ts';
import { sameJson } from '../../shared/json/same-json.ts';
import { createBackoff } from '../../shared/kube/backoff.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isConflict, isNotFound } from '../../shared/kube/errors.ts';
import { createListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';
import { createTriggeredRounds, type TriggeredRounds } from '../rounds/triggered-rounds.ts';
import { codeOf, TroublesTold } from './troubles-told.ts';

/** Name of the ValidatingAdmissionPolicy, and of its binding. */
export const POLICY_NAME = 'zonewarden';
export const POLICY_FIELD_MANAGER = 'zonewarden-watcher';

/** A look now and then: some zone may be about to expire. */
const TICK_MS = 1000;
/** Somebody who keeps writing something else is not answered more often. What is new is written at once. */
const REPAIR_MS = 1000;
const WRITE_TIMEOUT_MS = 5000;

/** `absent`: nobody has applied it. `unreadable`: it cannot be listed (no right to, or an API server before 1.30). */
export type PolicyPresence = 'present' | 'absent' | 'unreadable';

export interface PolicyState {
  readonly presence: PolicyPresence;
  /** The generation that it was written for; `undefined` while it has no rules of ours. */
  readonly generation: number | undefined;
}

/** `conflict`: somebody else wrote meanwhile, and it is looked at again. `gone`: it was deleted meanwhile. */
export type PolicyWrite = 'written' | 'conflict' | 'gone' | 'failed';

export interface PolicyWriterOptions {
  readonly client: KubeClient;
  /** What the policy should say; `undefined` while that is not known, and nothing is written then. */
  wanted(): { readonly generation: number; readonly rules: PolicyRules } | undefined;
  onWrite(result: PolicyWrite, generation: number, error?: unknown): void;
  /** Told when it is different from what was told last. */
  onState(state: PolicyState): void;
  /** Told once of each kind of trouble until it is over. */
  onProblem(kind: 'list' | 'watch' | 'write', error: unknown): void;
}

/**
 * Keeps the rules in the ValidatingAdmissionPolicy what they should be, for one term of the leader: when the record
 * changes, when somebody else writes them, when the policy is made anew. Without the policy everything else goes on.
 */
export function createPolicyWriter(options: PolicyWriterOptions): TriggeredRounds {
  const writer = new PolicyWriter(options);
  const rounds = createTriggeredRounds(
    () => {
      const backoff = createBackoff({ baseMs: 100, capMs: 10_000 });
      return async (signal) => {
        const failed = await writer.round(signal);
        if (!failed) backoff.reset();
        return () => (failed ? backoff.next(50) : TICK_MS);
      };
    },
    (error) => writer.failed(error),
  );
  const watch = createListWatch({
    client: options.client,
    type: resources.validatingAdmissionPolicies,
    query: { fieldSelector: `metadata.name=${POLICY_NAME}` },
    parse: toPolicyView,
    handlers: {
      onSet(policy) {
        writer.see(policy);
        rounds.trigger();
      },
      onDelete: () => writer.see(undefined),
      onSync() {
        writer.synced();
        rounds.trigger();
      },
    },
    onProblem: (problem) => writer.cannotList(problem),
  });
  return {
    trigger: () => rounds.trigger(),
    async run(signal) {
      watch.start();
      await rounds.run(signal);
      await watch.stop();
    },
  };
}

class PolicyWriter {
  readonly #options: PolicyWriterOptions;
  #policy: PolicyView | undefined;
  #isSynced = false;
  #told: PolicyState | undefined;
  #last: { readonly rules: PolicyRules; readonly atMs: number } | undefined;
  readonly #troubles = new TroublesTold<'list' | 'watch' | 'write'>();

  constructor(options: PolicyWriterOptions) {
    this.#options = options;
  }

  see(policy: PolicyView | undefined): void {
    this.#policy = policy;
    if (policy !== undefined || this.#isSynced) this.#tell(policy === undefined ? 'absent' : 'present');
  }

  synced(): void {
    this.#isSynced = true;
    this.#troubles.over();
    this.see(this.#policy);
  }

  cannotList({ kind, error }: ListWatchProblem): void {
    if (kind === 'closed' || kind === 'inactive' || kind === 'gone') return;
    if (kind === 'list' && hasNoAccess(error)) {
      this.#isSynced = false;
      this.#policy = undefined;
      this.#tell('unreadable');
    }
    this.#report(kind === 'list' ? 'list' : 'watch', error);
  }

  /** Writes if that is needed; whether it was, and has failed. */
  async round(signal: AbortSignal): Promise<boolean> {
    const wanted = this.#options.wanted();
    const policy = this.#policy;
    if (wanted === undefined || policy === undefined || holdsRules(policy, wanted.rules)) return false;
    if (this.#wroteLately(wanted.rules)) return false;
    const result = await this.#write(policy, wanted, signal);
    return result === 'failed' || result === 'conflict';
  }

  #wroteLately(rules: PolicyRules): boolean {
    const last = this.#last;
    return last !== undefined && performance.now() - last.atMs < REPAIR_MS && sameJson(last.rules, rules);
  }

  async #write(
    policy: PolicyView,
    { generation, rules }: { readonly generation: number; readonly rules: PolicyRules },
    signal: AbortSignal,
  ): Promise<PolicyWrite> {
    const { onWrite } = this.#options;
    try {
      const after = await this.#options.client.patch(
        resources.validatingAdmissionPolicies,
        { name: POLICY_NAME },
        // With the resourceVersion as a guard: what somebody wrote since is looked at first.
        { kind: 'merge', body: { metadata: { resourceVersion: policy.resourceVersion }, spec: rules } },
        { fieldManager: POLICY_FIELD_MANAGER, timeoutMs: WRITE_TIMEOUT_MS, signal },
      );
      this.#troubles.over('write');
      this.#last = { rules, atMs: performance.now() };
      onWrite('written', generation);
      // The watch may already have told of something newer, which the next event would not repeat.
      if (this.#policy === policy) this.see(toPolicyView(after));
      return 'written';
    } catch (error) {
      if (signal.aborted) return 'failed';
      const result = isConflict(error) ? 'conflict' : isNotFound(error) ? 'gone' : 'failed';
      onWrite(result, generation, error);
      if (result === 'failed') this.#report('write', error);
      return result;
    }
  }

  /** A round has thrown; there will be another. */
  failed(error: unknown): void {
    this.#report('write', error);
  }

  #tell(presence: PolicyPresence): void {
    const generation = this.#policy === undefined ? undefined : generationOfPolicy(this.#policy);
    const told = this.#told;
    if (told?.presence === presence && told.generation === generation) return;
    this.#told = { presence, generation };
    this.#options.onState(this.#told);
  }

  /** A trouble that lasts is told once. */
  #report(kind: 'list' | 'watch' | 'write', error: unknown): void {
    if (this.#troubles.isNew(kind, error)) this.#options.onProblem(kind, error);
  }
}

function hasNoAccess(error: unknown): boolean {
  return ['kube.not-found', 'kube.forbidden'].includes(codeOf(error));
}
