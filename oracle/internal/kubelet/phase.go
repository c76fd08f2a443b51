package kubelet

import (
	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// phaseOf a pod, by the rules of getPhase in pkg/kubelet/kubelet_pods.go (which is not exported). hasFinished: no
// container of the pod will run again, whatever its restart policy says, because the pod is being deleted.
func phaseOf(pod *corev1.Pod, status corev1.PodStatus, hasFinished bool) corev1.PodPhase {
	if podutil.IsPodPhaseTerminal(pod.Status.Phase) {
		return pod.Status.Phase
	}
	pending, failed := initState(pod, status)
	if failed {
		return corev1.PodFailed
	}
	count := countRegular(pod, status)
	switch {
	case pending && !hasFinished, count.waiting > 0 && !hasFinished:
		return corev1.PodPending
	case count.running > 0:
		return corev1.PodRunning
	case count.stopped == 0 && hasFinished:
		return corev1.PodFailed
	case count.restartable > 0 && !hasFinished:
		return corev1.PodRunning
	case count.stopped > 0 && count.stopped == count.succeeded:
		return corev1.PodSucceeded
	case count.stopped > 0:
		return corev1.PodFailed
	default:
		return corev1.PodPending
	}
}

// initState: whether an init container still has to end, and whether one has failed for good.
func initState(pod *corev1.Pod, status corev1.PodStatus) (pending, failed bool) {
	hasRun := podutil.IsPodReady(pod) || len(status.ContainerStatuses) > 0 && anyHasRun(status.ContainerStatuses)
	for i := range pod.Spec.InitContainers {
		spec := &pod.Spec.InitContainers[i]
		current, found := podutil.GetContainerStatus(status.InitContainerStatuses, spec.Name)
		if podutil.IsRestartableInitContainer(spec) {
			pending = pending || (!hasRun && (!found || current.Started == nil || !*current.Started))
			continue
		}
		end := endOf(current)
		switch {
		case !found || end == nil || current.State.Running != nil:
			pending = true
		case end.ExitCode != 0 && !podutil.ContainerShouldRestart(*spec, pod.Spec, end.ExitCode):
			failed = true
		case end.ExitCode != 0:
			pending = true
		}
	}
	return pending, failed
}

type regularCount struct{ running, waiting, stopped, succeeded, restartable int }

func countRegular(pod *corev1.Pod, status corev1.PodStatus) regularCount {
	count := regularCount{}
	for i := range pod.Spec.Containers {
		current, _ := podutil.GetContainerStatus(status.ContainerStatuses, pod.Spec.Containers[i].Name)
		end := endOf(current)
		switch {
		case current.State.Running != nil:
			count.running++
		case end == nil:
			count.waiting++
		default:
			count.stopped++
			if end.ExitCode == 0 {
				count.succeeded++
			}
			if podutil.ContainerShouldRestart(pod.Spec.Containers[i], pod.Spec, end.ExitCode) {
				count.restartable++
			}
		}
	}
	return count
}

// endOf the last run: now, or before a wait for the next.
func endOf(status corev1.ContainerStatus) *corev1.ContainerStateTerminated {
	if status.State.Terminated != nil {
		return status.State.Terminated
	}
	return status.LastTerminationState.Terminated
}

func anyHasRun(statuses []corev1.ContainerStatus) bool {
	for _, current := range statuses {
		if current.State.Running != nil || endOf(current) != nil {
			return true
		}
	}
	return false
}
