package main

import (
	"encoding/json"
	"sort"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller"
	deploymentutil "k8s.io/kubernetes/pkg/controller/deployment/util"
)

func answerFenceposts(input json.RawMessage) (any, error) {
	deployment, err := decoded[appsv1.Deployment](input)
	if err != nil {
		return nil, err
	}
	rolling := deployment.Spec.Strategy.RollingUpdate
	surge, unavailable, err := deploymentutil.ResolveFenceposts(rolling.MaxSurge, rolling.MaxUnavailable, *deployment.Spec.Replicas)
	if err != nil {
		return nil, err
	}
	return map[string]int32{
		"surge": surge, "unavailable": unavailable,
		"maxSurge": deploymentutil.MaxSurge(deployment), "maxUnavailable": deploymentutil.MaxUnavailable(deployment),
	}, nil
}

type rollout struct {
	Deployment appsv1.Deployment    `json:"deployment"`
	Sets       []*appsv1.ReplicaSet `json:"sets"`
	// What of a change of size is to be handed out, and what was.
	ToAdd int32 `json:"toAdd"`
	Added int32 `json:"added"`
}

// The first set is the new one.
func answerNewReplicas(input json.RawMessage) (any, error) {
	asked, err := decoded[rollout](input)
	if err != nil {
		return nil, err
	}
	return deploymentutil.NewRSNewReplicas(&asked.Deployment, asked.Sets, asked.Sets[0])
}

func answerProportion(input json.RawMessage) (any, error) {
	asked, err := decoded[rollout](input)
	if err != nil {
		return nil, err
	}
	return deploymentutil.GetReplicaSetProportion(klog.Background(), asked.Sets[0], asked.Deployment, asked.ToAdd, asked.Added), nil
}

type shrinking struct {
	Pods    []*v1.Pod   `json:"pods"`
	Related []*v1.Pod   `json:"related"`
	Now     metav1.Time `json:"now"`
}

func answerVictims(input json.RawMessage) (any, error) {
	asked, err := decoded[shrinking](input)
	if err != nil {
		return nil, err
	}
	ranked := controller.ActivePodsWithRanks{Pods: asked.Pods, Rank: ranksOf(asked), Now: asked.Now}
	sort.Sort(ranked)
	names := make([]string, len(ranked.Pods))
	for index, pod := range ranked.Pods {
		names[index] = pod.Name
	}
	return names, nil
}

// As the ReplicaSet controller counts: active pods of the same owner on the same node.
func ranksOf(asked shrinking) []int {
	perNode := map[string]int{}
	for _, pod := range asked.Related {
		if controller.IsPodActive(pod) {
			perNode[pod.Spec.NodeName]++
		}
	}
	ranks := make([]int, len(asked.Pods))
	for index, pod := range asked.Pods {
		ranks[index] = perNode[pod.Spec.NodeName]
	}
	return ranks
}

type daemonOnNode struct {
	Set  appsv1.DaemonSet `json:"set"`
	Node v1.Node          `json:"node"`
}

func answerDaemon(input json.RawMessage) (any, error) {
	asked, err := decoded[daemonOnNode](input)
	if err != nil {
		return nil, err
	}
	shouldRun, shouldContinue := nodeShouldRunDaemonPod(&asked.Node, &asked.Set)
	return map[string]bool{"shouldRun": shouldRun, "shouldContinue": shouldContinue}, nil
}
