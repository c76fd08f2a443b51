package main

import (
	"context"
	"time"
	_ "unsafe" // Upstream decides in functions that it keeps to itself; the build asks for them by name.

	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/registry/rest"
	policyclient "k8s.io/client-go/kubernetes/typed/policy/v1"
	"k8s.io/kubernetes/pkg/controller/daemon"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/job"
	"k8s.io/kubernetes/pkg/controller/nodelifecycle"
	_ "k8s.io/kubernetes/pkg/controller/nodelifecycle/scheduler"
	"k8s.io/kubernetes/pkg/controller/podgc"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/statefulset"
	_ "k8s.io/kubernetes/pkg/controller/tainteviction"
	podstorage "k8s.io/kubernetes/pkg/registry/core/pod/storage"
	servicestorage "k8s.io/kubernetes/pkg/registry/core/service/storage"
)

//go:linkname getMinTolerationTime k8s.io/kubernetes/pkg/controller/tainteviction.getMinTolerationTime
func getMinTolerationTime(tolerations []v1.Toleration) time.Duration

//go:linkname matchPodFailurePolicy k8s.io/kubernetes/pkg/controller/job.matchPodFailurePolicy
func matchPodFailurePolicy(policy *batchv1.PodFailurePolicy, pod *v1.Pod) (*string, bool, *batchv1.PodFailurePolicyAction)

//go:linkname patchAllocatedValues k8s.io/kubernetes/pkg/registry/core/service/storage.patchAllocatedValues
func patchAllocatedValues(after servicestorage.After, before servicestorage.Before)

//go:linkname normalizeClusterIPs k8s.io/kubernetes/pkg/registry/core/service/storage.normalizeClusterIPs
func normalizeClusterIPs(after servicestorage.After, before servicestorage.Before)

//go:linkname syncJob k8s.io/kubernetes/pkg/controller/job.(*Controller).syncJob
func syncJob(controller *job.Controller, ctx context.Context, key string) error

//go:linkname syncDeployment k8s.io/kubernetes/pkg/controller/deployment.(*DeploymentController).syncDeployment
func syncDeployment(controller *deployment.DeploymentController, ctx context.Context, key string) error

//go:linkname syncReplicaSet k8s.io/kubernetes/pkg/controller/replicaset.(*ReplicaSetController).syncReplicaSet
func syncReplicaSet(controller *replicaset.ReplicaSetController, ctx context.Context, key string) error

//go:linkname syncStatefulSet k8s.io/kubernetes/pkg/controller/statefulset.(*StatefulSetController).sync
func syncStatefulSet(controller *statefulset.StatefulSetController, ctx context.Context, key string) error

//go:linkname syncDaemonSet k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).syncDaemonSet
func syncDaemonSet(controller *daemon.DaemonSetsController, ctx context.Context, key string) error

//go:linkname newEvictionStorage k8s.io/kubernetes/pkg/registry/core/pod/storage.newEvictionStorage
func newEvictionStorage(store rest.StandardStorage, budgets policyclient.PodDisruptionBudgetsGetter) *podstorage.EvictionREST

//go:linkname collectPods k8s.io/kubernetes/pkg/controller/podgc.(*PodGCController).gc
func collectPods(collector *podgc.PodGCController, ctx context.Context)

//go:linkname monitorNodeHealth k8s.io/kubernetes/pkg/controller/nodelifecycle.(*Controller).monitorNodeHealth
func monitorNodeHealth(controller *nodelifecycle.Controller, ctx context.Context) error

//go:linkname taintWaiting k8s.io/kubernetes/pkg/controller/nodelifecycle.(*Controller).doNoExecuteTaintingPass
func taintWaiting(controller *nodelifecycle.Controller, ctx context.Context)

//go:linkname nodeWorker k8s.io/kubernetes/pkg/controller/nodelifecycle.(*Controller).doNodeProcessingPassWorker
func nodeWorker(controller *nodelifecycle.Controller, ctx context.Context)

//go:linkname podWorker k8s.io/kubernetes/pkg/controller/nodelifecycle.(*Controller).doPodProcessingWorker
func podWorker(controller *nodelifecycle.Controller, ctx context.Context)

//go:linkname taintQueueNow k8s.io/kubernetes/pkg/controller/nodelifecycle/scheduler.now
var taintQueueNow func() time.Time
