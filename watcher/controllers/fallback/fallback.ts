import type { BindingState, BindingView } from '../../../shared/fallback/fallback-binding.ts';
import { fallbackLiterals } from '../../../shared/fallback/fallback-literals.ts';
import { FALLBACK_NAME, fallbackProgram } from '../../../shared/fallback/fallback-program.ts';
import { type FallbackView, generationOfFallback } from '../../../shared/fallback/fallback-view.ts';
import { OPENING_DELAY_MS } from '../../../shared/record/opening-delay.ts';
import { effectiveAt } from '../../../shared/record/zone-record.ts';
import type { Store } from '../../../shared/stores/store.ts';
import type { Controller } from '../../term/controller.ts';
import { exemptPools } from '../../term/exempt-pools.ts';
import type { TermScene } from '../../term/scene.ts';
import { FallbackWriter, type WantedFallback } from './fallback-writer.ts';

/**
 * A zone whose end is known leaves the policy so long before it, which is looked for once a second: the webhook gives it
 * back at that very moment. For these seconds the webhook alone keeps the zone out.
 */
const AHEAD_MS = OPENING_DELAY_MS + 1000;
const TICK_MS = 1000;

export interface FallbackScene extends Pick<TermScene, 'client' | 'record' | 'pools' | 'facts' | 'now'> {
  readonly policies: Store<FallbackView>;
  readonly bindings: Store<BindingView>;
}

/**
 * Keeps the impaired zones of the record in the policy that holds while no webhook answers: when the record changes, when
 * somebody else writes the policy, when it is made anew. Without it everything else goes on.
 */
export function createFallback(scene: FallbackScene): Controller {
  const { record, policies, bindings } = scene;
  const writer = new FallbackWriter(scene);
  let bound: BindingState | undefined;
  return {
    name: 'policy-fallback',
    rank: 'shift',
    // Which NodePools are exempt is looked at with each tick: hundreds of them change within a second of a shift.
    wokenBy: [record, policies, bindings],
    async reconcile(signal) {
      bound = tellBinding(scene, bound);
      const policy = policies.get(FALLBACK_NAME);
      tellPresence(scene, policy);
      const wanted = wantedNow(scene);
      if (policy === undefined || wanted === undefined) return { againInMs: TICK_MS };
      return { againInMs: await writer.keep(policy, wanted, signal) };
    },
  };
}

function wantedNow(scene: FallbackScene): WantedFallback | undefined {
  const record = scene.record.current();
  if (record === undefined || !scene.pools.known) return undefined;
  const literals = fallbackLiterals(effectiveAt(record, scene.now() + AHEAD_MS), exemptPools(scene));
  scene.facts.tell('policy-fallback', { leftOut: literals.leftOut });
  return { generation: literals.generation, rules: fallbackProgram(literals) };
}

function tellPresence({ policies, facts }: FallbackScene, policy: FallbackView | undefined): void {
  const { presence } = policies;
  if (presence === 'unknown') return;
  if (presence !== 'present') facts.tell('policy-fallback', { presence: 'unreadable', generation: null });
  else if (policy === undefined) facts.tell('policy-fallback', { presence: 'absent', generation: null });
  else {
    const generation = generationOfFallback(policy) ?? null;
    facts.tell('policy-fallback', { presence: 'present', generation });
  }
}

/** People delete the binding to break the glass, and that is to be seen. */
function tellBinding(
  { bindings, facts }: FallbackScene,
  before: BindingState | undefined,
): BindingState | undefined {
  if (!bindings.known) return before;
  const binding = bindings.get(FALLBACK_NAME)?.state ?? 'absent';
  if (binding !== before) facts.tell('policy-binding', { binding, from: before ?? null });
  return binding;
}
