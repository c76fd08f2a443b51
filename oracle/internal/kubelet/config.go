package kubelet

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// configKind is ConfigMap or Secret, in the spellings that messages use.
type configKind struct{ title, lower, missingKey string }

var (
	configMap = configKind{"ConfigMap", "configmap", "configmap references non-existent config key: %s"}
	secret    = configKind{"Secret", "secret", "references non-existent secret key: %s"}
)

// optionalConfig reads the values of a ConfigMap or Secret; none when it is optional and absent.
func (p *podRun) optionalConfig(ctx context.Context, kind configKind, name string, optional *bool) (map[string]string, error) {
	values, err := p.readConfig(ctx, kind, name)
	if apierrors.IsNotFound(err) {
		if isTrue(optional) {
			return nil, nil
		}
		// The kubelet reads through a cache whose error names the kind in the singular.
		return nil, fmt.Errorf("%s %q not found", kind.lower, name)
	}
	return values, err
}

func (p *podRun) readConfig(ctx context.Context, kind configKind, name string) (map[string]string, error) {
	namespace, core := p.object().Namespace, p.kubelets.client.CoreV1()
	values := map[string]string{}
	if kind == configMap {
		found, err := core.ConfigMaps(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		for key, value := range found.Data {
			values[key] = value
		}
		for key, value := range found.BinaryData {
			values[key] = string(value)
		}
		return values, nil
	}
	found, err := core.Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	for key, value := range found.Data {
		values[key] = string(value)
	}
	return values, nil
}
