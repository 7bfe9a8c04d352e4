import type { Decider, WebhookName } from '../admission/outcome.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import { mutateNodeClaim } from '../mutate/nodeclaim.ts';
import { mutateNodePool } from '../mutate/nodepool.ts';
import { validateNodeClaim } from '../validate/nodeclaim.ts';
import { validateNodePool } from '../validate/nodepool.ts';

/** Every kind that we decide about, on each path. One entry a file in mutate/ and validate/. */
const DECIDERS: Readonly<Record<WebhookName, Readonly<Record<string, Decider>>>> = {
  mutate: { NodePool: mutateNodePool, NodeClaim: mutateNodeClaim },
  validate: { NodePool: validateNodePool, NodeClaim: validateNodeClaim },
};

/** What we do with a kind, an operation or a subresource that the webhook configuration should not have sent us. */
const NOT_OURS: Decider = () => ({
  verdict: { allowed: true },
  facts: { action: 'ignored', rule: 'not-ours' },
});

/** The decider for a request. */
export function deciderFor(webhook: WebhookName, request: AdmissionRequest): Decider {
  const { group, kind } = request.kind;
  const writes = request.operation === 'CREATE' || request.operation === 'UPDATE';
  if (group !== 'karpenter.sh' || !writes || request.subResource) return NOT_OURS;
  const deciders = DECIDERS[webhook];
  return (Object.hasOwn(deciders, kind) ? deciders[kind] : undefined) ?? NOT_OURS;
}
