package main

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	genericvalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	api "k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	"k8s.io/kubernetes/pkg/apis/policy"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
	"k8s.io/kubernetes/pkg/capabilities"
)

// The object as the server reads it: every default of its kind.
func answerDefaults(input json.RawMessage) (any, error) {
	object, err := defaulted(input)
	if err != nil {
		return nil, err
	}
	version := object.GetObjectKind().GroupVersionKind().GroupVersion()
	inside, err := internal(object)
	if err != nil {
		return nil, err
	}
	if object, err = legacyscheme.Scheme.ConvertToVersion(inside, version); err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(encoded, &value); err != nil {
		return nil, err
	}
	return withoutEmpty(value), nil
}

// Go writes empty structs and nothing for a null; which of them is written says nothing.
func withoutEmpty(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		for key, part := range typed {
			trimmed := withoutEmpty(part)
			if trimmed == nil {
				delete(typed, key)
			} else {
				typed[key] = trimmed
			}
		}
		if len(typed) == 0 {
			return nil
		}
	case []any:
		if len(typed) == 0 {
			return nil
		}
		for index, part := range typed {
			if trimmed := withoutEmpty(part); trimmed != nil {
				typed[index] = trimmed
			} else {
				typed[index] = map[string]any{}
			}
		}
	}
	return value
}

func defaulted(input json.RawMessage) (runtime.Object, error) {
	object, _, err := legacyscheme.Codecs.UniversalDeserializer().Decode(input, nil, nil)
	if err != nil {
		return nil, err
	}
	legacyscheme.Scheme.Default(object)
	return object, nil
}

// As the server works with it inside.
func internal(object runtime.Object) (runtime.Object, error) {
	return legacyscheme.Scheme.ConvertToVersion(object, runtime.InternalGroupVersioner)
}

type fieldError struct {
	Field   string `json:"field"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

type changing struct {
	Object json.RawMessage `json:"object"`
	// Absent: the object is new.
	Before json.RawMessage `json:"before"`
}

func answerValidation(input json.RawMessage) (any, error) {
	// As every cluster with a network plugin has it.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	asked, err := decoded[changing](input)
	if err != nil {
		return nil, err
	}
	object, err := readInternal(asked.Object)
	if err != nil {
		// The server cannot even read it; how it says so is another matter.
		return map[string]any{"unreadable": true}, nil
	}
	var errs field.ErrorList
	if asked.Before == nil {
		errs, err = creationErrors(object)
		if len(errs) == 0 && err == nil {
			errs, err = metadataErrors(object)
		}
	} else {
		var before runtime.Object
		if before, err = readInternal(asked.Before); err != nil {
			return nil, err
		}
		errs, err = changeErrors(object, before)
	}
	if err != nil {
		return nil, err
	}
	answer := []fieldError{}
	for _, each := range errs {
		answer = append(answer, fieldError{Field: each.Field, Reason: string(each.Type), Message: each.ErrorBody()})
	}
	return answer, nil
}

func readInternal(document json.RawMessage) (runtime.Object, error) {
	object, err := defaulted(document)
	if err != nil {
		return nil, err
	}
	return internal(object)
}

// What is asked of every kind when its own rules have nothing to say.
func metadataErrors(object runtime.Object) (field.ErrorList, error) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, err
	}
	return genericvalidation.ValidateObjectMetaAccessor(accessor, true, path.ValidatePathSegmentName, field.NewPath("metadata")), nil
}

// What the strategies of `pkg/registry` ask when an object is new.
func creationErrors(object runtime.Object) (field.ErrorList, error) {
	switch typed := object.(type) {
	case *api.Pod:
		options := podutil.GetValidationOptionsFromPodSpecAndMeta(&typed.Spec, nil, &typed.ObjectMeta, nil)
		options.ResourceIsPod = true
		return corevalidation.ValidatePodCreate(typed, options), nil
	case *api.Service:
		return corevalidation.ValidateServiceCreate(typed), nil
	case *api.ConfigMap:
		return corevalidation.ValidateConfigMap(typed), nil
	case *api.PersistentVolumeClaim:
		return corevalidation.ValidatePersistentVolumeClaim(typed, corevalidation.ValidationOptionsForPersistentVolumeClaim(typed, nil)), nil
	case *apps.Deployment:
		return appsvalidation.ValidateDeployment(typed, podutil.GetValidationOptionsFromPodTemplate(&typed.Spec.Template, nil)), nil
	case *apps.StatefulSet:
		return appsvalidation.ValidateStatefulSet(typed, podutil.GetValidationOptionsFromPodTemplate(&typed.Spec.Template, nil)), nil
	case *apps.DaemonSet:
		return appsvalidation.ValidateDaemonSet(typed, podutil.GetValidationOptionsFromPodTemplate(&typed.Spec.Template, nil)), nil
	case *batch.Job:
		return batchvalidation.ValidateJob(typed, jobOptions(typed, nil)), nil
	case *batch.CronJob:
		return batchvalidation.ValidateCronJobCreate(typed, podutil.GetValidationOptionsFromPodTemplate(&typed.Spec.JobTemplate.Spec.Template, nil)), nil
	case *policy.PodDisruptionBudget:
		return policyvalidation.ValidatePodDisruptionBudget(typed, policyvalidation.PodDisruptionBudgetValidationOptions{}), nil
	}
	return nil, fmt.Errorf("no validation of %T is asked here", object)
}

func changeErrors(object, before runtime.Object) (field.ErrorList, error) {
	switch typed := object.(type) {
	case *apps.Deployment:
		old := before.(*apps.Deployment)
		options := podutil.GetValidationOptionsFromPodTemplate(&typed.Spec.Template, &old.Spec.Template)
		return appsvalidation.ValidateDeploymentUpdate(typed, old, options), nil
	case *apps.StatefulSet:
		old := before.(*apps.StatefulSet)
		options := podutil.GetValidationOptionsFromPodTemplate(&typed.Spec.Template, &old.Spec.Template)
		return appsvalidation.ValidateStatefulSetUpdate(typed, old, options), nil
	case *apps.DaemonSet:
		old := before.(*apps.DaemonSet)
		options := podutil.GetValidationOptionsFromPodTemplate(&typed.Spec.Template, &old.Spec.Template)
		return appsvalidation.ValidateDaemonSetUpdate(typed, old, options), nil
	case *api.Pod:
		old := before.(*api.Pod)
		options := podutil.GetValidationOptionsFromPodSpecAndMeta(&typed.Spec, &old.Spec, &typed.ObjectMeta, &old.ObjectMeta)
		options.ResourceIsPod = true
		return corevalidation.ValidatePodUpdate(typed, old, options), nil
	}
	return nil, fmt.Errorf("no change of %T is asked here", object)
}

func jobOptions(job, old *batch.Job) batchvalidation.JobValidationOptions {
	var template *api.PodTemplateSpec
	if old != nil {
		template = &old.Spec.Template
	}
	return batchvalidation.JobValidationOptions{
		PodValidationOptions:  podutil.GetValidationOptionsFromPodTemplate(&job.Spec.Template, template),
		RequirePrefixedLabels: true,
	}
}
