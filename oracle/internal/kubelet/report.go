package kubelet

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"
	statusutil "k8s.io/kubernetes/pkg/util/pod"

	"boyd/oracle/internal/pace"
)

// report writes the status after each change, as long as the node reaches the API; what could not be said is said
// when it can again.
func (p *podRun) report() {
	for {
		select {
		case <-p.dirty:
		case <-p.gone.Done():
			return
		}
		for !p.canReport() || !p.writeStatus() {
			if !pace.Sleep(p.gone, gatePoll) {
				return
			}
		}
	}
}

// writeStatus patches the difference to what the API has now; false when it must be tried again.
func (p *podRun) writeStatus() bool {
	pods := p.kubelets.client.CoreV1().Pods(p.object().Namespace)
	live, err := pods.Get(p.gone, p.object().Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) || (err == nil && live.UID != p.object().UID) {
		return true
	}
	if err != nil {
		return false
	}
	p.mu.Lock()
	status := p.status(live)
	p.reported = status
	p.mu.Unlock()
	_, _, _, err = statusutil.PatchPodStatus(p.gone, p.kubelets.client, live.Namespace, live.Name, live.UID, live.Status, status)
	if err != nil && p.gone.Err() == nil {
		klog.V(1).InfoS("status not written, tried again", "pod", klog.KObj(live), "reason", err)
	}
	return err == nil
}

// confirmDeletionOnceAsked removes the object once it is being deleted and nothing of it runs.
func (p *podRun) confirmDeletionOnceAsked() {
	<-p.stopping.Done()
	for p.gone.Err() == nil {
		if p.canReport() && (p.isTerminalInAPI() || p.writeStatus()) && p.deleteObject() {
			return
		}
		pace.Sleep(p.gone, gatePoll)
	}
}

func (p *podRun) isTerminalInAPI() bool {
	phase := p.object().Status.Phase
	return phase == corev1.PodSucceeded || phase == corev1.PodFailed
}

func (p *podRun) deleteObject() bool {
	uid, now := p.object().UID, int64(0)
	options := metav1.DeleteOptions{GracePeriodSeconds: &now, Preconditions: &metav1.Preconditions{UID: (*types.UID)(&uid)}}
	err := p.kubelets.client.CoreV1().Pods(p.object().Namespace).Delete(p.gone, p.object().Name, options)
	return err == nil || apierrors.IsNotFound(err) || apierrors.IsConflict(err)
}

// graceOf a pod that is being deleted, else of its specification; in API time.
func graceOf(pod *corev1.Pod) time.Duration {
	const standard = 30 * time.Second
	if pod.DeletionGracePeriodSeconds != nil {
		return max(time.Second, time.Duration(*pod.DeletionGracePeriodSeconds)*time.Second)
	}
	if pod.Spec.TerminationGracePeriodSeconds != nil {
		return time.Duration(*pod.Spec.TerminationGracePeriodSeconds) * time.Second
	}
	return standard
}
