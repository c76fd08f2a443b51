package main

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/certificates/install"
	_ "k8s.io/kubernetes/pkg/apis/events/install"
)

type fieldSelection struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Text       string            `json:"text"`
	Fields     map[string]string `json:"fields"`
}

// What a field selector says of an object with these fields, or what is wrong with it.
func answerFieldSelector(input json.RawMessage) (any, error) {
	asked, err := decoded[fieldSelection](input)
	if err != nil {
		return nil, err
	}
	version, err := schema.ParseGroupVersion(asked.APIVersion)
	if err != nil {
		return nil, err
	}
	selector, err := fields.ParseSelector(asked.Text)
	if err != nil {
		return nil, err
	}
	selector, err = selector.Transform(func(label, value string) (string, string, error) {
		return legacyscheme.Scheme.ConvertFieldLabel(version.WithKind(asked.Kind), label, value)
	})
	if err != nil {
		return nil, err
	}
	return map[string]bool{"matches": selector.Matches(fields.Set(asked.Fields))}, nil
}
