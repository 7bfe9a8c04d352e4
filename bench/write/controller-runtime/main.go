// A webhook as controller-runtime's book builds it, as a peer of Zonewarden's: it takes one zone out of the lists of a
// NodePool's requirements, and counts the instance types that the requirements leave. It knows no record, keeps no audit
// log and remembers nothing.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const zoneKey = "topology.kubernetes.io/zone"

// requirement is what is read of an entry of spec.template.spec.requirements.
type requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

// instanceType has the labels of one type: `karpenter.k8s.aws/instance-category: m` and so on.
type instanceType map[string]string

func main() {
	port := flag.Int("port", 0, "port to serve on")
	certDir := flag.String("cert-dir", "", "folder with tls.crt and tls.key")
	typesFile := flag.String("types", "", "JSON file with the labels of each instance type")
	zone := flag.String("zone", "", "name of the zone that is kept out")
	flag.Parse()
	if err := serve(*port, *certDir, *typesFile, *zone); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(port int, certDir, typesFile, zone string) error {
	ctrl.SetLogger(logr.Discard())
	text, err := os.ReadFile(typesFile)
	if err != nil {
		return err
	}
	var types []instanceType
	if err := json.Unmarshal(text, &types); err != nil {
		return err
	}
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: port, CertDir: certDir})
	server.Register("/mutate", &admission.Webhook{Handler: prune(zone)})
	server.Register("/validate", &admission.Webhook{Handler: count(types)})
	return server.Start(ctrl.SetupSignalHandler())
}

// prune takes the zone out of each list of zone names.
func prune(zone string) admission.Handler {
	return admission.HandlerFunc(func(_ context.Context, request admission.Request) admission.Response {
		var pool map[string]any
		if err := json.Unmarshal(request.Object.Raw, &pool); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		for _, entry := range entriesOf(pool) {
			object, ok := entry.(map[string]any)
			if !ok || object["key"] != zoneKey || object["operator"] != "In" {
				continue
			}
			values, _ := object["values"].([]any)
			object["values"] = slices.DeleteFunc(values, func(value any) bool { return value == zone })
		}
		pruned, err := json.Marshal(pool)
		if err != nil {
			return admission.Errored(http.StatusInternalServerError, err)
		}
		return admission.PatchResponseFromRaw(request.Object.Raw, pruned)
	})
}

func entriesOf(pool map[string]any) []any {
	at := any(pool)
	for _, name := range []string{"spec", "template", "spec", "requirements"} {
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = object[name]
	}
	entries, _ := at.([]any)
	return entries
}

// count refuses a NodePool that allows fewer than five instance types.
func count(types []instanceType) admission.Handler {
	return admission.HandlerFunc(func(_ context.Context, request admission.Request) admission.Response {
		var pool struct {
			Spec struct {
				Template struct {
					Spec struct {
						Requirements []requirement `json:"requirements"`
					} `json:"spec"`
				} `json:"template"`
			} `json:"spec"`
		}
		if err := json.Unmarshal(request.Object.Raw, &pool); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		left := 0
		for _, labels := range types {
			if allowsAll(pool.Spec.Template.Spec.Requirements, labels) {
				left++
			}
		}
		if left < 5 {
			return admission.Denied(fmt.Sprintf("%d instance types are left of %d", left, len(types)))
		}
		return admission.Allowed("")
	})
}

func allowsAll(requirements []requirement, labels instanceType) bool {
	for _, one := range requirements {
		label, known := labels[one.Key]
		if known && !allows(one, label) {
			return false
		}
	}
	return true
}

func allows(one requirement, label string) bool {
	switch one.Operator {
	case "In":
		return slices.Contains(one.Values, label)
	case "NotIn":
		return !slices.Contains(one.Values, label)
	case "Gt", "Lt":
		number, err := strconv.Atoi(label)
		bound, wrong := strconv.Atoi(append(one.Values, "")[0])
		return err == nil && wrong == nil && (one.Operator == "Gt" && number > bound || one.Operator == "Lt" && number < bound)
	}
	return true
}
