//go:build !kubernetes1.34 && !kubernetes1.35

package main

import (
	"context"

	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
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
