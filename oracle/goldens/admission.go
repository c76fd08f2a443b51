package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"time"

	v1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/resourcequota"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	"k8s.io/component-base/featuregate"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	api "k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	"k8s.io/kubernetes/pkg/quota/v1/evaluator/core"
	"k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds"
	"k8s.io/kubernetes/plugin/pkg/admission/limitranger"
	"k8s.io/kubernetes/plugin/pkg/admission/priority"
	testingclock "k8s.io/utils/clock/testing"
)

type admitting struct {
	Pod     json.RawMessage               `json:"pod"`
	Ranges  []*v1.LimitRange              `json:"ranges"`
	Classes []*schedulingv1.PriorityClass `json:"classes"`
	Quotas  []v1.ResourceQuota            `json:"quotas"`
}

func (asked admitting) internalPod() (*api.Pod, error) {
	object, err := readInternal(asked.Pod)
	if err != nil {
		return nil, err
	}
	return object.(*api.Pod), nil
}

// Defaults of the namespace's limit ranges, then their bounds.
func answerLimits(input json.RawMessage) (any, error) {
	asked, err := decoded[admitting](input)
	if err != nil {
		return nil, err
	}
	pod, err := asked.internalPod()
	if err != nil {
		return nil, err
	}
	for _, limitRange := range asked.Ranges {
		legacyscheme.Scheme.Default(limitRange)
		if err := limitranger.PodMutateLimitFunc(limitRange, pod); err != nil {
			return nil, err
		}
	}
	violations := []string{}
	for _, limitRange := range asked.Ranges {
		violations = append(violations, flattened(limitranger.PodValidateLimitFunc(limitRange, pod))...)
	}
	sort.Strings(violations)
	external, err := externalPod(pod)
	if err != nil {
		return nil, err
	}
	resources := map[string]any{}
	for _, container := range append(external.Spec.InitContainers, external.Spec.Containers...) {
		resources[container.Name] = amountsOf(container.Resources)
	}
	return map[string]any{"resources": resources, "violations": violations}, nil
}

func amountsOf(resources v1.ResourceRequirements) map[string]map[string]int64 {
	amounts := map[string]map[string]int64{"requests": {}, "limits": {}}
	for name, quantity := range resources.Requests {
		amounts["requests"][string(name)] = quantity.MilliValue()
	}
	for name, quantity := range resources.Limits {
		amounts["limits"][string(name)] = quantity.MilliValue()
	}
	return amounts
}

func flattened(err error) []string {
	if err == nil {
		return nil
	}
	if aggregate, is := err.(utilerrors.Aggregate); is {
		messages := []string{}
		for _, each := range aggregate.Errors() {
			messages = append(messages, flattened(each)...)
		}
		return messages
	}
	return []string{err.Error()}
}

func externalPod(pod *api.Pod) (*v1.Pod, error) {
	external, err := legacyscheme.Scheme.ConvertToVersion(pod, v1.SchemeGroupVersion)
	if err != nil {
		return nil, err
	}
	return external.(*v1.Pod), nil
}

func podAttributes(pod *api.Pod) admission.Attributes {
	return admission.NewAttributesRecord(pod, nil, v1.SchemeGroupVersion.WithKind("Pod"), pod.Namespace, pod.Name,
		v1.SchemeGroupVersion.WithResource("pods"), "", admission.Create, &metav1.CreateOptions{}, false, nil)
}

// What a class of priority makes of a pod, and the tolerations that every pod gets.
func answerPriority(input json.RawMessage) (any, error) {
	asked, err := decoded[admitting](input)
	if err != nil {
		return nil, err
	}
	pod, err := asked.internalPod()
	if err != nil {
		return nil, err
	}
	if err := admitPriority(asked, pod); err != nil {
		return map[string]any{"refused": err.Error()}, nil
	}
	tolerations := defaulttolerationseconds.NewDefaultTolerationSeconds()
	// Where it exists, it is what sets them.
	if inspecting, is := any(tolerations).(interface {
		InspectFeatureGates(featuregate.FeatureGate)
	}); is {
		inspecting.InspectFeatureGates(utilfeature.DefaultFeatureGate)
	}
	if err := tolerations.Admit(context.Background(), podAttributes(pod), nil); err != nil {
		return nil, err
	}
	external, err := externalPod(pod)
	if err != nil {
		return nil, err
	}
	tolerated := external.Spec.Tolerations
	if tolerated == nil {
		tolerated = []v1.Toleration{}
	}
	return map[string]any{
		"priority": external.Spec.Priority, "class": external.Spec.PriorityClassName, "preemptionPolicy": external.Spec.PreemptionPolicy, "tolerations": tolerated,
	}, nil
}

func admitPriority(asked admitting, pod *api.Pod) error {
	client := fake.NewSimpleClientset()
	factory := informers.NewSharedInformerFactory(client, 0)
	plugin := priority.NewPlugin()
	plugin.SetExternalKubeClientSet(client)
	plugin.SetExternalKubeInformerFactory(factory)
	plugin.SetReadyFunc(func() bool { return true })
	for _, class := range asked.Classes {
		legacyscheme.Scheme.Default(class)
		if err := factory.Scheduling().V1().PriorityClasses().Informer().GetIndexer().Add(class); err != nil {
			return err
		}
	}
	return plugin.Admit(context.Background(), podAttributes(pod), nil)
}

// Is the pod within the quotas of its namespace, and what do they count then?
func answerQuota(input json.RawMessage) (any, error) {
	asked, err := decoded[admitting](input)
	if err != nil {
		return nil, err
	}
	pod, err := asked.internalPod()
	if err != nil {
		return nil, err
	}
	clock := testingclock.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	none := func(schema.GroupVersionResource) (cache.GenericLister, error) {
		return nil, fmt.Errorf("nothing is listed")
	}
	evaluator := core.NewPodEvaluator(none, clock)
	charged, err := resourcequota.CheckRequest(asked.Quotas, podAttributes(pod), evaluator, nil)
	if err != nil {
		return map[string]any{"refused": err.Error()}, nil
	}
	used := map[string]map[string]int64{}
	for _, quota := range charged {
		amounts := map[string]int64{}
		for name, quantity := range quota.Status.Used {
			amounts[string(name)] = quantity.MilliValue()
		}
		used[quota.Name] = amounts
	}
	return map[string]any{"used": used}, nil
}
