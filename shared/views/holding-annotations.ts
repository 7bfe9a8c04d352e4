/**
 * What keeps Karpenter from choosing a Node: to disrupt it, for whatever reason (core pkg/controllers/state, statenode.go),
 * and, from Karpenter 1.15 on, to repair it, which does not ask for the first one. Earlier versions do not know the second.
 */
export const DO_NOT_DISRUPT_ANNOTATION = 'karpenter.sh/do-not-disrupt';
export const DO_NOT_REPAIR_ANNOTATION = 'karpenter.sh/do-not-repair';
export const HOLDING_ANNOTATIONS = [DO_NOT_DISRUPT_ANNOTATION, DO_NOT_REPAIR_ANNOTATION] as const;
export type HoldingAnnotation = (typeof HOLDING_ANNOTATIONS)[number];

/** The one value that Karpenter obeys. */
export const HOLDS = 'true';

/** What a Node has under one of them, and whether somebody else set it, or declares it beside us. */
export interface HoldingValue {
  readonly value: string | undefined;
  readonly byOthers: boolean;
}
