package main

import (
	"encoding/json"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	resourcehelper "k8s.io/component-helpers/resource"
	"k8s.io/kubernetes/pkg/apis/core/v1/helper/qos"
)

func answerQuantity(input json.RawMessage) (any, error) {
	text, err := decoded[string](input)
	if err != nil {
		return nil, err
	}
	quantity, err := resource.ParseQuantity(text)
	if err != nil {
		return map[string]any{"valid": false}, nil
	}
	return map[string]any{"valid": true, "value": quantity.Value(), "milli": quantity.MilliValue()}, nil
}

type selection struct {
	// One of the two.
	Text     *string               `json:"text"`
	Selector *metav1.LabelSelector `json:"selector"`
	Labels   map[string]string     `json:"labels"`
}

func answerSelector(input json.RawMessage) (any, error) {
	asked, err := decoded[selection](input)
	if err != nil {
		return nil, err
	}
	selector, err := asked.parsed()
	if err != nil {
		return map[string]any{"valid": false}, nil
	}
	return map[string]any{"valid": true, "matches": selector.Matches(labels.Set(asked.Labels))}, nil
}

func (asked selection) parsed() (labels.Selector, error) {
	if asked.Text != nil {
		return labels.Parse(*asked.Text)
	}
	return metav1.LabelSelectorAsSelector(asked.Selector)
}

func answerPodRequests(input json.RawMessage) (any, error) {
	pod, err := decoded[v1.Pod](input)
	if err != nil {
		return nil, err
	}
	requests := resourcehelper.PodRequests(&pod, resourcehelper.PodResourcesOptions{UseStatusResources: true})
	amounts := map[string]int64{}
	for name, quantity := range requests {
		if name == v1.ResourceCPU {
			amounts[string(name)] = quantity.MilliValue()
		} else {
			amounts[string(name)] = quantity.Value()
		}
	}
	return amounts, nil
}

func answerQos(input json.RawMessage) (any, error) {
	pod, err := decoded[v1.Pod](input)
	if err != nil {
		return nil, err
	}
	return qos.ComputePodQOS(&pod), nil
}
