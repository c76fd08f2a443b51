package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"testing"
	"testing/synctest"
	"time"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	scalefake "k8s.io/client-go/scale/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	autoscalingdefaults "k8s.io/kubernetes/pkg/apis/autoscaling/v2"
	"k8s.io/kubernetes/pkg/controller/podautoscaler"
	metricsclient "k8s.io/kubernetes/pkg/controller/podautoscaler/metrics"
)

// The flags of kube-controller-manager, at their defaults.
const (
	autoscalerPeriod       = 15 * time.Second
	downscaleStabilisation = 5 * time.Minute
	autoscalerTolerance    = 0.1
	cpuInitialization      = 5 * time.Minute
	initialReadinessDelay  = 30 * time.Second
)

type autoscaling struct {
	Autoscaler *autoscalingv2.HorizontalPodAutoscaler `json:"autoscaler"`
	Replicas   int32                                  `json:"replicas"`
	// One a sync: what the controller finds when its time has come.
	Steps []autoscalingStep `json:"steps"`
}

type autoscalingStep struct {
	// What somebody else sets just before.
	Replicas       *int32    `json:"replicas"`
	StatusReplicas int32     `json:"statusReplicas"`
	Pods           []*v1.Pod `json:"pods"`
	// By `resource/container`, then by pod.
	Resource map[string]map[string]sample `json:"resource"`
	// By name of the metric.
	OfPods   map[string]map[string]sample `json:"ofPods"`
	OfObject map[string]int64             `json:"ofObject"`
	External map[string][]int64           `json:"external"`
}

type sample struct {
	Value         int64 `json:"value"`
	AgeSeconds    int64 `json:"ageSeconds"`
	WindowSeconds int64 `json:"windowSeconds"`
}

// What the autoscaler does over several syncs: its status after each, the replicas that it leaves, and what it says. The
// real controller runs for each, in a bubble in which its windows and periods cost no time.
func answerAutoscaler(input json.RawMessage) (answer any, err error) {
	asked, err := decoded[autoscaling](input)
	if err != nil {
		return nil, err
	}
	autoscalingdefaults.SetDefaults_HorizontalPodAutoscaler(asked.Autoscaler)
	// Errors are slowed down by the time of the last one, which in another bubble may lie far in the future.
	utilruntime.ErrorHandlers = nil
	synctest.Test(host, func(*testing.T) { answer, err = playAutoscaler(asked) })
	return answer, err
}

func playAutoscaler(asked autoscaling) (any, error) {
	ctx, cancel := context.WithCancel(context.Background())
	client := fake.NewSimpleClientset(asked.Autoscaler)
	said := eavesdrop(client)
	world := &autoscaledWorld{namespace: asked.Autoscaler.Namespace, replicas: asked.Replicas}
	done := runAutoscaler(ctx, client, world)
	defer func() {
		cancel()
		<-done
		synctest.Wait()
	}()
	type after struct {
		Replicas int32                                        `json:"replicas"`
		Status   *autoscalingv2.HorizontalPodAutoscalerStatus `json:"status"`
	}
	answers := []after{}
	for index, step := range asked.Steps {
		if err := world.become(ctx, client, step); err != nil {
			return nil, err
		}
		// A second past the sync, and the next step is there well before the next one.
		wait := autoscalerPeriod
		if index == 0 {
			wait += time.Second
		}
		time.Sleep(wait)
		synctest.Wait()
		current, err := client.AutoscalingV2().HorizontalPodAutoscalers(asked.Autoscaler.Namespace).Get(ctx, asked.Autoscaler.Name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		if err := world.autoscalers.Update(current); err != nil {
			return nil, err
		}
		status := current.Status.DeepCopy()
		for place := range status.Conditions {
			status.Conditions[place].Message = anyPod.ReplaceAllString(status.Conditions[place].Message, "Pod …")
		}
		answers = append(answers, after{Replicas: world.replicas, Status: status})
	}
	if world.syncs != len(asked.Steps) {
		return nil, fmt.Errorf("%d syncs in %d periods", world.syncs, len(asked.Steps))
	}
	return map[string]any{"steps": answers, "events": said()}, nil
}

// Which of several pods is named first is chance.
var anyPod = regexp.MustCompile(`Pod pod-\d`)

// What is said while it plays. Not stored: names of events are made of the time, and in a bubble two have the same.
func eavesdrop(client *fake.Clientset) func() []string {
	said := map[string]bool{}
	client.PrependReactor("create", "events", func(action clienttesting.Action) (bool, runtime.Object, error) {
		event := action.(clienttesting.CreateAction).GetObject().(*v1.Event)
		said[anyPod.ReplaceAllString(fmt.Sprintf("%s %s: %s", event.Type, event.Reason, event.Message), "Pod …")] = true
		return true, event, nil
	})
	return func() []string {
		texts := []string{}
		for text := range said {
			texts = append(texts, text)
		}
		sort.Strings(texts)
		return texts
	}
}

func runAutoscaler(ctx context.Context, client *fake.Clientset, world *autoscaledWorld) <-chan struct{} {
	// Without a period, 1.34 waits on a channel from outside of the bubble, in which time then stands still.
	factory := informers.NewSharedInformerFactory(client, 24*time.Hour)
	world.pods = factory.Core().V1().Pods().Informer().GetIndexer()
	world.autoscalers = factory.Autoscaling().V2().HorizontalPodAutoscalers().Informer().GetIndexer()
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{{Group: "apps", Version: "v1"}})
	mapper.Add(schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}, meta.RESTScopeNamespace)
	controller := podautoscaler.NewHorizontalController(ctx, client.CoreV1(), world.scales(), client.AutoscalingV2(), mapper, world,
		factory.Autoscaling().V2().HorizontalPodAutoscalers(), factory.Core().V1().Pods(),
		autoscalerPeriod, downscaleStabilisation, autoscalerTolerance, cpuInitialization, initialReadinessDelay)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	// Synced means listed; the client in memory forgets what is written before the watches stand.
	synctest.Wait()
	done := make(chan struct{})
	go func() {
		controller.Run(ctx, 1)
		factory.Shutdown()
		close(done)
	}()
	return done
}

// The target and its metrics: what the controller reads through its clients.
type autoscaledWorld struct {
	namespace string
	replicas  int32
	step      autoscalingStep
	// Each begins with a look at the scale.
	syncs int
	// What the controller reads of both kinds is put there: watches of a client in memory may start late or not at all.
	pods, autoscalers cache.Indexer
}

var _ metricsclient.MetricsClient = &autoscaledWorld{}

func (world *autoscaledWorld) become(ctx context.Context, client *fake.Clientset, step autoscalingStep) error {
	world.step = step
	if step.Replicas != nil {
		world.replicas = *step.Replicas
	}
	pods := client.CoreV1().Pods(world.namespace)
	list, err := pods.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, pod := range list.Items {
		if err := pods.Delete(ctx, pod.Name, metav1.DeleteOptions{}); err != nil {
			return err
		}
	}
	for _, pod := range step.Pods {
		if _, err := pods.Create(ctx, pod, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	synctest.Wait()
	known := []any{}
	for _, pod := range step.Pods {
		known = append(known, pod)
	}
	return world.pods.Replace(known, "")
}

func (world *autoscaledWorld) scales() *scalefake.FakeScaleClient {
	client := &scalefake.FakeScaleClient{}
	client.AddReactor("get", "*", func(action clienttesting.Action) (bool, runtime.Object, error) {
		world.syncs++
		return true, &autoscalingv1.Scale{
			ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: world.namespace},
			Spec:       autoscalingv1.ScaleSpec{Replicas: world.replicas},
			Status:     autoscalingv1.ScaleStatus{Replicas: world.step.StatusReplicas, Selector: "app=web"},
		}, nil
	})
	client.AddReactor("update", "*", func(action clienttesting.Action) (bool, runtime.Object, error) {
		scale := action.(clienttesting.UpdateAction).GetObject().(*autoscalingv1.Scale)
		world.replicas = scale.Spec.Replicas
		return true, scale, nil
	})
	return client
}

func (world *autoscaledWorld) GetResourceMetric(ctx context.Context, resource v1.ResourceName, namespace string, selector labels.Selector, container string) (metricsclient.PodMetricsInfo, time.Time, error) {
	return samplesOf(world.step.Resource, fmt.Sprintf("%s/%s", resource, container), "resource")
}

func (world *autoscaledWorld) GetRawMetric(name string, namespace string, selector labels.Selector, metricSelector labels.Selector) (metricsclient.PodMetricsInfo, time.Time, error) {
	return samplesOf(world.step.OfPods, name, "custom")
}

func (world *autoscaledWorld) GetObjectMetric(name string, namespace string, object *autoscalingv2.CrossVersionObjectReference, metricSelector labels.Selector) (int64, time.Time, error) {
	value, known := world.step.OfObject[name]
	if !known {
		return 0, time.Time{}, fmt.Errorf("no metrics returned from custom metrics API")
	}
	return value, time.Now(), nil
}

func (world *autoscaledWorld) GetExternalMetric(name string, namespace string, selector labels.Selector) ([]int64, time.Time, error) {
	values, known := world.step.External[name]
	if !known {
		return nil, time.Time{}, fmt.Errorf("no metrics returned from external metrics API")
	}
	return values, time.Now(), nil
}

func samplesOf(all map[string]map[string]sample, name, api string) (metricsclient.PodMetricsInfo, time.Time, error) {
	samples, known := all[name]
	if !known {
		return nil, time.Time{}, fmt.Errorf("no metrics returned from %s metrics API", api)
	}
	info := metricsclient.PodMetricsInfo{}
	for pod, one := range samples {
		info[pod] = metricsclient.PodMetric{
			Timestamp: time.Now().Add(-time.Duration(one.AgeSeconds) * time.Second),
			Window:    time.Duration(one.WindowSeconds) * time.Second,
			Value:     one.Value,
		}
	}
	return info, time.Now(), nil
}
