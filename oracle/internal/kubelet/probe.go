package kubelet

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/events"

	"boyd/oracle/internal/pace"
)

// startProbes as pkg/kubelet/prober does: until the startup probe has held, only it runs; afterwards the other two.
// The random delay of a kubelet that has just started is left out, so that runs can be compared.
func (r *process) startProbes() {
	spec := r.container.spec()
	go func() {
		if spec.StartupProbe != nil && !r.awaitStartup(spec.StartupProbe) {
			return
		}
		if spec.ReadinessProbe != nil {
			go r.watch(r.alive, "Readiness", spec.ReadinessProbe, r.setReady)
		}
		if spec.LivenessProbe != nil {
			go r.watch(r.probing, "Liveness", spec.LivenessProbe, func(isGood bool) bool {
				if !isGood {
					r.container.killRun(fmt.Sprintf("Container %s failed liveness probe", r.container.name))
				}
				return isGood
			})
		}
	}()
}

// awaitStartup holds the others back; false when the container is killed for it or stopped.
func (r *process) awaitStartup(probe *corev1.Probe) bool {
	hasStarted := false
	r.watch(r.probing, "Startup", probe, func(isGood bool) bool {
		hasStarted = isGood
		if !isGood {
			r.container.killRun(fmt.Sprintf("Container %s failed startup probe", r.container.name))
		}
		return false
	})
	if !hasStarted || r.probing.Err() != nil {
		return false
	}
	c := r.container
	c.pod.change(func() {
		isStarted := true
		c.status.Started = &isStarted
		c.status.Ready = findSpec(c.pod.latest, c.name).ReadinessProbe == nil
	})
	c.startedOnce.Do(func() { close(c.hasStarted) })
	return true
}

func (r *process) setReady(isReady bool) bool {
	c := r.container
	c.pod.change(func() {
		if c.status.State.Running != nil {
			c.status.Ready = isReady
		}
	})
	return true
}

// watch asks at every tick and tells each verdict (as many equal answers as the threshold says) to decide, which says
// whether to go on. That a new container is not ready is a change of its own, and whoever is not ready when a change is
// looked at is asked again: so its first answer is asked for twice.
func (r *process) watch(ctx context.Context, name string, probe *corev1.Probe, decide func(isGood bool) bool) {
	ticks := r.ticksOf(name, probe)
	askAgain := ticks.atFirstSight
	inRow, wasGood := int32(0), false
	for pace.Sleep(ctx, time.Until(ticks.next)) {
		failure := r.answer(probe)
		isGood := failure == nil
		if !isGood {
			r.container.event(corev1.EventTypeWarning, events.ContainerUnhealthy, "%s probe failed: %s", name, failure)
		}
		if inRow > 0 && isGood == wasGood {
			inRow++
		} else {
			inRow, wasGood = 1, isGood
		}
		threshold := probe.FailureThreshold
		if isGood {
			threshold = probe.SuccessThreshold
		}
		if inRow == threshold && !decide(isGood) {
			return
		}
		if !askAgain || (isGood && inRow >= threshold) {
			ticks.advance()
		}
		askAgain = false
	}
}
