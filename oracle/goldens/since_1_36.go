//go:build !kubernetes1.34 && !kubernetes1.35

package main

import (
	"context"

	v1 "k8s.io/api/core/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	batchinformers "k8s.io/client-go/informers/batch/v1"
	coreinformers "k8s.io/client-go/informers/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/events"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/controller/job"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
)

func enqueue(waiting queue.SchedulingQueue, pod *v1.Pod) {
	waiting.Add(context.Background(), pod)
}

// Pods that are being bound can be preempted since 1.36.
func preemptionOptions() []frameworkruntime.Option {
	return []frameworkruntime.Option{
		frameworkruntime.WithWaitingPods(frameworkruntime.NewWaitingPodsMap()),
		frameworkruntime.WithPodsInPreBind(frameworkruntime.NewPodsInPreBindMap()),
	}
}

func schedulePod(ctx context.Context, runs *scheduler.Scheduler, profile framework.Framework, state fwk.CycleState, pod *v1.Pod) (scheduler.ScheduleResult, error) {
	info, err := framework.NewPodInfo(pod)
	if err != nil {
		return scheduler.ScheduleResult{}, err
	}
	return runs.SchedulePod(ctx, profile, state, &framework.QueuedPodInfo{PodInfo: info})
}

func recorders(string) events.EventRecorderLogger {
	return &events.FakeRecorder{}
}

// Since 1.36 controllers look whether their informers have seen their own writes; ours are told by hand, of everything.
func withoutStaleness() error {
	return utilfeature.DefaultMutableFeatureGate.SetFromMap(map[string]bool{
		"StaleControllerConsistencyDaemonSet": false, "StaleControllerConsistencyJob": false,
		"StaleControllerConsistencyReplicaSet": false, "StaleControllerConsistencyStatefulSet": false,
	})
}

func newJobController(ctx context.Context, client kubernetes.Interface, pods coreinformers.PodInformer, jobs batchinformers.JobInformer, factory informers.SharedInformerFactory) (*job.Controller, error) {
	if err := withoutStaleness(); err != nil {
		return nil, err
	}
	return job.NewController(ctx, client, pods, jobs, factory.Scheduling().V1alpha2().Workloads(), factory.Scheduling().V1alpha2().PodGroups())
}
