package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
)

type preempting struct {
	placing
	// Pods that an earlier preemption promised a node.
	Nominees []*v1.Pod `json:"nominees"`
}

type room struct {
	Refused map[string]refusal `json:"refused"`
	// What preemption decides when nothing fits.
	Node    string   `json:"node"`
	Victims []string `json:"victims"`
	Message string   `json:"message"`
}

type activator struct{}

func (activator) Activate(klog.Logger, map[string]*v1.Pod) {}

// One pod looks for a node where others are promised it; where it fits nowhere, preemption makes room.
func answerPreemption(input json.RawMessage) (any, error) {
	asked, err := decoded[preempting](input)
	if err != nil {
		return nil, err
	}
	// Victims that are deleted by another thread could not be waited for.
	if err := utilfeature.DefaultMutableFeatureGate.Set("SchedulerAsyncPreemption=false"); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	metrics.Register()
	client := fake.NewSimpleClientset(append(objectsOf(asked.placing), podObjects(asked.Nominees)...)...)
	nominator, err := nominatorOf(asked)
	if err != nil {
		return nil, err
	}
	options := append(preemptionOptions(), frameworkruntime.WithPodNominator(nominator), frameworkruntime.WithPodActivator(activator{}))
	scheduler, infos, err := frameworkOver(ctx, client, asked.placing, options...)
	if err != nil {
		return nil, err
	}
	return makeRoom(ctx, scheduler, infos, asked, client)
}

// The queue knows who was promised what, of pods that wait in it.
func nominatorOf(asked preempting) (queue.SchedulingQueue, error) {
	factory := informers.NewSharedInformerFactory(fake.NewSimpleClientset(), 0)
	inOrder := func(fwk.QueuedPodInfo, fwk.QueuedPodInfo) bool { return false }
	waiting := queue.NewSchedulingQueue(inOrder, factory)
	for _, pod := range asked.Nominees {
		if err := factory.Core().V1().Pods().Informer().GetIndexer().Add(pod); err != nil {
			return nil, err
		}
		enqueue(waiting, pod)
	}
	return waiting, nil
}

func podObjects(pods []*v1.Pod) []runtime.Object {
	objects := []runtime.Object{}
	for _, pod := range pods {
		objects = append(objects, pod)
	}
	return objects
}

func makeRoom(ctx context.Context, scheduler framework.Framework, infos []fwk.NodeInfo, asked preempting, client *fake.Clientset) (any, error) {
	answer := &room{Refused: map[string]refusal{}, Victims: []string{}}
	state := framework.NewCycleState()
	narrowed, status, _ := scheduler.RunPreFilterPlugins(ctx, state, asked.Pod)
	if !status.IsSuccess() {
		return nil, fmt.Errorf("%s", status.Message())
	}
	statuses := framework.NewDefaultNodeToStatus()
	for _, info := range infos {
		name := info.Node().Name
		if !narrowed.AllNodes() && !narrowed.NodeNames.Has(name) {
			continue
		}
		status := scheduler.RunFilterPluginsWithNominatedPods(ctx, state, asked.Pod, info)
		if status.IsSuccess() {
			return map[string]bool{"fits": true}, nil
		}
		answer.Refused[name] = *refusalOf(status)
		statuses.Set(name, status)
	}
	client.ClearActions()
	result, status := scheduler.RunPostFilterPlugins(ctx, state, asked.Pod, statuses)
	if status.Code() == fwk.Error {
		return nil, fmt.Errorf("%s", status.Message())
	}
	answer.Message = status.Message()
	if result != nil && result.NominatingInfo != nil {
		answer.Node = result.NominatedNodeName
	}
	answer.Victims = deletedPods(client)
	return answer, nil
}

func deletedPods(client *fake.Clientset) []string {
	names := []string{}
	for _, action := range client.Actions() {
		if deletion, is := action.(clienttesting.DeleteAction); is && action.Matches("delete", "pods") {
			names = append(names, deletion.GetNamespace()+"/"+deletion.GetName())
		}
	}
	sort.Strings(names)
	return names
}
