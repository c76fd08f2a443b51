package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

type writing struct {
	Steps []writeStep `json:"steps"`
}

type writeStep struct {
	// `create`, `apply`, or `merge` for a merge patch.
	Verb    string          `json:"verb"`
	Manager string          `json:"manager"`
	Force   bool            `json:"force"`
	Object  json.RawMessage `json:"object"`
}

type written struct {
	Step    int          `json:"step"`
	Message string       `json:"message"`
	Causes  []fieldError `json:"causes,omitempty"`
}

// What was refused on the way, and what stands there at last.
type outcome struct {
	Refused []written      `json:"refused"`
	Object  any            `json:"object,omitempty"`
	Managed []managedEntry `json:"managed,omitempty"`
}

type managedEntry struct {
	Manager    string `json:"manager"`
	Operation  string `json:"operation"`
	APIVersion string `json:"apiVersion"`
	Fields     any    `json:"fields"`
}

// Several managers write one object in turn, as the API server lets them: who owns what afterwards, and who is refused?
func answerApply(input json.RawMessage) (any, error) {
	asked, err := decoded[writing](input)
	if err != nil {
		return nil, err
	}
	var live runtime.Object
	answer := outcome{Refused: []written{}}
	for index, step := range asked.Steps {
		next, err := write(live, step)
		if err != nil {
			refused := refusedWrite(err)
			refused.Step = index
			answer.Refused = append(answer.Refused, refused)
			continue
		}
		live = next
	}
	if live == nil {
		return answer, nil
	}
	answer.Object, answer.Managed, err = shownWrite(live)
	return answer, err
}

var typesOfScheme = applyconfigurations.NewTypeConverter(scheme.Scheme)

func managerOf(kind schema.GroupVersionKind, rules strategy) (*managedfields.FieldManager, error) {
	var reset map[fieldpath.APIVersion]fieldpath.Filter
	if resets, does := rules.(rest.ResetFieldsStrategy); does {
		reset = fieldpath.NewExcludeFilterSetMap(resets.GetResetFields())
	}
	hub := schema.GroupVersion{Group: kind.Group, Version: runtime.APIVersionInternal}
	return managedfields.NewDefaultFieldManager(typesOfScheme, legacyscheme.Scheme, legacyscheme.Scheme, legacyscheme.Scheme, kind, hub, "", reset)
}

func write(live runtime.Object, step writeStep) (runtime.Object, error) {
	named, err := decoded[metav1.TypeMeta](step.Object)
	if err != nil {
		return nil, err
	}
	kind := named.GroupVersionKind()
	rules, err := strategyOf(kind.Kind)
	if err != nil {
		return nil, err
	}
	manager, err := managerOf(kind, rules)
	if err != nil {
		return nil, err
	}
	next, err := writtenBy(manager, kind, live, step)
	if err != nil {
		return nil, err
	}
	return stored(rules, next, live)
}

func writtenBy(manager *managedfields.FieldManager, kind schema.GroupVersionKind, live runtime.Object, step writeStep) (runtime.Object, error) {
	base := live
	if base == nil {
		empty, err := legacyscheme.Scheme.New(kind)
		if err != nil {
			return nil, err
		}
		base = empty
	}
	switch step.Verb {
	case "apply":
		patch := &unstructured.Unstructured{Object: map[string]any{}}
		if err := json.Unmarshal(step.Object, &patch.Object); err != nil {
			return nil, err
		}
		return manager.Apply(base.DeepCopyObject(), patch, step.Manager, step.Force)
	case "create":
		next, err := readInternal(step.Object)
		if err != nil {
			return nil, err
		}
		return manager.UpdateNoErrors(base, next, step.Manager), nil
	case "merge":
		if live == nil {
			return nil, errors.New("absent")
		}
		next, err := mergedInto(live, step.Object, kind)
		if err != nil {
			return nil, err
		}
		return manager.UpdateNoErrors(live.DeepCopyObject(), next, step.Manager), nil
	}
	return nil, fmt.Errorf("no verb is called %q", step.Verb)
}

func mergedInto(live runtime.Object, patch json.RawMessage, kind schema.GroupVersionKind) (runtime.Object, error) {
	current, err := asVersioned(live, kind.GroupVersion())
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(current)
	if err != nil {
		return nil, err
	}
	merged, err := jsonpatch.MergePatch(encoded, patch)
	if err != nil {
		return nil, err
	}
	return readInternal(merged)
}

func asVersioned(object runtime.Object, version schema.GroupVersion) (runtime.Object, error) {
	return legacyscheme.Scheme.ConvertToVersion(object.DeepCopyObject(), version)
}

// What the storage does before it keeps an object.
func stored(rules strategy, next, live runtime.Object) (runtime.Object, error) {
	ctx, err := contextOf(next)
	if err != nil {
		return nil, err
	}
	if live != nil {
		return next, rest.BeforeUpdate(rules, ctx, next, live.DeepCopyObject())
	}
	accessor, err := meta.Accessor(next)
	if err != nil {
		return nil, err
	}
	rest.FillObjectMetaSystemFields(accessor)
	if err := rest.BeforeCreate(rules, ctx, next); err != nil {
		return nil, err
	}
	accessor.SetUID(types.UID("u"))
	accessor.SetResourceVersion("1")
	return next, nil
}

func refusedWrite(err error) written {
	var status apierrors.APIStatus
	answer := written{Message: err.Error(), Causes: []fieldError{}}
	if errors.As(err, &status) && status.Status().Details != nil {
		for _, cause := range status.Status().Details.Causes {
			answer.Causes = append(answer.Causes, fieldError{Field: cause.Field, Reason: string(cause.Type), Message: cause.Message})
		}
	}
	// Conflicts with several managers come in any order; those with one do not.
	sort.SliceStable(answer.Causes, func(left, right int) bool { return answer.Causes[left].Message < answer.Causes[right].Message })
	return answer
}

func shownWrite(live runtime.Object) (any, []managedEntry, error) {
	kinds, _, err := legacyscheme.Scheme.ObjectKinds(live)
	if err != nil {
		return nil, nil, err
	}
	versions := legacyscheme.Scheme.PrioritizedVersionsForGroup(kinds[0].Group)
	object, err := asVersioned(live, versions[0])
	if err != nil {
		return nil, nil, err
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, nil, err
	}
	entries := []managedEntry{}
	for _, entry := range accessor.GetManagedFields() {
		var fields any
		if err := json.Unmarshal(entry.FieldsV1.Raw, &fields); err != nil {
			return nil, nil, err
		}
		entries = append(entries, managedEntry{Manager: entry.Manager, Operation: string(entry.Operation), APIVersion: entry.APIVersion, Fields: fields})
	}
	// They are in order of their times, and all of this happens within a second or two.
	sort.Slice(entries, func(left, right int) bool {
		return entries[left].Operation+" "+entries[left].Manager < entries[right].Operation+" "+entries[right].Manager
	})
	accessor.SetManagedFields(nil)
	accessor.SetCreationTimestamp(metav1.Time{})
	accessor.SetUID("")
	accessor.SetResourceVersion("")
	encoded, err := json.Marshal(object)
	if err != nil {
		return nil, nil, err
	}
	var value map[string]any
	if err := json.Unmarshal(encoded, &value); err != nil {
		return nil, nil, err
	}
	delete(value, "status")
	return withoutEmpty(value), entries, nil
}
