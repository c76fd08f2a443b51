package main

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"

	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/endpoints/handlers/responsewriters"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	api "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/policy"
)

type evicting struct {
	// Who is named by the address.
	Name     string                          `json:"name"`
	Pod      *v1.Pod                         `json:"pod"`
	Budgets  []*policyv1.PodDisruptionBudget `json:"budgets"`
	Eviction *policyv1.Eviction              `json:"eviction"`
	DryRun   []string                        `json:"dryRun"`
}

type evicted struct {
	Code    int32                 `json:"code"`
	Reason  metav1.StatusReason   `json:"reason,omitempty"`
	Message string                `json:"message,omitempty"`
	Details *metav1.StatusDetails `json:"details,omitempty"`
	// What is left of the pod, and of every budget.
	Pod     any   `json:"pod"`
	Budgets []any `json:"budgets"`
}

// What the server answers to an eviction, and what it has written by then. Its own store and rules of pods run, in a bubble
// in which it may try again without anybody waiting.
func answerEviction(input json.RawMessage) (answer any, err error) {
	asked, err := decoded[evicting](input)
	if err != nil {
		return nil, err
	}
	synctest.Test(host, func(*testing.T) { answer, err = evict(asked) })
	return answer, err
}

func evict(asked evicting) (any, error) {
	legacyscheme.Scheme.Default(asked.Pod)
	stored, eviction := &api.Pod{}, &policy.Eviction{}
	if err := legacyscheme.Scheme.Convert(asked.Pod, stored, nil); err != nil {
		return nil, err
	}
	if err := legacyscheme.Scheme.Convert(asked.Eviction, eviction, nil); err != nil {
		return nil, err
	}
	budgets := []runtime.Object{}
	for _, budget := range asked.Budgets {
		budgets = append(budgets, budget)
	}
	client := fake.NewSimpleClientset(budgets...)
	store, kept := storeOfPod(stored)
	ctx := genericapirequest.WithNamespace(context.Background(), asked.Pod.Namespace)
	ctx = genericapirequest.WithRequestInfo(ctx, &genericapirequest.RequestInfo{IsResourceRequest: true, Verb: "create", APIVersion: "v1", Resource: "pods", Subresource: "eviction"})
	result, err := newEvictionStorage(store, client.PolicyV1()).Create(ctx, asked.Name, eviction, rest.ValidateAllObjectFunc, &metav1.CreateOptions{DryRun: asked.DryRun})
	answer := asAnswered(result, err)
	return answer, answer.noteWritten(kept, client, asked.Budgets)
}

// As the handler of the request sends it.
func asAnswered(result runtime.Object, err error) *evicted {
	if err != nil {
		status := responsewriters.ErrorToAPIStatus(err)
		return &evicted{Code: status.Code, Reason: status.Reason, Message: status.Message, Details: status.Details}
	}
	status := result.(*metav1.Status)
	if status.Code == 0 {
		status.Code = http.StatusCreated
	}
	return &evicted{Code: status.Code, Reason: status.Reason, Message: status.Message, Details: status.Details}
}

func (answer *evicted) noteWritten(kept *onePod, client *fake.Clientset, budgets []*policyv1.PodDisruptionBudget) error {
	answer.Budgets = []any{}
	if kept.pod != nil {
		left := &v1.Pod{}
		if err := legacyscheme.Scheme.Convert(kept.pod, left, nil); err != nil {
			return err
		}
		answer.Pod = map[string]any{
			"deletionTimestamp": left.DeletionTimestamp, "deletionGracePeriodSeconds": left.DeletionGracePeriodSeconds,
			"finalizers": left.Finalizers, "generation": left.Generation, "conditions": left.Status.Conditions,
		}
	}
	for _, budget := range budgets {
		after, err := client.PolicyV1().PodDisruptionBudgets(budget.Namespace).Get(context.Background(), budget.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		var disrupted any = after.Status.DisruptedPods
		// Of a crowd its size.
		if len(after.Status.DisruptedPods) > 10 {
			disrupted = len(after.Status.DisruptedPods)
		}
		answer.Budgets = append(answer.Budgets, map[string]any{"disruptionsAllowed": after.Status.DisruptionsAllowed, "conditions": after.Status.Conditions, "disrupted": disrupted})
	}
	return nil
}
