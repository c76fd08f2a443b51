// Package kubelet plays the kubelets of all fake nodes: it runs the pods that the scheduler has bound, as the world
// file says, and writes the statuses and Events that a kubelet of this version would write.
//
// kwok's pod stages stop where incidents begin: they have no images that are missing, no probes, no back-off, no
// memory limits. So nodes are kwok's, and pods are ours, with the kubelet's own helpers for conditions, restart
// policies, references and back-off. Messages are those of pkg/kubelet at the version in go.mod.
//
// Not played: exec, attach and port-forward, resource usage (so no node-pressure eviction and no metrics), resizing
// in place, activeDeadlineSeconds of a bare pod, lifecycle hooks, sandbox changes, volumes other than configuration.
package kubelet

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/flowcontrol"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"boyd/oracle/internal/nodes"
	"boyd/oracle/internal/pace"
	"boyd/oracle/internal/world"
)

// Constants of the kubelet (pkg/kubelet/kubelet.go, pod_workers.go).
const (
	backOffFirst = 10 * time.Second
	backOffLimit = 300 * time.Second
	// retryPeriod is how soon a pod that cannot go on is tried again (backOffPeriod).
	retryPeriod = 10 * time.Second
)

// Nodes is what a kubelet has to know of its node.
type Nodes interface {
	Alive(name string) (exists bool, fault nodes.Fault)
}

// Options of all kubelets.
type Options struct {
	Config *rest.Config
	World  *world.Holder
	Pace   pace.Pace
	Nodes  Nodes
}

// Kubelets runs every bound pod.
type Kubelets struct {
	client    kubernetes.Interface
	world     *world.Holder
	pace      pace.Pace
	nodes     Nodes
	events    *eventSink
	images    *imageStore
	addresses addressPool
	// restarts and pulls are kept past the life of a container, as in the kubelet, and forget by themselves.
	restarts, pulls *flowcontrol.Backoff

	mu   sync.Mutex
	pods map[types.UID]*podRun
}

// Start watches bound pods and runs them until the context ends.
func Start(ctx context.Context, options Options) (*Kubelets, error) {
	client, err := kubernetes.NewForConfig(options.Config)
	if err != nil {
		return nil, err
	}
	speed := options.Pace
	kubelets := &Kubelets{
		client:   client,
		world:    options.World,
		pace:     speed,
		nodes:    options.Nodes,
		events:   newEventSink(client, speed),
		images:   newImageStore(),
		restarts: flowcontrol.NewBackOff(speed.Duration(backOffFirst), speed.Duration(backOffLimit)),
		pulls:    flowcontrol.NewBackOff(speed.Duration(backOffFirst), speed.Duration(backOffLimit)),
		pods:     map[types.UID]*podRun{},
	}
	bound := informers.WithTweakListOptions(func(list *metav1.ListOptions) {
		list.FieldSelector = fields.OneTermNotEqualSelector("spec.nodeName", "").String()
	})
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, bound)
	_, err = factory.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { kubelets.observe(ctx, object.(*corev1.Pod)) },
		UpdateFunc: func(_, object any) { kubelets.observe(ctx, object.(*corev1.Pod)) },
		DeleteFunc: func(object any) { kubelets.forget(object) },
	})
	if err != nil {
		return nil, err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return kubelets, nil
}

// observe starts a pod that is new and tells a known one of its new object.
func (k *Kubelets) observe(ctx context.Context, pod *corev1.Pod) {
	k.mu.Lock()
	run, known := k.pods[pod.UID]
	if !known {
		run = newPodRun(ctx, k, pod)
		k.pods[pod.UID] = run
	}
	k.mu.Unlock()
	if known {
		run.observe(pod)
		return
	}
	go run.live()
}

// forget a pod that the API no longer has; a force-deleted one stops here without a word.
func (k *Kubelets) forget(object any) {
	if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = last.Obj
	}
	pod := object.(*corev1.Pod)
	k.mu.Lock()
	run := k.pods[pod.UID]
	delete(k.pods, pod.UID)
	k.mu.Unlock()
	if run != nil {
		run.end()
		k.addresses.release(run.address)
	}
}

func (k *Kubelets) find(namespace, name string) (*podRun, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, run := range k.pods {
		if pod := run.object(); pod.Namespace == namespace && pod.Name == name {
			return run, nil
		}
	}
	return nil, fmt.Errorf("pod %q not found", name+"_"+namespace)
}
