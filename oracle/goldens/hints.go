package main

import (
	"context"
	"encoding/json"
	"fmt"

	v1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// A pod that plugins refused, and a change: is it tried again?
type hinting struct {
	placing
	Plugins []string `json:"plugins"`
	Change  struct {
		// One of the two kinds; no `before` is a creation, no `after` a deletion.
		NodeBefore *v1.Node `json:"nodeBefore"`
		NodeAfter  *v1.Node `json:"nodeAfter"`
		PodBefore  *v1.Pod  `json:"podBefore"`
		PodAfter   *v1.Pod  `json:"podAfter"`
	} `json:"change"`
}

func answerHints(input json.RawMessage) (any, error) {
	asked, err := decoded[hinting](input)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	scheduler, _, err := frameworkFor(ctx, asked.placing)
	if err != nil {
		return nil, err
	}
	answer := map[string]bool{}
	events, before, after := asked.events()
	for _, plugin := range asked.Plugins {
		moves, err := movesOn(ctx, scheduler, plugin, asked.Pod, events, before, after)
		if err != nil {
			return nil, err
		}
		answer[plugin] = moves
	}
	return answer, nil
}

func (asked hinting) events() ([]fwk.ClusterEvent, any, any) {
	change := asked.Change
	switch {
	case change.NodeBefore == nil && change.NodeAfter != nil:
		return []fwk.ClusterEvent{{Resource: fwk.Node, ActionType: fwk.Add}}, nil, change.NodeAfter
	case change.NodeAfter == nil && change.NodeBefore != nil:
		return []fwk.ClusterEvent{{Resource: fwk.Node, ActionType: fwk.Delete}}, change.NodeBefore, nil
	case change.NodeAfter != nil:
		return framework.NodeSchedulingPropertiesChange(change.NodeAfter, change.NodeBefore), change.NodeBefore, change.NodeAfter
	case change.PodBefore == nil:
		return []fwk.ClusterEvent{framework.EventAssignedPodAdd}, nil, change.PodAfter
	case change.PodAfter == nil:
		return []fwk.ClusterEvent{framework.EventAssignedPodDelete}, change.PodBefore, nil
	}
	return framework.PodSchedulingPropertiesChange(change.PodAfter, change.PodBefore), change.PodBefore, change.PodAfter
}

func movesOn(ctx context.Context, scheduler framework.Framework, plugin string, pod *v1.Pod, events []fwk.ClusterEvent, before, after any) (bool, error) {
	for _, extension := range scheduler.EnqueueExtensions() {
		if extension.Name() != plugin {
			continue
		}
		registered, err := extension.EventsToRegister(ctx)
		if err != nil {
			return false, err
		}
		for _, interest := range registered {
			for _, event := range events {
				if !framework.MatchClusterEvents(interest.Event, event) {
					continue
				}
				if interest.QueueingHintFn == nil {
					return true, nil
				}
				hint, err := interest.QueueingHintFn(klog.FromContext(ctx), pod, before, after)
				if err != nil {
					return false, fmt.Errorf("%s: %w", plugin, err)
				}
				if hint == fwk.Queue {
					return true, nil
				}
			}
		}
	}
	return false, nil
}
