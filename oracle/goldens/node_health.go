package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	coordinationv1 "k8s.io/api/coordination/v1"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/informers"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/controller/nodelifecycle"
)

type nodeHealth struct {
	Steps []nodeHealthStep `json:"steps"`
}

type nodeHealthStep struct {
	AfterSeconds int64 `json:"afterSeconds"`
	// As their kubelets, or people, have them from now on.
	Nodes []*v1.Node `json:"nodes"`
	// Whose kubelets say nothing any more, and whose do again.
	Silent    []string  `json:"silent"`
	Reporting []string  `json:"reporting"`
	Lost      []string  `json:"lost"`
	Pods      []*v1.Pod `json:"pods"`
}

type nodeHealthAfter struct {
	// One a line: name, conditions with their times, taints with theirs.
	Nodes []string `json:"nodes"`
	// One a line: name, readiness, since when.
	Pods []string `json:"pods"`
}

// The controller with what reports to it.
type nodeWatch struct {
	world      *playedWorld
	controller *nodelifecycle.Controller
	leases     cache.Indexer
	silent     map[string]bool
	delivered  int
}

// Nodes in the order of their names: a cache has none.
type sortedNodes struct{ corelisters.NodeLister }

func (nodes sortedNodes) List(selector labels.Selector) ([]*v1.Node, error) {
	listed, err := nodes.NodeLister.List(selector)
	sort.Slice(listed, func(left, right int) bool { return listed[left].Name < listed[right].Name })
	return listed, err
}

const (
	monitorPeriod  = 5 * time.Second
	startupGrace   = time.Minute
	monitorGrace   = 50 * time.Second
	largeZone      = 50
	unhealthyShare = 0.55
)

// What the node lifecycle controller makes of kubelets that report, fall silent and come back: conditions, taints, and the
// readiness of pods, step after step.
func answerNodeHealth(input json.RawMessage) (answer any, err error) {
	asked, err := decoded[nodeHealth](input)
	if err != nil {
		return nil, err
	}
	utilruntime.ErrorHandlers = nil
	synctest.Test(host, func(*testing.T) { answer, err = playNodeHealth(asked) })
	return answer, err
}

func playNodeHealth(asked nodeHealth) (any, error) {
	ctx, cancel := context.WithCancel(context.Background())
	watch, err := newNodeWatch(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	defer func() {
		cancel()
		// Its queues end with it.
		watch.controller.Run(ctx)
		synctest.Wait()
	}()
	answers := []nodeHealthAfter{}
	for index, step := range asked.Steps {
		if err := watch.change(ctx, step); err != nil {
			return nil, err
		}
		if err := watch.deliver(); err != nil {
			return nil, err
		}
		seconds := step.AfterSeconds
		if index == 0 {
			// What happens next happens between two looks.
			time.Sleep(betweenChanges)
			seconds++
		}
		if err := watch.pass(ctx, seconds); err != nil {
			return nil, err
		}
		after, err := watch.after(ctx)
		if err != nil {
			return nil, err
		}
		answers = append(answers, *after)
	}
	return answers, nil
}

func newNodeWatch(ctx context.Context) (*nodeWatch, error) {
	world := newPlayedWorld()
	factory := informers.NewSharedInformerFactory(world.client, 24*time.Hour)
	nodes := tellBy(world, factory.Core().V1().Nodes(), v1.SchemeGroupVersion, "nodes", "Node")
	nodes.lister = sortedNodes{nodes.lister}
	pods := tellBy(world, factory.Core().V1().Pods(), v1.SchemeGroupVersion, "pods", "Pod")
	leases := factory.Coordination().V1().Leases()
	controller, err := nodelifecycle.NewNodeLifecycleController(ctx, leases, pods, nodes, factory.Apps().V1().DaemonSets(), world.client,
		monitorPeriod, startupGrace, monitorGrace, 0.1, 0.01, largeZone, unhealthyShare)
	if err != nil {
		return nil, err
	}
	oneWorker(controller)
	go nodeWorker(controller, ctx)
	go podWorker(controller, ctx)
	// Who is put up first is tainted first: at no two calls is it the same time.
	calls := 0
	taintQueueNow = func() time.Time {
		calls++
		return time.Now().Add(time.Duration(calls) * time.Nanosecond)
	}
	return &nodeWatch{world: world, controller: controller, leases: leases.Informer().GetIndexer(), silent: map[string]bool{}}, nil
}

// Several would put nodes up in any order.
func oneWorker(controller *nodelifecycle.Controller) {
	field := reflect.ValueOf(controller).Elem().FieldByName("nodeUpdateWorkerSize")
	reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().SetInt(1)
}

func (watch *nodeWatch) change(ctx context.Context, step nodeHealthStep) error {
	nodes := watch.world.client.CoreV1().Nodes()
	for _, name := range step.Silent {
		watch.silent[name] = true
	}
	for _, name := range step.Reporting {
		delete(watch.silent, name)
	}
	for _, node := range step.Nodes {
		if err := watch.report(ctx, node); err != nil {
			return err
		}
	}
	for _, name := range step.Lost {
		if err := nodes.Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	for _, pod := range step.Pods {
		if _, err := watch.world.client.CoreV1().Pods("shop").Create(ctx, pod, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// A kubelet writes its conditions with their times, and leaves taints as they are.
func (watch *nodeWatch) report(ctx context.Context, node *v1.Node) error {
	nodes := watch.world.client.CoreV1().Nodes()
	known, err := nodes.Get(ctx, node.Name, metav1.GetOptions{})
	now := metav1.Now()
	for index := range node.Status.Conditions {
		condition := &node.Status.Conditions[index]
		condition.LastHeartbeatTime, condition.LastTransitionTime = now, now
		if err != nil {
			continue
		}
		for _, before := range known.Status.Conditions {
			if before.Type == condition.Type && before.Status == condition.Status {
				condition.LastTransitionTime = before.LastTransitionTime
			}
		}
	}
	if err != nil {
		_, err = nodes.Create(ctx, node, metav1.CreateOptions{})
		return err
	}
	known.Spec.Unschedulable = node.Spec.Unschedulable
	known.Labels = node.Labels
	if _, err := nodes.Update(ctx, known.DeepCopy(), metav1.UpdateOptions{}); err != nil {
		return err
	}
	if known, err = nodes.Get(ctx, node.Name, metav1.GetOptions{}); err != nil {
		return err
	}
	known.Status.Conditions = node.Status.Conditions
	_, err = nodes.UpdateStatus(ctx, known, metav1.UpdateOptions{})
	return err
}

// Second after second, with a look every five.
func (watch *nodeWatch) pass(ctx context.Context, seconds int64) error {
	for ; seconds > 0; seconds-- {
		elapsed := time.Since(time.Unix(bubbleBegins, 0))
		if elapsed.Truncate(time.Second)%monitorPeriod == 0 {
			if err := watch.renewLeases(ctx); err != nil {
				return err
			}
			if err := monitorNodeHealth(watch.controller, ctx); err != nil {
				return err
			}
			if err := watch.deliver(); err != nil {
				return err
			}
		}
		taintWaiting(watch.controller, ctx)
		if err := watch.deliver(); err != nil {
			return err
		}
		time.Sleep(time.Second)
	}
	return nil
}

const bubbleBegins = 946684800

func (watch *nodeWatch) renewLeases(ctx context.Context) error {
	list, err := watch.world.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	now := metav1.NewMicroTime(time.Now())
	for _, node := range list.Items {
		if watch.silent[node.Name] {
			continue
		}
		lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: v1.NamespaceNodeLease, Name: node.Name}, Spec: coordinationv1.LeaseSpec{RenewTime: &now}}
		if err := watch.leases.Add(lease); err != nil {
			return err
		}
	}
	return nil
}

// Tells what was written, and what follows from it at once.
func (watch *nodeWatch) deliver() error {
	for watch.delivered != watch.world.version {
		watch.delivered = watch.world.version
		if err := watch.world.deliver(); err != nil {
			return err
		}
		synctest.Wait()
	}
	return nil
}

func (watch *nodeWatch) after(ctx context.Context) (*nodeHealthAfter, error) {
	nodes, err := watch.world.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	pods, err := watch.world.client.CoreV1().Pods("shop").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	after := &nodeHealthAfter{Nodes: []string{}, Pods: []string{}}
	for _, node := range nodes.Items {
		conditions, taints := []string{}, []string{}
		for _, condition := range node.Status.Conditions {
			conditions = append(conditions, fmt.Sprintf("%s %s %s %s", condition.Type, condition.Status, condition.Reason, secondOf(condition.LastTransitionTime)))
		}
		for _, taint := range node.Spec.Taints {
			taints = append(taints, fmt.Sprintf("%s %s %s", strings.TrimPrefix(taint.Key, "node.kubernetes.io/"), taint.Effect, secondOf(*taint.TimeAdded)))
		}
		sort.Strings(taints)
		after.Nodes = append(after.Nodes, inWords(node.Name, strings.Join(conditions, "; "), strings.Join(taints, "; ")))
	}
	for _, pod := range pods.Items {
		for _, condition := range pod.Status.Conditions {
			after.Pods = append(after.Pods, inWords(pod.Name, string(condition.Status), secondOf(condition.LastTransitionTime)))
		}
	}
	sort.Strings(after.Nodes)
	sort.Strings(after.Pods)
	return after, nil
}
