//go:build kubernetes1.34

package main

import (
	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/client-go/informers"
	"k8s.io/kubernetes/pkg/apis/core/v1/helper"
	"k8s.io/kubernetes/pkg/controller/daemon"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
	"k8s.io/pod-security-admission/policy"
)

func nodeShouldRunDaemonPod(node *v1.Node, set *appsv1.DaemonSet) (bool, bool) {
	return daemon.NodeShouldRunDaemonPod(node, set)
}

func volumeOptions(informers.SharedInformerFactory) []frameworkruntime.Option {
	return nil
}

func matchingTolerations(taints []v1.Taint, tolerations []v1.Toleration) (bool, []v1.Toleration) {
	return helper.GetMatchingTolerations(taints, tolerations)
}

// Among equals it draws.
func hostOf(scheduler.ScheduleResult) string {
	return ""
}

// Costs were strict in built-in policies only where asked for.
func celEnvironment() *environment.EnvSet {
	return environment.MustBaseEnvSet(celVersion, true)
}

func recordedBy(recorder *metrics.MetricAsyncRecorder) queue.Option {
	return queue.WithMetricsRecorder(*recorder)
}

func securityEvaluator() (policy.Evaluator, error) {
	return policy.NewEvaluator(policy.DefaultChecks())
}
