package main

import (
	"context"
	"encoding/json"
	"fmt"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
)

type sampling struct {
	Nodes []*v1.Node `json:"nodes"`
	Pods  []sampled  `json:"pods"`
}

type sampled struct {
	Pod *v1.Pod `json:"pod"`
	// Where it then runs, whatever was chosen: what follows must not hang on chance.
	Lands string `json:"lands"`
}

type sampledAnswer struct {
	Host      string `json:"host,omitempty"`
	Evaluated int    `json:"evaluated,omitempty"`
	Feasible  int    `json:"feasible,omitempty"`
	Message   string `json:"message,omitempty"`
}

// One pod after another in a cluster of any size: how many nodes are looked at, who is chosen, and what is said where nobody is.
func answerSampling(input json.RawMessage) (any, error) {
	asked, err := decoded[sampling](input)
	if err != nil {
		return nil, err
	}
	metrics.Register()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client := fake.NewSimpleClientset()
	runs, err := scheduler.New(ctx, client, scheduler.NewInformerFactory(client, 0), nil, recorders, scheduler.WithParallelism(1))
	if err != nil {
		return nil, err
	}
	profile := runs.Profiles["default-scheduler"]
	snapshot, is := profile.SnapshotSharedLister().(*cache.Snapshot)
	if !is {
		return nil, fmt.Errorf("the scheduler has no snapshot")
	}
	for _, node := range asked.Nodes {
		runs.Cache.AddNode(klog.Background(), node)
	}
	answers := []sampledAnswer{}
	for _, each := range asked.Pods {
		if err := runs.Cache.UpdateSnapshot(klog.Background(), snapshot); err != nil {
			return nil, err
		}
		result, err := schedulePod(ctx, runs, profile, framework.NewCycleState(), each.Pod)
		if err != nil {
			answers = append(answers, sampledAnswer{Message: err.Error()})
			continue
		}
		answers = append(answers, sampledAnswer{Host: hostOf(result), Evaluated: result.EvaluatedNodes, Feasible: result.FeasibleNodes})
		landed := each.Pod.DeepCopy()
		landed.Spec.NodeName = each.Lands
		if err := runs.Cache.AddPod(klog.Background(), landed); err != nil {
			return nil, err
		}
	}
	return answers, nil
}
