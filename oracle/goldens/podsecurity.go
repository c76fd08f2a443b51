package main

import (
	"context"
	"encoding/json"

	admissionv1 "k8s.io/api/admission/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	podsecurity "k8s.io/pod-security-admission/admission"
	podsecurityconfig "k8s.io/pod-security-admission/admission/api"
	podsecurityapi "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/metrics"
)

// What a namespace says of a pod that is made or changed in it, of a template, or of its own new labels.
type securing struct {
	Labels    map[string]string `json:"labels"`
	OldLabels map[string]string `json:"oldLabels"`
	Pod       *v1.Pod           `json:"pod"`
	OldPod    *v1.Pod           `json:"oldPod"`
	Pods      []*v1.Pod         `json:"pods"`
	// Asks of "pod", "template" or "namespace".
	Of string `json:"of"`
}

type heldNamespace struct{ labels map[string]string }

func (held heldNamespace) GetNamespace(_ context.Context, name string) (*v1.Namespace, error) {
	return &v1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: held.labels}}, nil
}

type heldPods []*v1.Pod

func (held heldPods) ListPods(context.Context, string) ([]*v1.Pod, error) {
	return append([]*v1.Pod{}, held...), nil
}

type noMetrics struct{}

func (noMetrics) RecordEvaluation(metrics.Decision, podsecurityapi.LevelVersion, metrics.Mode, podsecurityapi.Attributes) {
}
func (noMetrics) RecordExemption(podsecurityapi.Attributes)   {}
func (noMetrics) RecordError(bool, podsecurityapi.Attributes) {}

func answerPodSecurity(input json.RawMessage) (any, error) {
	asked, err := decoded[securing](input)
	if err != nil {
		return nil, err
	}
	evaluator, err := securityEvaluator()
	if err != nil {
		return nil, err
	}
	latest := podsecurityconfig.PodSecurityDefaults{
		Enforce: "privileged", EnforceVersion: "latest", Audit: "privileged", AuditVersion: "latest", Warn: "privileged", WarnVersion: "latest",
	}
	plugin := &podsecurity.Admission{
		Configuration:   &podsecurityconfig.PodSecurityConfiguration{Defaults: latest},
		Evaluator:       evaluator,
		Metrics:         noMetrics{},
		NamespaceGetter: heldNamespace{asked.Labels},
		PodLister:       heldPods(asked.Pods),
	}
	if err := plugin.CompleteConfiguration(); err != nil {
		return nil, err
	}
	said := plugin.Validate(context.Background(), asked.attributes())
	answer := map[string]any{"warnings": append([]string{}, said.Warnings...)}
	if !said.Allowed {
		answer["refused"] = said.Result.Message
	}
	return answer, nil
}

func (asked securing) attributes() podsecurityapi.Attributes {
	switch asked.Of {
	case "namespace":
		return changed("namespaces", "Namespace", "", asked.namespace(asked.Labels), asked.namespace(asked.OldLabels))
	case "template":
		return changed("podtemplates", "PodTemplate", "", &v1.PodTemplate{Template: v1.PodTemplateSpec{ObjectMeta: asked.Pod.ObjectMeta, Spec: asked.Pod.Spec}}, nil)
	}
	if asked.OldPod == nil {
		return changed("pods", "Pod", asked.Pod.Name, asked.Pod, nil)
	}
	return changed("pods", "Pod", asked.Pod.Name, asked.Pod, asked.OldPod)
}

func (asked securing) namespace(labels map[string]string) *v1.Namespace {
	return &v1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: labels}}
}

func changed(resource, kind, name string, object, old runtime.Object) *podsecurityapi.AttributesRecord {
	operation := admissionv1.Create
	if old != nil {
		operation = admissionv1.Update
	}
	if kind == "Namespace" {
		name = "shop"
	}
	return &podsecurityapi.AttributesRecord{
		Name: name, Namespace: "shop", Kind: schema.GroupVersionKind{Version: "v1", Kind: kind}, Operation: operation,
		Resource: schema.GroupVersionResource{Version: "v1", Resource: resource}, Object: object, OldObject: old, Username: "somebody",
	}
}
