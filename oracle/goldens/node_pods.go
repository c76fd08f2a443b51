package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"testing"
	"testing/synctest"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/informers"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/kubernetes/pkg/controller"
	"k8s.io/kubernetes/pkg/controller/podgc"
	"k8s.io/kubernetes/pkg/controller/tainteviction"
)

type nodePods struct {
	Steps []nodePodsStep `json:"steps"`
	// How many ended pods are left alone.
	Threshold int `json:"threshold"`
}

type nodePodsStep struct {
	AfterMs int64 `json:"afterMs"`
	// As they are from now on, new or not.
	Nodes []*v1.Node `json:"nodes"`
	// Those who are not there any more.
	Lost []string `json:"lost"`
	// New ones.
	Pods []*v1.Pod `json:"pods"`
	// Which pod tolerates what from now on.
	Tolerations map[string][]v1.Toleration `json:"tolerations"`
	Deleted     []string                   `json:"deleted"`
	// Their containers have stopped.
	Stopped []string `json:"stopped"`
}

type nodePodsAfter struct {
	// One a line: name, phase, since when it is on its way out, why and since when it is disrupted.
	Pods   []string `json:"pods"`
	Events []string `json:"events,omitempty"`
}

// Which pods a tainted node loses when, step after step, and what is said about it.
func answerTaintEviction(input json.RawMessage) (any, error) {
	return playNodePods(input, func(ctx context.Context, world *playedWorld, nodes told[corelisters.NodeLister], pods told[corelisters.PodLister], _ nodePods) (func(time.Duration), error) {
		if err := controller.AddPodNodeNameIndexer(pods.Informer()); err != nil {
			return nil, err
		}
		evictions, err := tainteviction.New(ctx, world.client, pods, nodes, "taint-eviction-controller")
		if err != nil {
			return nil, err
		}
		go evictions.Run(ctx)
		return time.Sleep, nil
	})
}

// A look takes a moment: none is at the very instant at which something is due.
const collectionPeriod = 20*time.Second + time.Millisecond

// Which pods the collector takes, look after look.
func answerPodGc(input json.RawMessage) (any, error) {
	return playNodePods(input, func(ctx context.Context, world *playedWorld, nodes told[corelisters.NodeLister], pods told[corelisters.PodLister], asked nodePods) (func(time.Duration), error) {
		collector := podgc.NewPodGC(ctx, world.client, pods, nodes, asked.Threshold)
		next := time.Now().Add(betweenChanges / 2)
		// Its queue ends with it.
		context.AfterFunc(ctx, func() { collector.Run(ctx) })
		return func(duration time.Duration) {
			until := time.Now().Add(duration)
			for !next.After(until) {
				time.Sleep(time.Until(next))
				_ = world.deliver()
				collectPods(collector, ctx)
				next = next.Add(collectionPeriod)
			}
			time.Sleep(time.Until(until))
		}, nil
	})
}

type hiring func(context.Context, *playedWorld, told[corelisters.NodeLister], told[corelisters.PodLister], nodePods) (func(time.Duration), error)

func playNodePods(input json.RawMessage, hire hiring) (answer any, err error) {
	asked, err := decoded[nodePods](input)
	if err != nil {
		return nil, err
	}
	utilruntime.ErrorHandlers = nil
	synctest.Test(host, func(*testing.T) { answer, err = playNodeSteps(asked, hire) })
	return answer, err
}

func playNodeSteps(asked nodePods, hire hiring) (any, error) {
	ctx, cancel := context.WithCancel(context.Background())
	world := newPlayedWorld()
	defer func() {
		cancel()
		synctest.Wait()
	}()
	factory := informers.NewSharedInformerFactory(world.client, 24*time.Hour)
	nodes := tellBy(world, factory.Core().V1().Nodes(), v1.SchemeGroupVersion, "nodes", "Node")
	pods := tellBy(world, factory.Core().V1().Pods(), v1.SchemeGroupVersion, "pods", "Pod")
	pass, err := hire(ctx, world, nodes, pods, asked)
	if err != nil {
		return nil, err
	}
	answers := []nodePodsAfter{}
	for _, step := range asked.Steps {
		if err := world.changeNodes(ctx, step); err != nil {
			return nil, err
		}
		if err := world.deliver(); err != nil {
			return nil, err
		}
		// What is heard at one instant is heard in any order.
		pass(betweenChanges)
		if err := world.changePods(ctx, step); err != nil {
			return nil, err
		}
		if err := world.deliver(); err != nil {
			return nil, err
		}
		synctest.Wait()
		pass(time.Duration(step.AfterMs) * time.Millisecond)
		synctest.Wait()
		if err := world.deliver(); err != nil {
			return nil, err
		}
		after, err := world.afterNodePods(ctx)
		if err != nil {
			return nil, err
		}
		answers = append(answers, *after)
	}
	return answers, nil
}

const betweenChanges = 20 * time.Millisecond

func (world *playedWorld) changeNodes(ctx context.Context, step nodePodsStep) error {
	for _, node := range step.Nodes {
		if err := world.putNode(ctx, node); err != nil {
			return err
		}
	}
	for _, name := range step.Lost {
		if err := world.client.CoreV1().Nodes().Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	return nil
}

func (world *playedWorld) changePods(ctx context.Context, step nodePodsStep) error {
	pods := world.client.CoreV1().Pods("shop")
	for _, pod := range step.Pods {
		if _, err := pods.Create(ctx, pod, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	for name, tolerations := range step.Tolerations {
		pod, err := pods.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			continue
		}
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, tolerations...)
		if _, err := pods.Update(ctx, pod, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	for _, name := range step.Deleted {
		_ = pods.Delete(ctx, name, metav1.DeleteOptions{})
	}
	for _, name := range step.Stopped {
		pod, err := pods.Get(ctx, name, metav1.GetOptions{})
		if err == nil && pod.DeletionTimestamp != nil {
			_ = pods.Delete(ctx, name, *metav1.NewDeleteOptions(0))
		}
	}
	return nil
}

func (world *playedWorld) putNode(ctx context.Context, node *v1.Node) error {
	nodes := world.client.CoreV1().Nodes()
	if _, err := nodes.Get(ctx, node.Name, metav1.GetOptions{}); err != nil {
		_, err = nodes.Create(ctx, node, metav1.CreateOptions{})
		return err
	}
	if _, err := nodes.Update(ctx, node.DeepCopy(), metav1.UpdateOptions{}); err != nil {
		return err
	}
	_, err := nodes.UpdateStatus(ctx, node.DeepCopy(), metav1.UpdateOptions{})
	return err
}

func (world *playedWorld) afterNodePods(ctx context.Context) (*nodePodsAfter, error) {
	list, err := world.client.CoreV1().Pods("shop").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	after := &nodePodsAfter{Pods: []string{}, Events: world.heard}
	world.heard = nil
	sort.Strings(after.Events)
	for _, pod := range list.Items {
		leaving, disrupted := "", ""
		if pod.DeletionTimestamp != nil {
			leaving = secondOf(*pod.DeletionTimestamp)
		}
		for _, condition := range pod.Status.Conditions {
			if condition.Type == v1.DisruptionTarget {
				disrupted = fmt.Sprintf("%s %s %s", condition.Status, condition.Reason, secondOf(condition.LastTransitionTime))
			}
		}
		after.Pods = append(after.Pods, inWords(pod.Name, string(pod.Status.Phase), leaving, disrupted))
	}
	sort.Strings(after.Pods)
	return after, nil
}

func secondOf(at metav1.Time) string {
	return fmt.Sprint(at.Unix() - 946684800)
}
