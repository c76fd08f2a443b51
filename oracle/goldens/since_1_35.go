//go:build !kubernetes1.34

package main

import (
	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/client-go/informers"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/apis/core/v1/helper"
	"k8s.io/kubernetes/pkg/controller/daemon"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodevolumelimits"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
	"k8s.io/pod-security-admission/policy"
)

// The logger came with 1.35.
func nodeShouldRunDaemonPod(node *v1.Node, set *appsv1.DaemonSet) (bool, bool) {
	return daemon.NodeShouldRunDaemonPod(klog.Background(), node, set)
}

// So did the manager that plugins of volumes share.
func volumeOptions(factory informers.SharedInformerFactory) []frameworkruntime.Option {
	return []frameworkruntime.Option{frameworkruntime.WithSharedCSIManager(nodevolumelimits.NewCSIManager(factory.Storage().V1().CSINodes().Lister()))}
}

func matchingTolerations(taints []v1.Taint, tolerations []v1.Toleration) (bool, []v1.Toleration) {
	return helper.GetMatchingTolerations(klog.Background(), taints, tolerations)
}

func hostOf(result scheduler.ScheduleResult) string {
	return result.SuggestedHost
}

func celEnvironment() *environment.EnvSet {
	return environment.MustBaseEnvSet(celVersion)
}

func recordedBy(recorder *metrics.MetricAsyncRecorder) queue.Option {
	return queue.WithMetricsRecorder(recorder)
}

// Emulating an older release came with 1.35; none is emulated.
func securityEvaluator() (policy.Evaluator, error) {
	return policy.NewEvaluator(policy.DefaultChecks(), nil)
}
