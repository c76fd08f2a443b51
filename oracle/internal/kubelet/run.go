package kubelet

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/kubernetes/pkg/kubelet/events"

	"boyd/oracle/internal/world"
)

// Exit codes of processes that are told to end (SIGTERM) or made to (SIGKILL).
const (
	codeTerminated = 143
	codeKilled     = 137
)

// process is one run of a container.
type process struct {
	container *container
	startedAt time.Time
	// alive ends with the run; probing ends already when the container is told to stop.
	alive   context.Context
	probing context.Context
}

// end of a run.
type end struct {
	code   int32
	reason string
	log    string
}

// run a process to its end and return its exit code.
func (c *container) run(environment map[string]string) int32 {
	behaviour := c.behaviour()
	ctx, cancel := context.WithCancel(c.pod.gone)
	defer cancel()
	probing, stopProbing := context.WithCancel(ctx)
	defer stopProbing()
	running := &process{container: c, startedAt: time.Now(), alive: ctx, probing: probing}
	c.drainKill()
	c.showStarted(running.startedAt)
	c.logs.begin(behaviour.Log)
	running.startProbes()
	ended := c.awaitEnd(running, c.plannedEnds(behaviour, environment), stopProbing)
	c.logs.append(ended.log)
	c.showEnded(ended)
	return ended.code
}

// awaitEnd: the process ends by itself, is killed by the kubelet, or is stopped with its pod.
func (c *container) awaitEnd(running *process, plans []plannedEnd, stopProbing func()) end {
	for {
		var timer <-chan time.Time
		if len(plans) > 0 {
			timer = time.After(time.Until(running.startedAt.Add(plans[0].after)))
		}
		select {
		case <-timer:
			plan := plans[0]
			plans = plans[1:]
			if plan.holds(running.alive) {
				return plan.end
			}
		case message := <-c.kill:
			stopProbing()
			return c.terminate(message)
		case <-c.stopping.Done():
			stopProbing()
			return c.terminate(fmt.Sprintf("Stopping container %s", c.name))
		}
	}
}

// terminate as the runtime does: SIGTERM, then SIGKILL when the grace is over.
func (c *container) terminate(message string) end {
	c.event(corev1.EventTypeNormal, events.KillingContainer, "%s", message)
	speed := c.pod.kubelets.pace
	takes, grace := speed.Seconds(c.behaviour().StopSeconds), speed.Duration(graceOf(c.pod.object()))
	ended := end{code: codeTerminated, reason: "Error"}
	if takes > grace {
		takes, ended.code = grace, codeKilled
	}
	select {
	case <-time.After(takes):
	case <-c.pod.gone.Done():
	}
	return ended
}

func (c *container) showStarted(at time.Time) {
	id := "containerd://" + string(uuid.NewUUID())
	isStarted := c.spec().StartupProbe == nil
	c.event(corev1.EventTypeNormal, events.CreatedContainer, "Container created")
	c.pod.change(func() {
		last := c.status.LastTerminationState
		if c.status.State.Terminated != nil {
			last = corev1.ContainerState{Terminated: c.status.State.Terminated}
		}
		spec := findSpec(c.pod.latest, c.name)
		restarts := c.status.RestartCount
		if last.Terminated != nil {
			restarts++
		}
		c.status = corev1.ContainerStatus{
			Name: c.name, Image: qualified(spec.Image), ImageID: imageID(spec.Image), ContainerID: id, RestartCount: restarts,
			Started: &isStarted, Ready: isStarted && spec.ReadinessProbe == nil && c.kind != initContainer,
			State:                corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(at)}},
			LastTerminationState: last,
			Resources:            spec.Resources.DeepCopy(),
			AllocatedResources:   spec.Resources.Requests.DeepCopy(),
		}
	})
	if isStarted {
		c.startedOnce.Do(func() { close(c.hasStarted) })
	}
	c.event(corev1.EventTypeNormal, events.StartedContainer, "Container started")
}

func (c *container) showEnded(ended end) {
	c.pod.change(func() {
		isStarted := false
		startedAt := c.status.State.Running.StartedAt
		c.status.Ready = c.kind == initContainer && ended.code == 0
		c.status.Started = &isStarted
		c.status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			ExitCode: ended.code, Reason: ended.reason, StartedAt: startedAt, FinishedAt: metav1.Now(), ContainerID: c.status.ContainerID,
		}}
	})
}

func (c *container) endedAt() time.Time {
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	if terminated := endOf(c.status); terminated != nil {
		return terminated.FinishedAt.Time
	}
	return time.Now()
}

func (c *container) hasSucceeded() bool {
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	return c.status.State.Terminated != nil && c.status.State.Terminated.ExitCode == 0
}

// drainKill forgets a reason to kill that came for the run before.
func (c *container) drainKill() {
	select {
	case <-c.kill:
	default:
	}
}

func (c *container) behaviour() world.Image {
	return c.pod.kubelets.world.Get().Behaviour(c.spec().Image)
}
