// Command karpenter-scheduling answers what Karpenter's own requirement algebra says: one JSON question a line on stdin,
// one JSON answer a line on stdout. It is the oracle for shared/requirements.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"slices"

	"github.com/samber/lo"
	corev1 "k8s.io/api/core/v1"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"

	// Adds the AWS labels to Karpenter's well-known ones, as it does in the provider.
	_ "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
)

type side struct {
	Requirements []karpv1.NodeSelectorRequirementWithMinValues `json:"requirements"`
	// Labels of a NodePool's template, or of a node.
	Labels map[string]string `json:"labels"`
}

type question struct {
	Left   side              `json:"left"`
	Right  side              `json:"right"`
	Labels map[string]string `json:"labels"`
	// Has: for each key of left, whether it allows each of these values.
	Values []string `json:"values"`
}

type answer struct {
	// Compatible: left.Compatible(right); WellKnown: the same with AllowUndefinedWellKnownLabels.
	Compatible bool `json:"compatible"`
	WellKnown  bool `json:"wellKnown"`
	Intersects bool `json:"intersects"`
	// Conflicts are the keys on which left and right do not intersect.
	Conflicts []string `json:"conflicts"`
	// Intersection is both lists added up, as a NodeClaim gets it, and what Requirement.String() makes of each key.
	Intersection []karpv1.NodeSelectorRequirementWithMinValues `json:"intersection"`
	Strings      map[string]string                             `json:"strings"`
	// LabelsMatch: a node with the labels satisfies left.
	LabelsMatch bool                `json:"labelsMatch"`
	Allowed     map[string][]string `json:"allowed"`
}

func main() {
	// pkg/operator/operator.go of the AWS provider does this when it starts.
	karpv1.NormalizedLabels = lo.Assign(
		karpv1.NormalizedLabels,
		map[string]string{"topology.ebs.csi.aws.com/zone": corev1.LabelTopologyZone},
	)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answers := json.NewEncoder(out)
	if err := answers.Encode(facts()); err != nil {
		log.Fatal(err)
	}
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		if err := answers.Encode(answerTo(asked)); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

// facts is the first line: what the algebra takes from the labels that Karpenter and its AWS provider know.
func facts() map[string]any {
	wellKnown := karpv1.WellKnownLabels.UnsortedList()
	slices.Sort(wellKnown)
	return map[string]any{"wellKnown": wellKnown, "aliases": karpv1.NormalizedLabels}
}

func answerTo(asked question) answer {
	left, right := requirementsOf(asked.Left), requirementsOf(asked.Right)
	node := scheduling.NewLabelRequirements(asked.Labels)
	both := requirementsOf(asked.Left)
	both.Add(requirementsOf(asked.Right).Values()...)
	return answer{
		Compatible:   left.IsCompatible(right),
		WellKnown:    left.IsCompatible(right, scheduling.AllowUndefinedWellKnownLabels),
		Intersects:   left.Intersects(right) == nil,
		Conflicts:    conflicts(left, right),
		Intersection: both.NodeSelectorRequirements(),
		Strings:      lo.MapValues(both, func(one *scheduling.Requirement, _ string) string { return one.String() }),
		LabelsMatch:  node.IsCompatible(left),
		Allowed: lo.MapValues(both, func(one *scheduling.Requirement, _ string) []string {
			return lo.Filter(asked.Values, func(value string, _ int) bool { return one.Has(value) })
		}),
	}
}

// requirementsOf does what NewNodeClaimTemplate does with a NodePool.
func requirementsOf(from side) scheduling.Requirements {
	requirements := scheduling.NewNodeSelectorRequirementsWithMinValues(from.Requirements...)
	requirements.Add(scheduling.NewLabelRequirements(from.Labels).Values()...)
	return requirements
}

func conflicts(left, right scheduling.Requirements) []string {
	keys := lo.Filter(lo.Keys(right), func(key string, _ int) bool {
		if !left.Has(key) {
			return false
		}
		one := scheduling.Requirements{key: left.Get(key)}
		return one.Intersects(scheduling.Requirements{key: right.Get(key)}) != nil
	})
	slices.Sort(keys)
	return keys
}
