package kubelet

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/kubelet/status"
	statusutil "k8s.io/kubernetes/pkg/util/pod"
)

const nodeAddress = "127.0.0.1"

// status of the pod as the kubelet would write it now, over what the API has. Conditions that are not the kubelet's
// (scheduling, readiness gates, disruption) stay. The caller holds the lock.
func (p *podRun) status(live *corev1.Pod) corev1.PodStatus {
	next := *live.Status.DeepCopy()
	next.StartTime = p.startTime
	next.HostIP, next.HostIPs = nodeAddress, []corev1.HostIP{{IP: nodeAddress}}
	next.ContainerStatuses, next.InitContainerStatuses = p.containerStatuses()
	if p.hasSandbox {
		next.PodIP = p.address
		if live.Spec.HostNetwork {
			next.PodIP = nodeAddress
		}
		next.PodIPs = []corev1.PodIP{{IP: next.PodIP}}
	}
	next.ObservedGeneration = live.Generation
	next.Phase = phaseOf(live, next, p.hasFinished)
	p.setConditions(live, &next)
	return next
}

func (p *podRun) containerStatuses() (regulars, inits []corev1.ContainerStatus) {
	for _, c := range p.containers {
		if c.kind == regular {
			regulars = append(regulars, *c.status.DeepCopy())
		} else {
			inits = append(inits, *c.status.DeepCopy())
		}
	}
	return regulars, inits
}

func (p *podRun) setConditions(live *corev1.Pod, next *corev1.PodStatus) {
	all := append(append([]corev1.ContainerStatus{}, next.InitContainerStatuses...), next.ContainerStatuses...)
	sandbox := corev1.ConditionFalse
	if p.hasSandbox && !p.hasFinished {
		sandbox = corev1.ConditionTrue
	}
	conditions := []corev1.PodCondition{
		{Type: corev1.PodReadyToStartContainers, Status: sandbox, ObservedGeneration: live.Generation},
		status.GeneratePodInitializedCondition(live, &live.Status, all, next.Phase),
		status.GeneratePodReadyCondition(live, &live.Status, next.Conditions, all, next.Phase),
		status.GenerateContainersReadyCondition(live, &live.Status, all, next.Phase),
	}
	for i := range conditions {
		conditions[i].LastTransitionTime = transitionOf(live.Status.Conditions, conditions[i])
		next.Conditions = statusutil.ReplaceOrAppendPodCondition(next.Conditions, &conditions[i])
	}
}

func transitionOf(before []corev1.PodCondition, after corev1.PodCondition) metav1.Time {
	for _, condition := range before {
		if condition.Type == after.Type && condition.Status == after.Status {
			return condition.LastTransitionTime
		}
	}
	return metav1.Now()
}
