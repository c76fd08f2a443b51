//go:build kubernetes1.34 || kubernetes1.35

package main

import (
	"context"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	batchinformers "k8s.io/client-go/informers/batch/v1"
	coreinformers "k8s.io/client-go/informers/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/events"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/controller/job"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
)

func enqueue(waiting queue.SchedulingQueue, pod *v1.Pod) {
	waiting.Add(klog.Background(), pod)
}

func preemptionOptions() []frameworkruntime.Option {
	return []frameworkruntime.Option{frameworkruntime.WithWaitingPods(frameworkruntime.NewWaitingPodsMap())}
}

func schedulePod(ctx context.Context, runs *scheduler.Scheduler, profile framework.Framework, state fwk.CycleState, pod *v1.Pod) (scheduler.ScheduleResult, error) {
	return runs.SchedulePod(ctx, profile, state, pod)
}

func recorders(string) events.EventRecorder {
	return &events.FakeRecorder{}
}

func newJobController(ctx context.Context, client kubernetes.Interface, pods coreinformers.PodInformer, jobs batchinformers.JobInformer, _ informers.SharedInformerFactory) (*job.Controller, error) {
	return job.NewController(ctx, pods, jobs, client)
}

func withoutStaleness() error {
	return nil
}
