package main

import (
	"context"
	"encoding/json"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/kubernetes/pkg/controller/nodelifecycle"
)

type zoned struct {
	// The status of `Ready` of each node of the zone.
	Ready []v1.ConditionStatus `json:"ready"`
	Size  int                  `json:"size"`
}

var lifecycle *nodelifecycle.Controller

// How ill is a zone, and at which rates are its nodes tainted?
func answerZone(input json.RawMessage) (any, error) {
	asked, err := decoded[zoned](input)
	if err != nil {
		return nil, err
	}
	if lifecycle == nil {
		if lifecycle, err = lifecycleController(); err != nil {
			return nil, err
		}
	}
	conditions := []*v1.NodeCondition{}
	for _, status := range asked.Ready {
		conditions = append(conditions, &v1.NodeCondition{Type: v1.NodeReady, Status: status})
	}
	notReady, state := lifecycle.ComputeZoneState(conditions)
	rate := lifecycle.HealthyQPSFunc(asked.Size)
	if state == "PartialDisruption" {
		rate = lifecycle.ReducedQPSFunc(asked.Size)
	}
	return map[string]any{"notReady": notReady, "state": state, "perSecond": rate}, nil
}

// With the defaults of kube-controller-manager.
func lifecycleController() (*nodelifecycle.Controller, error) {
	client := fake.NewSimpleClientset()
	factory := informers.NewSharedInformerFactory(client, 0)
	return nodelifecycle.NewNodeLifecycleController(context.Background(), factory.Coordination().V1().Leases(), factory.Core().V1().Pods(),
		factory.Core().V1().Nodes(), factory.Apps().V1().DaemonSets(), client, 5*time.Second, 60*time.Second, 50*time.Second, 0.1, 0.01, 50, 0.55)
}

type tainted struct {
	Taints      []v1.Taint      `json:"taints"`
	Tolerations []v1.Toleration `json:"tolerations"`
}

// How long does a pod stay on a node with these taints? -1: for good.
func answerPatience(input json.RawMessage) (any, error) {
	asked, err := decoded[tainted](input)
	if err != nil {
		return nil, err
	}
	tolerated, used := matchingTolerations(asked.Taints, asked.Tolerations)
	if !tolerated {
		return map[string]int64{"seconds": 0}, nil
	}
	least := getMinTolerationTime(used)
	if least < 0 {
		return map[string]int64{"seconds": -1}, nil
	}
	return map[string]int64{"seconds": int64(least.Seconds())}, nil
}

type failing struct {
	Policy *batchv1.PodFailurePolicy `json:"policy"`
	Pod    *v1.Pod                   `json:"pod"`
}

// What a Job makes of a pod that failed.
func answerFailurePolicy(input json.RawMessage) (any, error) {
	asked, err := decoded[failing](input)
	if err != nil {
		return nil, err
	}
	message, counts, action := matchPodFailurePolicy(asked.Policy, asked.Pod)
	answer := map[string]any{"counts": counts}
	if action != nil {
		answer["action"] = *action
	}
	if message != nil {
		answer["message"] = *message
	}
	return answer, nil
}
