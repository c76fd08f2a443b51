package kubelet

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/api/v1/resource"
	"k8s.io/kubernetes/pkg/fieldpath"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

// environment of a container, by the rules of makeEnvironmentVariables in pkg/kubelet/kubelet_pods.go. The error is
// what a kubelet shows with CreateContainerConfigError. Variables that describe Services are left out: no world asks
// for them.
func (c *container) environment(ctx context.Context) (map[string]string, error) {
	pod, spec := c.pod.object(), c.spec()
	result := map[string]string{}
	for _, source := range spec.EnvFrom {
		values, err := c.fromSource(ctx, source)
		if err != nil {
			return nil, err
		}
		for key, value := range values {
			result[source.Prefix+key] = value
		}
	}
	seen := map[string]string{}
	lookup := expansion.MappingFuncFor(seen, result)
	for _, variable := range spec.Env {
		value, isSet := expansion.Expand(variable.Value, lookup), true
		if variable.ValueFrom != nil {
			var err error
			if value, isSet, err = c.fromReference(ctx, pod, variable.ValueFrom); err != nil {
				return nil, err
			}
		}
		if isSet {
			seen[variable.Name] = value
		}
	}
	maps.Copy(result, seen)
	return result, nil
}

func (c *container) fromSource(ctx context.Context, source corev1.EnvFromSource) (map[string]string, error) {
	switch {
	case source.ConfigMapRef != nil:
		return c.pod.optionalConfig(ctx, configMap, source.ConfigMapRef.Name, source.ConfigMapRef.Optional)
	case source.SecretRef != nil:
		return c.pod.optionalConfig(ctx, secret, source.SecretRef.Name, source.SecretRef.Optional)
	}
	return nil, nil
}

// fromReference; isSet is false for an optional one that is not there.
func (c *container) fromReference(ctx context.Context, pod *corev1.Pod, from *corev1.EnvVarSource) (value string, isSet bool, err error) {
	switch {
	case from.FieldRef != nil:
		value, err = c.podField(pod, from.FieldRef.FieldPath)
		return value, err == nil, err
	case from.ResourceFieldRef != nil:
		name := from.ResourceFieldRef.ContainerName
		if name == "" {
			name = c.name
		}
		value, err = resource.ExtractResourceValueByContainerName(from.ResourceFieldRef, pod, name)
		return value, err == nil, err
	case from.ConfigMapKeyRef != nil:
		return c.fromKey(ctx, configMap, from.ConfigMapKeyRef.Name, from.ConfigMapKeyRef.Key, from.ConfigMapKeyRef.Optional)
	case from.SecretKeyRef != nil:
		return c.fromKey(ctx, secret, from.SecretKeyRef.Name, from.SecretKeyRef.Key, from.SecretKeyRef.Optional)
	}
	return "", false, nil
}

func (c *container) fromKey(ctx context.Context, kind configKind, name, key string, optional *bool) (string, bool, error) {
	values, err := c.pod.optionalConfig(ctx, kind, name, optional)
	if err != nil {
		return "", false, err
	}
	value, found := values[key]
	if !found && !isTrue(optional) {
		return "", false, fmt.Errorf("couldn't find key %v in %s %v/%v", key, kind.title, c.pod.object().Namespace, name)
	}
	return value, found, nil
}

func (c *container) podField(pod *corev1.Pod, path string) (string, error) {
	switch path {
	case "spec.nodeName":
		return pod.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return pod.Spec.ServiceAccountName, nil
	case "status.hostIP", "status.hostIPs":
		return nodeAddress, nil
	case "status.podIP", "status.podIPs":
		return c.pod.address, nil
	}
	return fieldpath.ExtractFieldPathAsString(pod, path)
}

func isTrue(flag *bool) bool { return flag != nil && *flag }
