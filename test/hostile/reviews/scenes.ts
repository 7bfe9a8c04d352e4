import { DEFAULT_POLICY } from '../../../shared/policy/core/policy.ts';
import { nodePoolFacts } from '../../../shared/policy/reading/read-facts.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import type { AdmissionState, PolicyState } from '../../../webhook/admission/outcome.ts';
import { RememberedVerdicts } from '../../../webhook/policies/remembered-verdicts.ts';
import { spotPool, types } from '../../http/webhook/reviews.ts';
import { SCENE } from '../../unit/enforcement/mark-keys.ts';
import { recoveringSet, setOf } from '../../unit/enforcement/stored.ts';
import { EVERY_RULE, HEALTHY, stateOf } from '../../unit/webhook/policy-scene.ts';

/** What a webhook knows while hostile reviews come. */

/** One zone is away. */
export const AWAY = setOf(7, ['use1-az1', 'us-east-1a']);
const TWO_AWAY = setOf(7, ['use1-az1', 'us-east-1a'], ['use1-az2', 'us-east-1b']);

/** Others beside the object under review: some rules compare them. */
const OTHERS = Array.from({ length: 20 }, (_, place) => ({
  ...nodePoolFacts(spotPool([types('m5.large', 'c5.xlarge', `m${place}.large`)])),
  name: `p-${place}`,
}));

interface Known {
  readonly set: Orders;
  readonly shadow?: Orders;
  readonly policy?: PolicyState['policy'];
  readonly around?: Partial<PolicyState['around']>;
}

function knowing({ set, shadow, policy = DEFAULT_POLICY, around }: Known): AdmissionState {
  const { policies, ...state } = stateOf(policy, set, around);
  if (policies === undefined) throw new Error('a policy is asked in each scene');
  return {
    ...state,
    settings: { ...state.settings, ...SCENE },
    policies: { ...policies, remembered: new RememberedVerdicts() },
    shadow,
  };
}

/** The first is the simplest. */
export const SCENE_NAMES = ['zone-away', 'two-away-every-rule-denies', 'recovering', 'at-peace'] as const;
export type SceneName = (typeof SCENE_NAMES)[number];
export type Scenes = Readonly<Record<SceneName, AdmissionState>>;

/** Each scene, and no verdict remembered yet. */
export function freshScenes(): Scenes {
  const around = { nodePools: OTHERS, knowsAllNodeClasses: true, checkedByApiServer: true };
  return {
    'zone-away': knowing({ set: AWAY, shadow: TWO_AWAY }),
    'two-away-every-rule-denies': knowing({ set: TWO_AWAY, policy: EVERY_RULE, around }),
    recovering: knowing({ set: recoveringSet(AWAY, 8) }),
    'at-peace': knowing({ set: HEALTHY }),
  };
}
