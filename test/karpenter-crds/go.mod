module zonewarden.io/test/karpenter-crds

go 1.26.0

require (
	github.com/aws/karpenter-provider-aws v1.14.1
	sigs.k8s.io/karpenter v1.14.1
)
