// Prints the labels that Karpenter's AWS provider gives each instance type: the oracle of shared/catalog/type-labels.ts.
//
// Reads `InstanceTypes` of ec2:DescribeInstanceTypes, a JSON array, and writes one JSON object: for each type the values
// of each label that Karpenter lists, or null for one that must be absent. Zones and the Region are not those of any
// cluster.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/karpenter-provider-aws/pkg/operator/options"
	"github.com/aws/karpenter-provider-aws/pkg/providers/instancetype"
	corev1 "k8s.io/api/core/v1"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var infos []ec2types.InstanceTypeInfo
	if err := json.NewDecoder(os.Stdin).Decode(&infos); err != nil {
		return err
	}
	// What capacity is worked out with; it plays no role for labels.
	ctx := options.ToContext(context.Background(), &options.Options{})
	labels := map[string]map[string][]string{}
	for _, info := range infos {
		it := instancetype.NewInstanceType(ctx, info, "region-1", nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "AL2023", nil)
		values := map[string][]string{}
		for key, requirement := range it.Requirements {
			switch requirement.Operator() {
			case corev1.NodeSelectorOpIn:
				values[key] = requirement.Values()
			case corev1.NodeSelectorOpDoesNotExist:
				values[key] = nil
			default:
				return fmt.Errorf("%s: %s is neither listed nor absent", it.Name, key)
			}
		}
		labels[it.Name] = values
	}
	return json.NewEncoder(os.Stdout).Encode(labels)
}
