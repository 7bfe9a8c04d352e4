/** Who Karpenter is in the cluster, as its charts install it. */
export const KARPENTER_USER = 'system:serviceaccount:kube-system:karpenter';
