package kubelet

import (
	"context"
	"sort"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"boyd/oracle/internal/world"
)

// taskSeconds is how long a task takes of which the world says nothing; the twin assumes the same.
const taskSeconds = 2

// plannedEnd is an end that will come unless something else comes first.
type plannedEnd struct {
	end
	after time.Duration
	holds func(ctx context.Context) bool
}

func always(context.Context) bool { return true }

// plannedEnds of a run, in order of time: exits whose conditions hold at the start, up to the first certain one, and
// the kill for memory.
func (c *container) plannedEnds(behaviour world.Image, environment map[string]string) []plannedEnd {
	speed := c.pod.kubelets.pace
	plans, isCertain := []plannedEnd{}, false
	for _, exit := range behaviour.Exits {
		if isCertain || !applies(exit, environment) {
			continue
		}
		holds := always
		if exit.WhenServiceDown != "" {
			holds = func(ctx context.Context) bool { return c.isServiceDown(ctx, exit.WhenServiceDown) }
		}
		isCertain = exit.WhenServiceDown == ""
		plans = append(plans, plannedEnd{end: exitEnd(exit.Code, exit.Log), after: speed.Seconds(exit.AfterSeconds), holds: holds})
	}
	if !isCertain && !c.isLasting() {
		plans = append(plans, plannedEnd{end: exitEnd(0, ""), after: speed.Seconds(max(behaviour.StartSeconds, taskSeconds)), holds: always})
	}
	if c.exceedsLimit(behaviour) {
		plans = append(plans, plannedEnd{end: end{code: codeKilled, reason: "OOMKilled"}, after: speed.Seconds(behaviour.MemoryAfterSeconds), holds: always})
	}
	sort.SliceStable(plans, func(i, j int) bool { return plans[i].after < plans[j].after })
	return plans
}

func exitEnd(code int32, log string) end {
	if code == 0 {
		return end{code: code, reason: "Completed", log: log}
	}
	return end{code: code, reason: "Error", log: log}
}

func applies(exit world.Exit, environment map[string]string) bool {
	if exit.WhenEnvMissing != "" && environment[exit.WhenEnvMissing] != "" {
		return false
	}
	if exit.WhenEnvEquals == nil {
		return true
	}
	value, isSet := environment[exit.WhenEnvEquals.Name]
	return isSet && value == exit.WhenEnvEquals.Value
}

// isLasting: a container that is always restarted is a server; any other is a task and ends by itself.
func (c *container) isLasting() bool {
	pod := c.pod.object()
	return c.kind != initContainer && podutil.ContainerShouldRestart(c.spec(), pod.Spec, 0)
}

// exceedsLimit compares the image's memory with the container's limit, else the pod's.
func (c *container) exceedsLimit(behaviour world.Image) bool {
	limit, isSet := c.spec().Resources.Limits[corev1.ResourceMemory]
	if resources := c.pod.object().Spec.Resources; !isSet && resources != nil {
		limit, isSet = resources.Limits[corev1.ResourceMemory]
	}
	return isSet && !limit.IsZero() && behaviour.Memory != nil && behaviour.Memory.Cmp(limit) > 0
}

// isServiceDown: no ready endpoint serves it now. service is `name` or `name.namespace`.
func (c *container) isServiceDown(ctx context.Context, service string) bool {
	name, namespace, hasNamespace := strings.Cut(service, ".")
	if !hasNamespace {
		namespace = c.pod.object().Namespace
	}
	slices, err := c.pod.kubelets.client.DiscoveryV1().EndpointSlices(namespace).List(ctx, metav1.ListOptions{LabelSelector: discoveryv1.LabelServiceName + "=" + name})
	if err != nil {
		return false
	}
	for _, slice := range slices.Items {
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
				return false
			}
		}
	}
	return true
}
