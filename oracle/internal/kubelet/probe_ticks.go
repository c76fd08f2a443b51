package kubelet

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// relistPeriod is how late the kubelet sees that a container runs (pkg/kubelet/pleg).
const relistPeriod = time.Second

// probeTicks of one probe on one run of a container.
type probeTicks struct {
	next   time.Time
	period time.Duration
	// atFirstSight: the first tick is when the kubelet sees that the container runs and is not ready.
	atFirstSight bool
}

// ticksOf a probe as pkg/kubelet/prober makes them: a worker ticks since the kubelet took up the pod, whenever the
// container starts. A readiness probe is asked at once when its container is seen to run (or its startup probe holds),
// and ticks from there. Other syncs of the pod, which ask it too, are left out.
func (r *process) ticksOf(name string, probe *corev1.Probe) probeTicks {
	speed := r.container.pod.kubelets.pace
	ticks := probeTicks{period: speed.Seconds(float64(probe.PeriodSeconds))}
	isHeldBack := r.container.spec().StartupProbe != nil && name != "Startup"
	seenAt := r.startedAt.Add(speed.Duration(relistPeriod))
	from, notBefore := r.container.pod.probedSince(), seenAt
	if isHeldBack {
		notBefore = time.Now()
	}
	if name == "Readiness" {
		from = notBefore
	}
	delayed := r.startedAt.Add(speed.Seconds(float64(probe.InitialDelaySeconds)))
	ticks.next = from
	for ticks.next.Before(notBefore) || ticks.next.Before(delayed) {
		ticks.next = ticks.next.Add(ticks.period)
	}
	ticks.atFirstSight = name == "Readiness" && !isHeldBack && ticks.next.Equal(seenAt)
	return ticks
}

// advance to the first tick that is not over; the others are left out.
func (t *probeTicks) advance() {
	for now := time.Now(); !t.next.After(now); {
		t.next = t.next.Add(t.period)
	}
}
