package main

import (
	"context"
	"encoding/json"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	fakediscovery "k8s.io/client-go/discovery/fake"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	scalefake "k8s.io/client-go/scale/fake"
	"k8s.io/kubernetes/pkg/controller/disruption"
)

type budgeting struct {
	Budget       *policyv1.PodDisruptionBudget `json:"budget"`
	Pods         []*v1.Pod                     `json:"pods"`
	Deployments  []*appsv1.Deployment          `json:"deployments"`
	ReplicaSets  []*appsv1.ReplicaSet          `json:"replicaSets"`
	StatefulSets []*appsv1.StatefulSet         `json:"statefulSets"`
}

// The status that the disruption controller writes. It has no function to call, so it runs, over a client in memory.
func answerBudget(input json.RawMessage) (any, error) {
	asked, err := decoded[budgeting](input)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	client := fake.NewSimpleClientset(asked.objects()...)
	runDisruptionController(ctx, client)
	status, err := writtenStatus(ctx, client, asked.Budget)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"expected": status.ExpectedPods, "desired": status.DesiredHealthy, "healthy": status.CurrentHealthy, "allowed": status.DisruptionsAllowed,
	}
	if condition := meta.FindStatusCondition(status.Conditions, policyv1.DisruptionAllowedCondition); condition != nil {
		answer["reason"] = condition.Reason
	}
	return answer, nil
}

func (asked budgeting) objects() []runtime.Object {
	objects := []runtime.Object{asked.Budget}
	for _, pod := range asked.Pods {
		objects = append(objects, pod)
	}
	for _, deployment := range asked.Deployments {
		objects = append(objects, deployment)
	}
	for _, set := range asked.ReplicaSets {
		objects = append(objects, set)
	}
	for _, set := range asked.StatefulSets {
		objects = append(objects, set)
	}
	return objects
}

func runDisruptionController(ctx context.Context, client *fake.Clientset) {
	factory := informers.NewSharedInformerFactory(client, 0)
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{appsv1.SchemeGroupVersion})
	for _, kind := range []string{"Deployment", "ReplicaSet", "StatefulSet"} {
		mapper.Add(appsv1.SchemeGroupVersion.WithKind(kind), meta.RESTScopeNamespace)
	}
	controller := disruption.NewDisruptionController(ctx,
		factory.Core().V1().Pods(), factory.Policy().V1().PodDisruptionBudgets(), factory.Core().V1().ReplicationControllers(),
		factory.Apps().V1().ReplicaSets(), factory.Apps().V1().Deployments(), factory.Apps().V1().StatefulSets(),
		client, mapper, &scalefake.FakeScaleClient{}, &fakediscovery.FakeDiscovery{Fake: &client.Fake})
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	go controller.Run(ctx)
}

// Written means observed: the generation is never 0 in a question.
func writtenStatus(ctx context.Context, client *fake.Clientset, budget *policyv1.PodDisruptionBudget) (*policyv1.PodDisruptionBudgetStatus, error) {
	for {
		current, err := client.PolicyV1().PodDisruptionBudgets(budget.Namespace).Get(ctx, budget.Name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		if current.Status.ObservedGeneration == budget.Generation || len(current.Status.Conditions) > 0 {
			return &current.Status, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}
