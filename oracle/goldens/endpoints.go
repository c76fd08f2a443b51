package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	corelisters "k8s.io/client-go/listers/core/v1"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/endpointslice"
	endpointsliceutil "k8s.io/endpointslice/util"
	"k8s.io/klog/v2"
)

type serving struct {
	Service *v1.Service `json:"service"`
	Nodes   []*v1.Node  `json:"nodes"`
	// The pods that are there, and those that are there later.
	Rounds [][]*v1.Pod `json:"rounds"`
}

// How many go into one slice, as kube-controller-manager has it.
const endpointsPerSlice = 100

// The slices of a Service, round by round: which ports, which labels, and which pod is ready, serving and terminating.
func answerEndpoints(input json.RawMessage) (any, error) {
	asked, err := decoded[serving](input)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	client := fake.NewSimpleClientset(asked.Service)
	namesEverySlice(client)
	nodes := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	for _, node := range asked.Nodes {
		if err := nodes.Add(node); err != nil {
			return nil, err
		}
	}
	reconciler := endpointslice.NewReconciler(client, corelisters.NewNodeLister(nodes), endpointsPerSlice, endpointsliceutil.NewEndpointSliceTracker(), nil, record.NewFakeRecorder(100), "endpointslice-controller.k8s.io")
	rounds := []any{}
	for _, pods := range asked.Rounds {
		found, err := client.DiscoveryV1().EndpointSlices(asked.Service.Namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		existing := []*discoveryv1.EndpointSlice{}
		for index := range found.Items {
			existing = append(existing, &found.Items[index])
		}
		// Pods on nodes that are gone are an error, to try again later; the others are dealt with all the same.
		_ = reconciler.Reconcile(klog.Background(), asked.Service, selected(asked.Service, pods), existing, time.UnixMilli(0))
		found, err = client.DiscoveryV1().EndpointSlices(asked.Service.Namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		shown, err := shownSlices(found.Items)
		if err != nil {
			return nil, err
		}
		rounds = append(rounds, shown)
	}
	return rounds, nil
}

func selected(service *v1.Service, pods []*v1.Pod) []*v1.Pod {
	selector := labels.SelectorFromSet(service.Spec.Selector)
	matching := []*v1.Pod{}
	for _, pod := range pods {
		if selector.Matches(labels.Set(pod.Labels)) {
			matching = append(matching, pod)
		}
	}
	return matching
}

type shownSlice struct {
	Labels    map[string]string          `json:"labels"`
	Ports     []discoveryv1.EndpointPort `json:"ports"`
	Endpoints []discoveryv1.Endpoint     `json:"endpoints"`
}

// Slices with the same ports as one: how pods are dealt out among them says nothing.
func shownSlices(slices []discoveryv1.EndpointSlice) ([]shownSlice, error) {
	byPorts := map[string]*shownSlice{}
	for _, slice := range slices {
		ports := append([]discoveryv1.EndpointPort{}, slice.Ports...)
		sort.Slice(ports, func(left, right int) bool { return *ports[left].Name < *ports[right].Name })
		key, err := json.Marshal(ports)
		if err != nil {
			return nil, err
		}
		if byPorts[string(key)] == nil {
			byPorts[string(key)] = &shownSlice{Labels: slice.Labels, Ports: ports, Endpoints: []discoveryv1.Endpoint{}}
		}
		byPorts[string(key)].Endpoints = append(byPorts[string(key)].Endpoints, slice.Endpoints...)
	}
	keys := []string{}
	for key, slice := range byPorts {
		keys = append(keys, key)
		sort.Slice(slice.Endpoints, func(left, right int) bool {
			return strings.Compare(slice.Endpoints[left].TargetRef.Name, slice.Endpoints[right].TargetRef.Name) < 0
		})
	}
	sort.Strings(keys)
	shown := []shownSlice{}
	for _, key := range keys {
		shown = append(shown, *byPorts[key])
	}
	return shown, nil
}

// The fake server makes up no names.
func namesEverySlice(client *fake.Clientset) {
	count := 0
	client.PrependReactor("create", "endpointslices", func(action clienttesting.Action) (bool, runtime.Object, error) {
		slice := action.(clienttesting.CreateAction).GetObject().(*discoveryv1.EndpointSlice)
		count++
		slice.Name = fmt.Sprintf("%s%d", slice.GenerateName, count)
		return false, nil, nil
	})
}
