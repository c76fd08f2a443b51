package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/events"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	"k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
)

type placing struct {
	Pod        *v1.Pod         `json:"pod"`
	Nodes      []*v1.Node      `json:"nodes"`
	Pods       []*v1.Pod       `json:"pods"`
	Namespaces []*v1.Namespace `json:"namespaces"`
	Services   []*v1.Service   `json:"services"`
	// Whatever else the plugins read: claims, volumes, classes, budgets, owners.
	Objects []json.RawMessage `json:"objects"`
}

type refusal struct {
	Plugin     string   `json:"plugin"`
	Resolvable bool     `json:"resolvable"`
	Reasons    []string `json:"reasons"`
}

type placement struct {
	// A plugin ruled out every node at once.
	PreFilter *refusal `json:"preFilter,omitempty"`
	// By node: who refuses it first. Nodes that a plugin ruled out by name are absent, as upstream does not look at them.
	Refused map[string]refusal `json:"refused"`
	Fits    []string           `json:"fits"`
	// By plugin, by node: normalised and weighted.
	Scores map[string]map[string]int64 `json:"scores"`
}

// Neither is played by the twin; the detector of what is not modelled names them.
var unplayed = map[string]bool{"DynamicResources": true, "GangScheduling": true, "TopologyAware": true, "PodGroupPodsCount": true, "NodeDeclaredFeatures": true}

func answerScheduling(input json.RawMessage) (any, error) {
	asked, err := decoded[placing](input)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	scheduler, infos, err := frameworkFor(ctx, asked)
	if err != nil {
		return nil, err
	}
	return place(ctx, scheduler, infos, asked.Pod)
}

func frameworkFor(ctx context.Context, asked placing, more ...frameworkruntime.Option) (framework.Framework, []fwk.NodeInfo, error) {
	return frameworkOver(ctx, fake.NewSimpleClientset(objectsOf(asked)...), asked, more...)
}

func frameworkOver(ctx context.Context, client *fake.Clientset, asked placing, more ...frameworkruntime.Option) (framework.Framework, []fwk.NodeInfo, error) {
	metrics.Register()
	profile, err := playedProfile()
	if err != nil {
		return nil, nil, err
	}
	factory := newFilledFactory(informers.NewSharedInformerFactory(client, 0))
	snapshot := cache.NewSnapshot(asked.Pods, asked.Nodes)
	options := append(volumeOptions(factory),
		frameworkruntime.WithClientSet(client),
		frameworkruntime.WithInformerFactory(factory),
		frameworkruntime.WithSnapshotSharedLister(snapshot),
		frameworkruntime.WithEventRecorder(&events.FakeRecorder{}),
		frameworkruntime.WithParallelism(1),
	)
	options = append(options, more...)
	scheduler, err := frameworkruntime.NewFramework(ctx, plugins.NewInTreeRegistry(), profile, options...)
	if err != nil {
		return nil, nil, err
	}
	if err := factory.fill(asked); err != nil {
		return nil, nil, err
	}
	infos, err := snapshot.NodeInfos().List()
	return scheduler, infos, err
}

func playedProfile() (*config.KubeSchedulerProfile, error) {
	defaults, err := latest.Default()
	if err != nil {
		return nil, err
	}
	profile := &defaults.Profiles[0]
	played := []config.Plugin{}
	for _, plugin := range profile.Plugins.MultiPoint.Enabled {
		if !unplayed[plugin.Name] {
			played = append(played, plugin)
		}
	}
	profile.Plugins.MultiPoint.Enabled = played
	return profile, nil
}

func objectsOf(asked placing) []runtime.Object {
	objects := []runtime.Object{}
	for _, node := range asked.Nodes {
		objects = append(objects, node)
	}
	for _, pod := range asked.Pods {
		objects = append(objects, pod)
	}
	return objects
}

func place(ctx context.Context, scheduler framework.Framework, infos []fwk.NodeInfo, pod *v1.Pod) (*placement, error) {
	answer := &placement{Refused: map[string]refusal{}, Fits: []string{}, Scores: map[string]map[string]int64{}}
	state := framework.NewCycleState()
	narrowed, status, _ := scheduler.RunPreFilterPlugins(ctx, state, pod)
	if status.Code() == fwk.Error {
		return nil, fmt.Errorf("%s", status.Message())
	}
	if !status.IsSuccess() {
		answer.PreFilter = refusalOf(status)
		return answer, nil
	}
	fitting := []fwk.NodeInfo{}
	for _, info := range infos {
		if !narrowed.AllNodes() && !narrowed.NodeNames.Has(info.Node().Name) {
			continue
		}
		if status := scheduler.RunFilterPlugins(ctx, state, pod, info); !status.IsSuccess() {
			answer.Refused[info.Node().Name] = *refusalOf(status)
			continue
		}
		fitting = append(fitting, info)
		answer.Fits = append(answer.Fits, info.Node().Name)
	}
	// The snapshot keeps its nodes in a map.
	sort.Strings(answer.Fits)
	return answer, score(ctx, scheduler, state, pod, fitting, answer)
}

func score(ctx context.Context, scheduler framework.Framework, state fwk.CycleState, pod *v1.Pod, fitting []fwk.NodeInfo, answer *placement) error {
	if len(fitting) == 0 {
		return nil
	}
	if status := scheduler.RunPreScorePlugins(ctx, state, pod, fitting); !status.IsSuccess() {
		return status.AsError()
	}
	scores, status := scheduler.RunScorePlugins(ctx, state, pod, fitting)
	if !status.IsSuccess() {
		return status.AsError()
	}
	for _, node := range scores {
		for _, plugin := range node.Scores {
			if answer.Scores[plugin.Name] == nil {
				answer.Scores[plugin.Name] = map[string]int64{}
			}
			answer.Scores[plugin.Name][node.Name] = plugin.Score
		}
	}
	return nil
}

func refusalOf(status *fwk.Status) *refusal {
	return &refusal{Plugin: status.Plugin(), Resolvable: status.Code() == fwk.Unschedulable, Reasons: status.Reasons()}
}
