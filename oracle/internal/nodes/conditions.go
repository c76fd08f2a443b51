package nodes

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// words of a condition of a healthy and of a pressed node, as in pkg/kubelet/nodestatus/setters.go.
type words struct {
	kind                 corev1.NodeConditionType
	goodReason, goodText string
	badReason, badText   string
}

var pressures = []words{
	{corev1.NodeMemoryPressure, "KubeletHasSufficientMemory", "kubelet has sufficient memory available", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"},
	{corev1.NodeDiskPressure, "KubeletHasNoDiskPressure", "kubelet has no disk pressure", "KubeletHasDiskPressure", "kubelet has disk pressure"},
	{corev1.NodePIDPressure, "KubeletHasSufficientPID", "kubelet has sufficient PID available", "KubeletHasInsufficientPID", "kubelet has insufficient PID available"},
}

// conditionsOf what the kubelet of a node reports under a fault. Times of transition are kept where nothing changed.
func conditionsOf(before []corev1.NodeCondition, fault Fault, now time.Time) []corev1.NodeCondition {
	after := []corev1.NodeCondition{}
	for _, pressure := range pressures {
		condition := corev1.NodeCondition{Type: pressure.kind, Status: corev1.ConditionFalse, Reason: pressure.goodReason, Message: pressure.goodText}
		if fault.Type == NotReady && slices.Contains(fault.Conditions, pressure.kind) {
			condition.Status, condition.Reason, condition.Message = corev1.ConditionTrue, pressure.badReason, pressure.badText
		}
		after = append(after, condition)
	}
	ready := corev1.NodeCondition{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", Message: "kubelet is posting ready status"}
	if fault.Type == NotReady {
		ready.Status, ready.Reason, ready.Message = corev1.ConditionFalse, "KubeletNotReady", fault.Message
	}
	after = append(after, ready)
	for i := range after {
		after[i].LastHeartbeatTime = metav1.NewTime(now)
		after[i].LastTransitionTime = transitionOf(before, after[i], now)
	}
	return after
}

func transitionOf(before []corev1.NodeCondition, after corev1.NodeCondition, now time.Time) metav1.Time {
	for _, condition := range before {
		if condition.Type == after.Type && condition.Status == after.Status {
			return condition.LastTransitionTime
		}
	}
	return metav1.NewTime(now)
}

func isReady(node *corev1.Node) bool {
	return slices.ContainsFunc(node.Status.Conditions, func(condition corev1.NodeCondition) bool {
		return condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue
	})
}
