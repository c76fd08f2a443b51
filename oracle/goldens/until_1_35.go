//go:build kubernetes1.34 || kubernetes1.35

package main

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
)

func enqueue(waiting queue.SchedulingQueue, pod *v1.Pod) {
	waiting.Add(klog.Background(), pod)
}

func preemptionOptions() []frameworkruntime.Option {
	return []frameworkruntime.Option{frameworkruntime.WithWaitingPods(frameworkruntime.NewWaitingPodsMap())}
}
