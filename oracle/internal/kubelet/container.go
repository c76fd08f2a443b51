package kubelet

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/util/format"

	"boyd/oracle/internal/pace"
)

type containerKind int

const (
	regular containerKind = iota
	initContainer
	sidecar
)

// container of a pod over all its runs.
type container struct {
	pod  *podRun
	name string
	kind containerKind
	logs containerLogs
	// status is guarded by the lock of the pod.
	status corev1.ContainerStatus
	// kill ends the present run with a message; the next follows by the restart policy.
	kill chan string
	// stopping ends when no run must follow. Sidecars outlive the regular containers, so it is theirs.
	stopping context.Context
	stop     context.CancelFunc
	done     chan struct{}
	// hasStarted closes when the first run has started (its startup probe held).
	hasStarted  chan struct{}
	startedOnce sync.Once
	running     atomic.Bool
}

func newContainer(pod *podRun, spec *corev1.Container, kind containerKind) *container {
	parent := pod.stopping
	if kind == sidecar {
		parent = pod.gone
	}
	made := &container{pod: pod, name: spec.Name, kind: kind, kill: make(chan string, 1), done: make(chan struct{}), hasStarted: make(chan struct{})}
	made.stopping, made.stop = context.WithCancel(parent)
	reason := "ContainerCreating"
	if len(pod.latest.Spec.InitContainers) > 0 {
		reason = "PodInitializing"
	}
	isStarted := false
	made.status = corev1.ContainerStatus{
		Name: spec.Name, Image: spec.Image, Started: &isStarted,
		State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}},
	}
	return made
}

func (c *container) start() {
	c.running.Store(true)
	go c.live()
}

func (c *container) isStarted() bool { return c.running.Load() }

// live runs the process again and again, as the restart policy says.
func (c *container) live() {
	defer close(c.done)
	for {
		environment, ok := c.prepare()
		if !ok {
			return
		}
		code := c.run(environment)
		if c.stopping.Err() != nil || !c.restarts(code) || !c.backOff() {
			return
		}
	}
}

// prepare waits until image and configuration are there. The kubelet asks for the image first.
func (c *container) prepare() (map[string]string, bool) {
	for c.pod.awaitNode(c.stopping) {
		if !c.ensureImage() {
			return nil, false
		}
		environment, err := c.environment(c.stopping)
		if err == nil {
			return environment, true
		}
		c.wait("CreateContainerConfigError", err.Error())
		c.event(corev1.EventTypeWarning, events.FailedToCreateContainer, "Error: %s", err.Error())
		if !c.pod.retry(c.stopping) {
			return nil, false
		}
	}
	return nil, false
}

func (c *container) restarts(code int32) bool {
	if c.kind == initContainer && code == 0 {
		return false
	}
	pod := c.pod.object()
	return podutil.ContainerShouldRestart(c.spec(), pod.Spec, code)
}

// backOff waits as long as a container that ended now has to; none after the first end, then 10 s, doubled up to 5 min.
func (c *container) backOff() bool {
	pod, spec := c.pod.object(), c.spec()
	// A changed image or limit starts anew, as in GetBackoffKey of pkg/kubelet/kuberuntime.
	key := strings.Join([]string{string(pod.UID), c.name, spec.Image, spec.Resources.String()}, "/")
	endedAt := c.endedAt()
	restarts := c.pod.kubelets.restarts
	for restarts.IsInBackOffSince(key, endedAt) {
		delay := restarts.Get(key)
		message := fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", c.pod.kubelets.pace.Unscaled(delay), c.name, format.Pod(pod))
		c.event(corev1.EventTypeWarning, events.BackOffStartContainer, "Back-off restarting failed container %s in pod %s", c.name, format.Pod(pod))
		c.wait("CrashLoopBackOff", message)
		left := delay - restarts.Clock.Since(endedAt)
		if !pace.Sleep(c.stopping, min(left, c.pod.kubelets.pace.Duration(retryPeriod))) {
			return false
		}
	}
	restarts.Next(key, endedAt)
	return true
}

// wait shows why nothing runs; the run before becomes the last one.
func (c *container) wait(reason, message string) {
	c.pod.change(func() {
		if c.status.State.Terminated != nil {
			c.status.LastTerminationState = corev1.ContainerState{Terminated: c.status.State.Terminated}
		}
		c.status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
	})
}

// observe kills a run whose image was changed under it; nothing else of a running container may change.
func (c *container) observe(before *corev1.Pod) {
	was, is := findSpec(before, c.name), c.spec()
	if was.Image != is.Image {
		c.killRun(fmt.Sprintf("Container %s definition changed", c.name))
	}
}

// killRun ends the present run; the message says what follows. A second reason for one run is dropped.
func (c *container) killRun(message string) {
	if c.restarts(1) {
		message += ", will be restarted"
	}
	select {
	case c.kill <- message:
	default:
	}
}

func (c *container) spec() corev1.Container { return findSpec(c.pod.object(), c.name) }

func findSpec(pod *corev1.Pod, name string) corev1.Container {
	for _, spec := range append(append([]corev1.Container{}, pod.Spec.InitContainers...), pod.Spec.Containers...) {
		if spec.Name == name {
			return spec
		}
	}
	return corev1.Container{Name: name}
}
