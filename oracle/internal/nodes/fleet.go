// Package nodes makes every Node object of the cluster a fake node: kwok keeps its status and its lease, faults are
// set from outside, and pools replace what is deleted.
package nodes

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	clientcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/component-base/version"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/kwok/pkg/config/resources"
	"sigs.k8s.io/kwok/pkg/kwok/controllers"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
	"sigs.k8s.io/kwok/pkg/utils/informer"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
	"sigs.k8s.io/yaml"

	"boyd/oracle/internal/pace"
	"boyd/oracle/internal/world"
)

//go:embed stages.yaml
var stagesText []byte

// leaseDuration and its floor: the kubelet's nodeLeaseDurationSeconds is 40; kwok renews after a quarter.
const (
	leaseDuration = 40 * time.Second
	leaseFloor    = 4 * time.Second
)

// Options of a fleet.
type Options struct {
	Config      *rest.Config
	World       *world.Holder
	Pace        pace.Pace
	KubeletPort int
}

// Fleet is all nodes.
type Fleet struct {
	client      kubernetes.Interface
	world       *world.Holder
	pace        pace.Pace
	lister      corelisters.NodeLister
	leases      *controllers.NodeLeaseController
	kwokEvents  chan informer.Event[*corev1.Node]
	broadcaster record.EventBroadcaster

	mu     sync.Mutex
	faults map[string]Fault
}

// Start watches nodes and keeps them alive from then on.
func Start(ctx context.Context, options Options) (*Fleet, error) {
	client, err := kubernetes.NewForConfig(options.Config)
	if err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	fleet := &Fleet{
		client:      client,
		world:       options.World,
		pace:        options.Pace,
		lister:      factory.Core().V1().Nodes().Lister(),
		kwokEvents:  make(chan informer.Event[*corev1.Node], 64),
		broadcaster: record.NewBroadcaster(),
		faults:      map[string]Fault{},
	}
	fleet.broadcaster.StartRecordingToSink(&clientcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	leases := factory.Coordination().V1().Leases()
	if err := fleet.startLeases(ctx, leases.Lister().Leases(corev1.NamespaceNodeLease)); err != nil {
		return nil, fmt.Errorf("leases: %w", err)
	}
	if err := fleet.startStages(ctx, options.KubeletPort); err != nil {
		return nil, fmt.Errorf("stages: %w", err)
	}
	if err := fleet.watch(ctx, factory.Core().V1().Nodes().Informer()); err != nil {
		return nil, err
	}
	leases.Informer()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return fleet, nil
}

// watch stands between the API and kwok: kwok is not shown silent nodes, so it stops renewing what it holds for them.
func (f *Fleet) watch(ctx context.Context, nodes cache.SharedIndexInformer) error {
	tell := func(kind informer.EventType) func(object any) {
		return func(object any) {
			if node := object.(*corev1.Node); f.FaultOf(node.Name).Type != Silent {
				f.tellKwok(kind, node)
			}
		}
	}
	_, err := nodes.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    tell(informer.Added),
		UpdateFunc: func(_, object any) { tell(informer.Modified)(object) },
		DeleteFunc: func(object any) {
			if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = last.Obj
			}
			node := object.(*corev1.Node)
			f.tellKwok(informer.Deleted, node)
			// A machine that comes back under this name is another machine.
			f.mu.Lock()
			delete(f.faults, node.Name)
			f.mu.Unlock()
			f.replace(ctx, node)
		},
	})
	return err
}

func (f *Fleet) tellKwok(kind informer.EventType, node *corev1.Node) {
	f.kwokEvents <- informer.Event[*corev1.Node]{Type: kind, Object: node.DeepCopy()}
}

// Alive says whether the node exists, and what is wrong with it.
func (f *Fleet) Alive(name string) (exists bool, fault Fault) {
	_, err := f.lister.Get(name)
	return err == nil, f.FaultOf(name)
}

func (f *Fleet) recorder(node string) record.EventRecorder {
	return f.broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "kubelet", Host: node})
}

// startStages hands status and heartbeats to kwok.
func (f *Fleet) startStages(ctx context.Context, kubeletPort int) error {
	stages, err := readStages()
	if err != nil {
		return err
	}
	played, err := lifecycle.NewLifecycle(stages)
	if err != nil {
		return err
	}
	controller, err := controllers.NewNodeController(controllers.NodeControllerConfig{
		TypedClient:          f.client,
		Lifecycle:            resources.NewStaticGetter(played),
		PlayStageParallelism: 4,
		OnNodeManagedFunc:    f.leases.TryHold,
		OnNodeUnmanagedFunc:  f.leases.ReleaseHold,
		FuncMap: gotpl.FuncMap{
			"Conditions":     f.present,
			"KubeletPort":    func() int { return kubeletPort },
			"KubeletVersion": func() string { return version.Get().GitVersion },
		},
	})
	if err != nil {
		return err
	}
	return controller.Start(ctx, f.kwokEvents)
}

// present is what kwok writes as the conditions of a node.
func (f *Fleet) present(name string) []corev1.NodeCondition {
	before := []corev1.NodeCondition{}
	if node, err := f.lister.Get(name); err == nil {
		before = node.Status.Conditions
	}
	return conditionsOf(before, f.FaultOf(name), time.Now())
}

func readStages() ([]*internalversion.Stage, error) {
	stages := []*internalversion.Stage{}
	for _, text := range bytes.Split(stagesText, []byte("\n---\n")) {
		read := &v1alpha1.Stage{}
		if err := yaml.UnmarshalStrict(text, read); err != nil {
			return nil, err
		}
		stage, err := internalversion.ConvertToInternalStage(read)
		if err != nil {
			return nil, err
		}
		stages = append(stages, stage)
	}
	return stages, nil
}
