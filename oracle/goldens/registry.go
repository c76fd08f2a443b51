package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	api "k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/capabilities"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/service"
	servicestorage "k8s.io/kubernetes/pkg/registry/core/service/storage"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
)

// What the server does with a kind between the request and the store.
type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

var strategies = map[string]strategy{
	"Pod":                   pod.Strategy,
	"Service":               service.Strategy,
	"ConfigMap":             configmap.Strategy,
	"Node":                  node.Strategy,
	"PersistentVolumeClaim": persistentvolumeclaim.Strategy,
	"Deployment":            deployment.Strategy,
	"StatefulSet":           statefulset.Strategy,
	"DaemonSet":             daemonset.Strategy,
	"Job":                   job.Strategy,
	"CronJob":               cronjob.Strategy,
	"PodDisruptionBudget":   poddisruptionbudget.Strategy,
}

func strategyOf(kind string) (strategy, error) {
	// As every cluster with a network plugin has it.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	found, known := strategies[kind]
	if !known {
		return nil, fmt.Errorf("no strategy of %s is asked here", kind)
	}
	return found, nil
}

func contextOf(object runtime.Object) (context.Context, error) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, err
	}
	ctx := genericapirequest.WithRequestInfo(context.Background(), &genericapirequest.RequestInfo{IsResourceRequest: true, Verb: "update"})
	return genericapirequest.WithNamespace(ctx, accessor.GetNamespace()), nil
}

type updated struct {
	// What is refused, by code and field.
	Code   int32        `json:"code,omitempty"`
	Causes []fieldError `json:"causes,omitempty"`
	// What is accepted is a new generation, or none.
	Generation int64 `json:"generation,omitempty"`
}

// May this object become that one, and as which generation?
func answerUpdate(input json.RawMessage) (any, error) {
	asked, err := decoded[changing](input)
	if err != nil {
		return nil, err
	}
	kind, err := decoded[metav1.TypeMeta](asked.Object)
	if err != nil {
		return nil, err
	}
	rules, err := strategyOf(kind.Kind)
	if err != nil {
		return nil, err
	}
	before, err := readInternal(asked.Before)
	if err != nil {
		return nil, err
	}
	object, err := readInternal(asked.Object)
	if err != nil {
		// The server cannot even read it; how it says so is another matter.
		return map[string]any{"unreadable": true}, nil
	}
	ctx, err := contextOf(before)
	if err != nil {
		return nil, err
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, err
	}
	// The store has compared it by now.
	accessor.SetResourceVersion("1")
	if err := beginUpdate(object, before); err != nil {
		return refusalOfUpdate(err)
	}
	if err := rest.BeforeUpdate(rules, ctx, object, before); err != nil {
		return refusalOfUpdate(err)
	}
	return updated{Generation: accessor.GetGeneration()}, nil
}

// The storage of Services fills in what the server gave it before anybody validates it.
func beginUpdate(object, before runtime.Object) error {
	next, is := object.(*api.Service)
	if !is {
		return nil
	}
	old := before.(*api.Service)
	patchAllocatedValues(servicestorage.After{Service: next}, servicestorage.Before{Service: old})
	normalizeClusterIPs(servicestorage.After{Service: next}, servicestorage.Before{Service: old})
	if errs := corevalidation.ValidateServiceClusterIPsRelatedFields(next, old); len(errs) != 0 {
		return apierrors.NewInvalid(api.Kind("Service"), next.Name, errs)
	}
	return nil
}

var structure = regexp.MustCompile(`^Invalid value: [\[{].*[\]}]: `)

// Whole structures are printed as Go has them in memory, and some sentences end with a difference of two of them.
func inShort(message string) string {
	line, _, _ := strings.Cut(message, "\n")
	return structure.ReplaceAllString(line, "Invalid value: ")
}

func refusalOfUpdate(err error) (any, error) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return nil, err
	}
	answer := updated{Code: status.Status().Code, Causes: []fieldError{}}
	if status.Status().Details != nil {
		for _, cause := range status.Status().Details.Causes {
			answer.Causes = append(answer.Causes, fieldError{Field: cause.Field, Reason: string(cause.Type), Message: inShort(cause.Message)})
		}
	}
	// Maps of labels are walked in any order.
	sort.SliceStable(answer.Causes, func(left, right int) bool {
		a, b := answer.Causes[left], answer.Causes[right]
		return a.Field+" "+a.Message < b.Field+" "+b.Message
	})
	return answer, nil
}
