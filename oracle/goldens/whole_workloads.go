package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"testing"
	"testing/synctest"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/kubernetes/pkg/controller/daemon"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

type wholeWorkload struct {
	Object json.RawMessage `json:"object"`
	Nodes  []*v1.Node      `json:"nodes"`
	Steps  []workloadStep  `json:"steps"`
}

type workloadStep struct {
	AfterSeconds int64           `json:"afterSeconds"`
	Patch        json.RawMessage `json:"patch"`
	Pods         []podChange     `json:"pods"`
	// As they are from now on; those that are not named stay.
	Nodes []*v1.Node `json:"nodes"`
}

// One kind's controllers over the world: how they are called, how they end, and what its objects look like afterwards.
type workforce struct {
	syncs []func(context.Context) error
	stop  func(context.Context)
	patch func(context.Context, []byte) error
	seen  func(context.Context) (any, error)
}

// What a Deployment, StatefulSet or DaemonSet comes to, step after step. The real controllers' own syncs run, in turn.
func answerWholeWorkload(input json.RawMessage) (answer any, err error) {
	asked, err := decoded[wholeWorkload](input)
	if err != nil {
		return nil, err
	}
	utilruntime.ErrorHandlers = nil
	synctest.Test(host, func(*testing.T) { answer, err = playWorkload(asked) })
	return answer, err
}

func playWorkload(asked wholeWorkload) (any, error) {
	objects, err := decodedObjects([]json.RawMessage{asked.Object})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	world := newPlayedWorld()
	world.pause = 20 * time.Millisecond
	for _, node := range asked.Nodes {
		if _, err := world.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
			return nil, err
		}
	}
	force, err := world.hire(ctx, objects[0])
	if err != nil {
		return nil, err
	}
	defer func() {
		cancel()
		force.stop(ctx)
		synctest.Wait()
	}()
	answers, at := []any{}, time.Now()
	for _, step := range asked.Steps {
		at = at.Add(time.Duration(step.AfterSeconds) * time.Second)
		time.Sleep(time.Until(at))
		if err := world.changeWorkload(ctx, force, step); err != nil {
			return nil, err
		}
		if err := world.settle(ctx, force.syncs...); err != nil {
			return nil, err
		}
		seen, err := force.seen(ctx)
		if err != nil {
			return nil, err
		}
		answers = append(answers, seen)
	}
	return answers, nil
}

func (world *playedWorld) changeWorkload(ctx context.Context, force *workforce, step workloadStep) error {
	if len(step.Patch) > 0 {
		if err := force.patch(ctx, step.Patch); err != nil {
			return err
		}
	}
	for _, node := range step.Nodes {
		if _, err := world.client.CoreV1().Nodes().Update(ctx, node, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	for _, change := range step.Pods {
		if err := world.changePod(ctx, "shop", change); err != nil {
			return err
		}
	}
	return nil
}

func (world *playedWorld) hire(ctx context.Context, object runtime.Object) (*workforce, error) {
	if err := withoutStaleness(); err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactory(world.client, 24*time.Hour)
	switch object := object.(type) {
	case *appsv1.Deployment:
		return world.hireDeployment(ctx, factory, object)
	case *appsv1.StatefulSet:
		return world.hireStatefulSet(ctx, factory, object)
	case *appsv1.DaemonSet:
		return world.hireDaemonSet(ctx, factory, object)
	}
	return nil, fmt.Errorf("nobody looks after %T", object)
}

func (world *playedWorld) hireDeployment(ctx context.Context, factory informers.SharedInformerFactory, asked *appsv1.Deployment) (*workforce, error) {
	pods := tellBy(world, factory.Core().V1().Pods(), v1.SchemeGroupVersion, "pods", "Pod")
	sets := tellBy(world, factory.Apps().V1().ReplicaSets(), appsv1.SchemeGroupVersion, "replicasets", "ReplicaSet")
	deployments := tellBy(world, factory.Apps().V1().Deployments(), appsv1.SchemeGroupVersion, "deployments", "Deployment")
	rollouts, err := deployment.NewDeploymentController(ctx, deployments, sets, pods, world.client)
	if err != nil {
		return nil, err
	}
	replicas := replicaset.NewReplicaSetController(ctx, sets, pods, world.client, replicaset.BurstReplicas)
	client := world.client.AppsV1()
	if _, err := client.Deployments("shop").Create(ctx, asked, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	return &workforce{
		syncs: []func(context.Context) error{
			func(ctx context.Context) error { return syncDeployment(rollouts, ctx, "shop/"+asked.Name) },
			func(ctx context.Context) error {
				known, err := world.setsInOrder(ctx)
				for index := range known {
					if world.deliver() != nil {
						break
					}
					_ = syncReplicaSet(replicas, ctx, "shop/"+known[index].Name)
				}
				return err
			},
		},
		stop: func(ctx context.Context) {
			rollouts.Run(ctx, 0)
			replicas.Run(ctx, 0)
		},
		patch: merging(client.Deployments("shop").Patch, asked.Name),
		seen: func(ctx context.Context) (any, error) {
			current, err := client.Deployments("shop").Get(ctx, asked.Name, metav1.GetOptions{})
			if err != nil {
				return nil, err
			}
			known, err := world.setsInOrder(ctx)
			if err != nil {
				return nil, err
			}
			numbers, shown := map[string]string{}, []any{}
			for _, set := range known {
				numbers[set.Labels["pod-template-hash"]] = set.Annotations["deployment.kubernetes.io/revision"]
				if set.Status.ObservedGeneration == set.Generation {
					// In how many steps it came to its size is nobody's matter.
					set.Status.ObservedGeneration = 0
				}
				shown = append(shown, map[string]any{"replicas": set.Spec.Replicas, "annotations": set.Annotations, "status": set.Status, "image": set.Spec.Template.Spec.Containers[0].Image})
			}
			return world.shown(ctx, withoutNames(current.Status), shown, "pod-template-hash", numbers)
		},
	}, nil
}

// merging lays a patch over the object of this name by its own client.
func merging[T any](lay func(context.Context, string, types.PatchType, []byte, metav1.PatchOptions, ...string) (T, error), name string) func(context.Context, []byte) error {
	return func(ctx context.Context, patch []byte) error {
		_, err := lay(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
		return err
	}
}

// Sentences name sets by a hash of which no other implementation knows how it is made.
func withoutNames(status appsv1.DeploymentStatus) appsv1.DeploymentStatus {
	for index, condition := range status.Conditions {
		status.Conditions[index].Message = hashedName.ReplaceAllString(condition.Message, "web-…")
	}
	return status
}

func (world *playedWorld) setsInOrder(ctx context.Context) ([]appsv1.ReplicaSet, error) {
	list, err := world.client.AppsV1().ReplicaSets("shop").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	sort.SliceStable(list.Items, func(left, right int) bool {
		a, b := list.Items[left], list.Items[right]
		return a.CreationTimestamp.UTC().Format(time.RFC3339)+a.Spec.Template.Spec.Containers[0].Image < b.CreationTimestamp.UTC().Format(time.RFC3339)+b.Spec.Template.Spec.Containers[0].Image
	})
	return list.Items, nil
}

func (world *playedWorld) hireStatefulSet(ctx context.Context, factory informers.SharedInformerFactory, asked *appsv1.StatefulSet) (*workforce, error) {
	pods := tellBy(world, factory.Core().V1().Pods(), v1.SchemeGroupVersion, "pods", "Pod")
	sets := tellBy(world, factory.Apps().V1().StatefulSets(), appsv1.SchemeGroupVersion, "statefulsets", "StatefulSet")
	claims := tellBy(world, factory.Core().V1().PersistentVolumeClaims(), v1.SchemeGroupVersion, "persistentvolumeclaims", "PersistentVolumeClaim")
	revisions := tellBy(world, factory.Apps().V1().ControllerRevisions(), appsv1.SchemeGroupVersion, "controllerrevisions", "ControllerRevision")
	controller := statefulset.NewStatefulSetController(ctx, pods, sets, claims, revisions, world.client)
	client := world.client.AppsV1().StatefulSets("shop")
	if _, err := client.Create(ctx, asked, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	return &workforce{
		syncs: []func(context.Context) error{func(ctx context.Context) error { return syncStatefulSet(controller, ctx, "shop/"+asked.Name) }},
		stop:  func(ctx context.Context) { controller.Run(ctx, 0) },
		patch: merging(client.Patch, asked.Name),
		seen: func(ctx context.Context) (any, error) {
			current, err := client.Get(ctx, asked.Name, metav1.GetOptions{})
			if err != nil {
				return nil, err
			}
			numbers, shown, err := world.revisions(ctx)
			if err != nil {
				return nil, err
			}
			status := current.Status
			status.CurrentRevision, status.UpdateRevision = numbers[status.CurrentRevision], numbers[status.UpdateRevision]
			return world.shown(ctx, status, shown, "controller-revision-hash", numbers)
		},
	}, nil
}

func (world *playedWorld) hireDaemonSet(ctx context.Context, factory informers.SharedInformerFactory, asked *appsv1.DaemonSet) (*workforce, error) {
	pods := tellBy(world, factory.Core().V1().Pods(), v1.SchemeGroupVersion, "pods", "Pod")
	sets := tellBy(world, factory.Apps().V1().DaemonSets(), appsv1.SchemeGroupVersion, "daemonsets", "DaemonSet")
	nodes := tellBy(world, factory.Core().V1().Nodes(), v1.SchemeGroupVersion, "nodes", "Node")
	revisions := tellBy(world, factory.Apps().V1().ControllerRevisions(), appsv1.SchemeGroupVersion, "controllerrevisions", "ControllerRevision")
	controller, err := daemon.NewDaemonSetsController(ctx, sets, revisions, pods, nodes, world.client, flowcontrol.NewBackOff(time.Second, 15*time.Minute))
	if err != nil {
		return nil, err
	}
	client := world.client.AppsV1().DaemonSets("shop")
	if _, err := client.Create(ctx, asked, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	return &workforce{
		syncs: []func(context.Context) error{func(ctx context.Context) error { return syncDaemonSet(controller, ctx, "shop/"+asked.Name) }},
		stop:  func(ctx context.Context) { controller.Run(ctx, 0) },
		patch: merging(client.Patch, asked.Name),
		seen: func(ctx context.Context) (any, error) {
			current, err := client.Get(ctx, asked.Name, metav1.GetOptions{})
			if err != nil {
				return nil, err
			}
			numbers, shown, err := world.revisions(ctx)
			if err != nil {
				return nil, err
			}
			return world.shown(ctx, current.Status, shown, "controller-revision-hash", numbers)
		},
	}, nil
}

// By name and by hash: the number of a revision. And what there is of them.
func (world *playedWorld) revisions(ctx context.Context) (map[string]string, []any, error) {
	list, err := world.client.AppsV1().ControllerRevisions("shop").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, nil, err
	}
	sort.SliceStable(list.Items, func(left, right int) bool { return list.Items[left].Revision < list.Items[right].Revision })
	numbers, shown := map[string]string{}, []any{}
	for _, revision := range list.Items {
		numbers[revision.Name] = fmt.Sprint(revision.Revision)
		numbers[revision.Labels["controller-revision-hash"]] = fmt.Sprint(revision.Revision)
		shown = append(shown, revision.Revision)
	}
	return numbers, shown, nil
}

func (world *playedWorld) shown(ctx context.Context, status any, revisions []any, label string, numbers map[string]string) (any, error) {
	pods, err := world.podsInOrder(ctx, "shop")
	if err != nil {
		return nil, err
	}
	worked := []string{}
	for _, pod := range pods {
		worked = append(worked, inWords(
			ageOf(pod), string(pod.Status.Phase), numbers[pod.Labels[label]], pod.Labels[appsv1.PodIndexLabel], nodeFor(pod),
			wordIf(readyTime(pod) != "", "ready"), wordIf(pod.DeletionTimestamp != nil, "leaving"),
		))
	}
	return map[string]any{"status": status, "revisions": revisions, "pods": worked}, nil
}

func readyTime(pod *v1.Pod) string {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == v1.PodReady && condition.Status == v1.ConditionTrue {
			return condition.LastTransitionTime.UTC().Format(time.RFC3339)
		}
	}
	return ""
}

// Where it is or, for a daemon's, where alone it may be.
func nodeFor(pod *v1.Pod) string {
	if pod.Spec.NodeName != "" || pod.Spec.Affinity == nil || pod.Spec.Affinity.NodeAffinity == nil {
		return pod.Spec.NodeName
	}
	for _, term := range pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, field := range term.MatchFields {
			return field.Values[0]
		}
	}
	return ""
}
