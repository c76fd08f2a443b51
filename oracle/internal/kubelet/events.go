package kubelet

import (
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	clientcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/record"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"

	"boyd/oracle/internal/nodes"
	"boyd/oracle/internal/pace"
)

// eventSink records Events in the name of each node's kubelet, counted and thinned out as the kubelet does.
type eventSink struct {
	broadcaster record.EventBroadcaster
	mu          sync.Mutex
	recorders   map[string]record.EventRecorder
}

// Defaults of the correlator in client-go: 25 at once, then one in 5 minutes for each object.
const (
	eventBurst    = 25
	eventRefillHz = 1.0 / 300
)

func newEventSink(client kubernetes.Interface, speed pace.Pace) *eventSink {
	refill := float32(eventRefillHz * float64(speed.Unscaled(1e9)) / 1e9)
	broadcaster := record.NewBroadcaster(record.WithCorrelatorOptions(record.CorrelatorOptions{BurstSize: eventBurst, QPS: refill}))
	broadcaster.StartRecordingToSink(&clientcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	return &eventSink{broadcaster: broadcaster, recorders: map[string]record.EventRecorder{}}
}

func (s *eventSink) of(node string) record.EventRecorder {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recorders[node] == nil {
		s.recorders[node] = s.broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "kubelet", Host: node})
	}
	return s.recorders[node]
}

// event about the pod as a whole. A node that is cut off says nothing.
func (p *podRun) event(kind, reason, format string, args ...any) {
	if p.canReport() {
		p.kubelets.events.of(p.node).Eventf(p.object(), kind, reason, format, args...)
	}
}

// event about one container.
func (c *container) event(kind, reason, format string, args ...any) {
	if !c.pod.canReport() {
		return
	}
	spec := c.spec()
	if reference, err := kubecontainer.GenerateContainerRef(c.pod.object(), &spec); err == nil {
		c.pod.kubelets.events.of(c.pod.node).Eventf(reference, kind, reason, format, args...)
	}
}

// canReport: the API hears of this node.
func (p *podRun) canReport() bool {
	exists, fault := p.kubelets.nodes.Alive(p.node)
	return exists && fault.Type != nodes.Silent
}

// canStart: the node's kubelet starts new containers.
func (p *podRun) canStart() bool {
	exists, fault := p.kubelets.nodes.Alive(p.node)
	return exists && fault.Type == nodes.Healthy
}
