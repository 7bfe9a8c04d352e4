import { FALLBACK_NAME, type FallbackProgram } from '../../../shared/fallback/fallback-program.ts';
import { type FallbackView, holdsProgram, readFallback } from '../../../shared/fallback/fallback-view.ts';
import { sameJson } from '../../../shared/json/same-json.ts';
import { createBackoff } from '../../../shared/kube/backoff.ts';
import { isConflict, isNotFound, retryAfterMs } from '../../../shared/kube/errors.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { WATCHER_FIELD_MANAGER } from '../../../shared/views/node.ts';
import type { TermScene } from '../../term/scene.ts';

/** A look now and then: some zone may be about to expire. */
const TICK_MS = 1000;
/** Somebody who keeps writing something else is not answered more often. What is new is written at once. */
const REPAIR_MS = 1000;
const WRITE_TIMEOUT_MS = 5000;

/** What the policy should say. */
export interface WantedFallback {
  readonly generation: number;
  readonly rules: FallbackProgram;
}

/** Writes the rules into the ValidatingAdmissionPolicy where it does not say the same already. */
export class FallbackWriter {
  readonly #scene: Pick<TermScene, 'client' | 'facts'>;
  readonly #backoff = createBackoff({ baseMs: 100, capMs: 10_000 });
  #last: { readonly rules: FallbackProgram; readonly atMs: number } | undefined;
  /** What came back for the last write, of which the watch may be late to tell, and what the watch had told before. */
  #answer: { readonly before: FallbackView; readonly after: FallbackView } | undefined;

  constructor(scene: Pick<TermScene, 'client' | 'facts'>) {
    this.#scene = scene;
  }

  /** Returns in how many milliseconds to look again. */
  async keep(told: FallbackView, wanted: WantedFallback, signal: AbortSignal): Promise<number> {
    const policy = this.#answer?.before === told ? this.#answer.after : told;
    if (holdsProgram(policy, wanted.rules) || this.#wroteLately(wanted.rules)) return TICK_MS;
    try {
      const after = await this.#scene.client.patch(
        resources.validatingAdmissionPolicies,
        { name: FALLBACK_NAME },
        // With the resourceVersion as a guard: what somebody wrote since is looked at first.
        {
          kind: 'merge',
          body: { metadata: { resourceVersion: policy.resourceVersion }, spec: wanted.rules },
        },
        { fieldManager: WATCHER_FIELD_MANAGER, timeoutMs: WRITE_TIMEOUT_MS, signal },
      );
      this.#answer = { before: told, after: readFallback(after) };
    } catch (error) {
      if (signal.aborted) return TICK_MS;
      return this.#failed(wanted, error);
    }
    this.#backoff.reset();
    this.#last = { rules: wanted.rules, atMs: performance.now() };
    this.#told(wanted, 'written');
    return TICK_MS;
  }

  #failed(wanted: WantedFallback, error: unknown): number {
    const result = isConflict(error) ? 'conflict' : isNotFound(error) ? 'gone' : 'failed';
    this.#told(wanted, result, error);
    return result === 'gone' ? TICK_MS : this.#backoff.next(Math.max(50, retryAfterMs(error)));
  }

  #told({ generation }: WantedFallback, result: string, error?: unknown): void {
    const { facts } = this.#scene;
    facts.tell('policy-fallback', { result, generation });
    if (result === 'written' || result === 'failed')
      facts.tell('trouble', { part: 'policy-fallback-write', error });
  }

  #wroteLately(rules: FallbackProgram): boolean {
    const last = this.#last;
    return last !== undefined && performance.now() - last.atMs < REPAIR_MS && sameJson(last.rules, rules);
  }
}
