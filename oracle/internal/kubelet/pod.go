package kubelet

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"boyd/oracle/internal/pace"
)

// gatePoll is how often a pod looks whether its node works again.
const gatePoll = 100 * time.Millisecond

// podRun is a pod on its node, from binding to its end. Its goroutine is live; each container has its own.
type podRun struct {
	kubelets *Kubelets
	node     string
	address  string
	// gone ends when the pod is no longer in the API; stopping when it is being deleted.
	gone, stopping context.Context
	end, stop      context.CancelFunc
	containers     []*container
	dirty          chan struct{}

	// mu guards what follows, and the status of every container.
	mu          sync.Mutex
	latest      *corev1.Pod
	startTime   *metav1.Time
	mountedAt   time.Time
	hasSandbox  bool
	hasFinished bool
	reported    corev1.PodStatus
}

func newPodRun(ctx context.Context, kubelets *Kubelets, pod *corev1.Pod) *podRun {
	run := &podRun{kubelets: kubelets, node: pod.Spec.NodeName, latest: pod, dirty: make(chan struct{}, 1)}
	run.gone, run.end = context.WithCancel(ctx)
	run.stopping, run.stop = context.WithCancel(run.gone)
	run.address = kubelets.addresses.take()
	for i := range pod.Spec.InitContainers {
		kind := initContainer
		if podutil.IsRestartableInitContainer(&pod.Spec.InitContainers[i]) {
			kind = sidecar
		}
		run.containers = append(run.containers, newContainer(run, &pod.Spec.InitContainers[i], kind))
	}
	for i := range pod.Spec.Containers {
		run.containers = append(run.containers, newContainer(run, &pod.Spec.Containers[i], regular))
	}
	if pod.DeletionTimestamp != nil {
		run.stop()
	}
	return run
}

// live is the whole life of the pod.
func (p *podRun) live() {
	if podutil.IsPodPhaseTerminal(p.object().Status.Phase) {
		p.confirmDeletionOnceAsked()
		return
	}
	go p.report()
	if p.admit() && p.mountVolumes() {
		p.change(func() { p.mountedAt = time.Now() })
		if p.initialize() {
			p.startAll(regular)
		}
	}
	p.awaitAll(regular)
	p.stopSidecars()
	p.awaitAll(initContainer)
	p.change(func() { p.hasFinished = true })
	p.confirmDeletionOnceAsked()
}

// admit waits for a node that starts things, then shows the pod as accepted.
func (p *podRun) admit() bool {
	if !p.awaitNode(p.stopping) {
		return false
	}
	now := metav1.Now()
	p.change(func() { p.startTime = &now })
	return true
}

// initialize runs the init containers one after another; a sidecar has only to have started.
func (p *podRun) initialize() bool {
	p.change(func() { p.hasSandbox = true })
	for _, c := range p.containers {
		switch c.kind {
		case initContainer:
			c.start()
			<-c.done
			if !c.hasSucceeded() {
				return false
			}
		case sidecar:
			c.start()
			select {
			case <-c.hasStarted:
			case <-c.done:
				return false
			}
		case regular:
		}
	}
	return p.stopping.Err() == nil
}

func (p *podRun) startAll(kind containerKind) {
	for _, c := range p.containers {
		if c.kind == kind {
			c.start()
		}
	}
}

func (p *podRun) awaitAll(kind containerKind) {
	for _, c := range p.containers {
		if c.kind == kind && c.isStarted() {
			<-c.done
		}
	}
}

// stopSidecars after the containers they serve, in reverse order.
func (p *podRun) stopSidecars() {
	for i := len(p.containers) - 1; i >= 0; i-- {
		if c := p.containers[i]; c.kind == sidecar && c.isStarted() {
			c.stop()
			<-c.done
		}
	}
}

// observe takes the new object: a deletion, a changed image, or a status that somebody else changed.
func (p *podRun) observe(pod *corev1.Pod) {
	p.mu.Lock()
	before := p.latest
	p.latest = pod
	p.mu.Unlock()
	if pod.DeletionTimestamp != nil {
		p.stop()
	}
	for _, c := range p.containers {
		c.observe(before)
	}
	go p.reconcile(pod)
}

// reconcile writes our status again where the API shows another readiness: the node controller marks the pods of a
// node that is not ready, and a kubelet that can still reach the API puts that right at its next sync.
func (p *podRun) reconcile(pod *corev1.Pod) {
	p.mu.Lock()
	_, ours := podutil.GetPodCondition(&p.reported, corev1.PodReady)
	p.mu.Unlock()
	_, theirs := podutil.GetPodCondition(&pod.Status, corev1.PodReady)
	if ours == nil || theirs == nil || ours.Status == theirs.Status {
		return
	}
	if pace.Sleep(p.gone, p.kubelets.pace.Duration(retryPeriod)) {
		p.change(func() {})
	}
}

// change what the status is made of, and have it reported.
func (p *podRun) change(apply func()) {
	p.mu.Lock()
	apply()
	p.mu.Unlock()
	select {
	case p.dirty <- struct{}{}:
	default:
	}
}

// probedSince is when the probes of the pod began to tick.
func (p *podRun) probedSince() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mountedAt
}

func (p *podRun) object() *corev1.Pod {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.latest
}

// awaitNode waits until the node starts containers; false when the context ended first.
func (p *podRun) awaitNode(ctx context.Context) bool {
	for !p.canStart() {
		if !pace.Sleep(ctx, gatePoll) {
			return false
		}
	}
	return ctx.Err() == nil
}

// retry waits until a pod that cannot go on is tried again.
func (p *podRun) retry(ctx context.Context) bool {
	return pace.Sleep(ctx, p.kubelets.pace.Duration(retryPeriod))
}
