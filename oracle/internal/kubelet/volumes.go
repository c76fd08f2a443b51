package kubelet

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/events"

	"boyd/oracle/internal/pace"
)

// A mount that failed is tried again after half a second, then twice as long each time
// (pkg/util/goroutinemap/exponentialbackoff).
const (
	mountRetryFirst = 500 * time.Millisecond
	mountRetryLimit = 2*time.Minute + 2*time.Second
)

// mountVolumes waits until every ConfigMap and Secret a volume needs is there. A kubelet that misses one keeps the
// pod in ContainerCreating and says FailedMount; CreateContainerConfigError is for the environment only.
func (p *podRun) mountVolumes() bool {
	delay := mountRetryFirst
	for {
		volume, err := p.failingVolume(p.stopping)
		if p.stopping.Err() != nil {
			return false
		}
		if err == nil {
			return true
		}
		p.event(corev1.EventTypeWarning, events.FailedMountVolume, "MountVolume.SetUp failed for volume %q : %v", volume, err)
		if !pace.Sleep(p.stopping, p.kubelets.pace.Duration(delay)) {
			return false
		}
		delay = min(2*delay, mountRetryLimit)
	}
}

func (p *podRun) failingVolume(ctx context.Context) (string, error) {
	for _, volume := range p.object().Spec.Volumes {
		for _, source := range keyedSources(volume) {
			values, err := p.optionalConfig(ctx, source.kind, source.name, source.optional)
			if err != nil {
				return volume.Name, err
			}
			for _, item := range source.items {
				if _, found := values[item.Key]; !found && !isTrue(source.optional) {
					return volume.Name, fmt.Errorf(source.kind.missingKey, item.Key)
				}
			}
		}
	}
	return "", nil
}

type keyedSource struct {
	kind     configKind
	name     string
	items    []corev1.KeyToPath
	optional *bool
}

func keyedSources(volume corev1.Volume) []keyedSource {
	switch {
	case volume.ConfigMap != nil:
		return []keyedSource{{configMap, volume.ConfigMap.Name, volume.ConfigMap.Items, volume.ConfigMap.Optional}}
	case volume.Secret != nil:
		return []keyedSource{{secret, volume.Secret.SecretName, volume.Secret.Items, volume.Secret.Optional}}
	case volume.Projected == nil:
		return nil
	}
	sources := []keyedSource{}
	for _, projected := range volume.Projected.Sources {
		if from := projected.ConfigMap; from != nil {
			sources = append(sources, keyedSource{configMap, from.Name, from.Items, from.Optional})
		}
		if from := projected.Secret; from != nil {
			sources = append(sources, keyedSource{secret, from.Name, from.Items, from.Optional})
		}
	}
	return sources
}
