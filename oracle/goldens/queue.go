package main

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/queuesort"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
)

type queueing struct {
	Steps []queueStep `json:"steps"`
}

// One of its parts is set.
type queueStep struct {
	Add         string   `json:"add"`
	Priority    int32    `json:"priority"`
	Delete      string   `json:"delete"`
	WaitSeconds int64    `json:"waitSeconds"`
	Event       string   `json:"event"`
	Attempt     string   `json:"attempt"`
	RefusedBy   []string `json:"refusedBy"`
}

// What each plugin of the questions waits for.
var awaited = map[string]fwk.ClusterEvent{
	"room":   {Resource: fwk.Node, ActionType: fwk.Add},
	"labels": {Resource: fwk.Node, ActionType: fwk.UpdateNodeLabel},
}

// Which pod is tried next, attempt after attempt, while time passes and things happen. The queue runs with its own loops, in
// a bubble; half a second lies between its ticks and the steps.
func answerQueue(input json.RawMessage) (answer any, err error) {
	asked, err := decoded[queueing](input)
	if err != nil {
		return nil, err
	}
	synctest.Test(host, func(*testing.T) { answer = playQueue(asked) })
	return answer, nil
}

func playQueue(asked queueing) []string {
	metrics.Register()
	logger, stop := klog.Background(), make(chan struct{})
	hints := queue.QueueingHintMap{}
	for plugin, event := range awaited {
		hints[event] = []*queue.QueueingHintFunction{{PluginName: plugin, QueueingHintFn: func(klog.Logger, *v1.Pod, any, any) (fwk.QueueingHint, error) { return fwk.Queue, nil }}}
	}
	sorting := &queuesort.PrioritySort{}
	waiting := queue.NewPriorityQueue(sorting.Less, informers.NewSharedInformerFactory(fake.NewSimpleClientset(), 0),
		queue.WithQueueingHintMapPerProfile(queue.QueueingHintMapPerProfile{"": hints}),
		recordedBy(metrics.NewMetricsAsyncRecorder(1000, time.Second, stop)))
	waiting.Run(logger)
	defer func() {
		waiting.Close()
		close(stop)
		// The recorder looks once a second whether it is to stop.
		time.Sleep(2 * time.Second)
		synctest.Wait()
	}()
	player := &queuePlayer{waiting: waiting, failing: sets.New[string](), tried: []string{}}
	time.Sleep(500 * time.Millisecond)
	for _, step := range asked.Steps {
		time.Sleep(10*time.Millisecond + time.Duration(step.WaitSeconds)*time.Second)
		synctest.Wait()
		player.play(logger, step)
	}
	return player.tried
}

type queuePlayer struct {
	waiting *queue.PriorityQueue
	// Those whose last attempt ended in an error: they are not taken before their time.
	failing sets.Set[string]
	tried   []string
}

func (player *queuePlayer) play(logger klog.Logger, step queueStep) {
	switch {
	case step.Add != "":
		enqueue(player.waiting, queuedPod(step.Add, step.Priority))
	case step.Delete != "":
		player.waiting.Delete(queuedPod(step.Delete, 0))
		player.failing.Delete(step.Delete)
	case step.Event != "":
		player.waiting.MoveAllToActiveOrBackoffQueue(logger, awaited[step.Event], nil, nil, nil)
	case step.Attempt != "":
		player.attempt(logger, step)
	}
}

func queuedPod(name string, priority int32) *v1.Pod {
	return &v1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop", UID: types.UID(name)}, Spec: v1.PodSpec{Priority: &priority}}
}

func (player *queuePlayer) attempt(logger klog.Logger, step queueStep) {
	if !player.hasOne() {
		player.tried = append(player.tried, "")
		return
	}
	info, err := player.waiting.Pop(logger)
	if err != nil || info == nil {
		player.tried = append(player.tried, "closed")
		return
	}
	name := info.Pod.Name
	player.tried = append(player.tried, name)
	player.failing.Delete(name)
	switch step.Attempt {
	case "refused":
		info.UnschedulablePlugins = sets.New(step.RefusedBy...)
		_ = player.waiting.AddUnschedulableIfNotPresent(logger, info, player.waiting.SchedulingCycle())
	case "error":
		// As the scheduler does: who refused the pod in an earlier attempt has nothing to do with this one.
		info.UnschedulablePlugins = sets.New[string]()
		player.failing.Insert(name)
		_ = player.waiting.AddUnschedulableIfNotPresent(logger, info, player.waiting.SchedulingCycle())
	}
	player.waiting.Done(info.Pod.UID)
}

// To ask an empty queue would be to wait for ever.
func (player *queuePlayer) hasOne() bool {
	if len(player.waiting.PodsInActiveQ()) > 0 {
		return true
	}
	for _, pod := range player.waiting.PodsInBackoffQ() {
		if !player.failing.Has(pod.Name) {
			return true
		}
	}
	return false
}
