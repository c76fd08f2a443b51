package main

import (
	"context"
	"encoding/json"
	"regexp"
	"sort"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/controller/job"
)

type wholeJob struct {
	Job   *batchv1.Job `json:"job"`
	Steps []jobStep    `json:"steps"`
}

type jobStep struct {
	AfterSeconds int64       `json:"afterSeconds"`
	Pods         []podChange `json:"pods"`
	// What somebody changes of the Job.
	Suspend        *bool  `json:"suspend"`
	Parallelism    *int32 `json:"parallelism"`
	Completions    *int32 `json:"completions"`
	DeadlineSecond *int64 `json:"activeDeadlineSeconds"`
}

// What becomes of one pod. They are counted in the order in which they were made.
type podChange struct {
	Pick   int           `json:"pick"`
	Delete bool          `json:"delete"`
	Gone   bool          `json:"gone"`
	Status *v1.PodStatus `json:"status"`
}

type jobAfter struct {
	Status batchv1.JobStatus `json:"status"`
	Pods   []podAfter        `json:"pods"`
}

type podAfter struct {
	AgeSeconds  int64             `json:"ageSeconds"`
	Phase       v1.PodPhase       `json:"phase"`
	Index       string            `json:"index,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Leaving     bool              `json:"leaving,omitempty"`
	Uncounted   bool              `json:"uncounted,omitempty"`
}

// What a Job comes to, step after step: its status, its pods, what is said. The real controller's own sync runs, over a
// client in memory, in a bubble in which its back-off costs no time.
func answerWholeJob(input json.RawMessage) (answer any, err error) {
	asked, err := decoded[wholeJob](input)
	if err != nil {
		return nil, err
	}
	utilruntime.ErrorHandlers = nil
	synctest.Test(host, func(*testing.T) { answer, err = playJob(asked) })
	return answer, err
}

func playJob(asked wholeJob) (any, error) {
	ctx, cancel := context.WithCancel(context.Background())
	world := newPlayedWorld()
	factory := informers.NewSharedInformerFactory(world.client, 24*time.Hour)
	pods := tellBy(world, factory.Core().V1().Pods(), v1.SchemeGroupVersion, "pods", "Pod")
	jobs := tellBy(world, factory.Batch().V1().Jobs(), batchv1.SchemeGroupVersion, "jobs", "Job")
	controller, err := newJobController(ctx, world.client, pods, jobs, factory)
	if err != nil {
		cancel()
		return nil, err
	}
	defer func() {
		cancel()
		controller.Run(ctx, 0)
		synctest.Wait()
	}()
	legacyscheme.Scheme.Default(asked.Job)
	if _, err := world.client.BatchV1().Jobs(asked.Job.Namespace).Create(ctx, asked.Job, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	answers := []jobAfter{}
	for _, step := range asked.Steps {
		time.Sleep(time.Duration(step.AfterSeconds) * time.Second)
		if err := world.changeJob(ctx, asked.Job, step); err != nil {
			return nil, err
		}
		sync := func(ctx context.Context) error { return world.syncOf(ctx, controller, asked.Job) }
		if err := world.settle(ctx, sync); err != nil {
			return nil, err
		}
		after, err := world.afterJob(ctx, asked.Job)
		if err != nil {
			return nil, err
		}
		answers = append(answers, *after)
	}
	return answers, nil
}

func (world *playedWorld) syncOf(ctx context.Context, controller *job.Controller, of *batchv1.Job) error {
	return syncJob(controller, ctx, of.Namespace+"/"+of.Name)
}

func (world *playedWorld) changeJob(ctx context.Context, of *batchv1.Job, step jobStep) error {
	jobs := world.client.BatchV1().Jobs(of.Namespace)
	current, err := jobs.Get(ctx, of.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if step.Suspend != nil {
		current.Spec.Suspend = step.Suspend
	}
	if step.Parallelism != nil {
		current.Spec.Parallelism = step.Parallelism
	}
	if step.Completions != nil {
		current.Spec.Completions = step.Completions
	}
	if step.DeadlineSecond != nil {
		current.Spec.ActiveDeadlineSeconds = step.DeadlineSecond
	}
	if _, err := jobs.Update(ctx, current, metav1.UpdateOptions{}); err != nil {
		return err
	}
	for _, change := range step.Pods {
		if err := world.changePod(ctx, of.Namespace, change); err != nil {
			return err
		}
	}
	return nil
}

// The pod that is picked, if there is one; what has ended is not changed any more.
func (world *playedWorld) changePod(ctx context.Context, namespace string, change podChange) error {
	pods, err := world.podsInOrder(ctx, namespace)
	if err != nil || len(pods) == 0 {
		return err
	}
	pod := pods[change.Pick%len(pods)]
	client := world.client.CoreV1().Pods(namespace)
	switch {
	case change.Gone:
		if pod.DeletionTimestamp == nil {
			return nil
		}
		now := int64(0)
		return client.Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now})
	case change.Delete:
		return client.Delete(ctx, pod.Name, metav1.DeleteOptions{})
	case pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed:
		return nil
	}
	if pod.Spec.NodeName == "" {
		pod.Spec.NodeName = "node-a"
		if pod, err = client.Update(ctx, pod, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	pod.Status = *change.Status.DeepCopy()
	_, err = client.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
	return err
}

const indexAnnotation = "batch.kubernetes.io/job-completion-index"

func (world *playedWorld) podsInOrder(ctx context.Context, namespace string) ([]*v1.Pod, error) {
	list, err := world.client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	pods := []*v1.Pod{}
	for index := range list.Items {
		pods = append(pods, &list.Items[index])
	}
	sort.SliceStable(pods, func(left, right int) bool { return placeOf(pods[left]) < placeOf(pods[right]) })
	return pods, nil
}

// Pods of one moment that are alike may be named in any order.
func placeOf(pod *v1.Pod) string {
	parts := []string{
		pod.CreationTimestamp.UTC().Format(time.RFC3339), pod.Annotations[indexAnnotation],
		pod.Annotations["batch.kubernetes.io/job-index-failure-count"], string(pod.Status.Phase),
		map[bool]string{true: "leaving"}[pod.DeletionTimestamp != nil], map[bool]string{true: "bound"}[pod.Spec.NodeName != ""],
		map[bool]string{true: "kept"}[len(pod.Finalizers) > 0],
	}
	return strings.Join(parts, "|")
}

var drawnName = regexp.MustCompile(`work(-\d+)?-[a-z0-9]{5}\b`)

func (world *playedWorld) afterJob(ctx context.Context, of *batchv1.Job) (*jobAfter, error) {
	current, err := world.client.BatchV1().Jobs(of.Namespace).Get(ctx, of.Name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	for index, condition := range current.Status.Conditions {
		current.Status.Conditions[index].Message = drawnName.ReplaceAllString(condition.Message, "work$1-…")
	}
	pods, err := world.podsInOrder(ctx, of.Namespace)
	if err != nil {
		return nil, err
	}
	after := &jobAfter{Status: current.Status, Pods: []podAfter{}}
	for _, pod := range pods {
		after.Pods = append(after.Pods, podAfter{
			AgeSeconds: int64(time.Since(pod.CreationTimestamp.Time).Seconds()), Phase: pod.Status.Phase, Index: pod.Annotations[indexAnnotation],
			Annotations: pod.Annotations, Leaving: pod.DeletionTimestamp != nil, Uncounted: len(pod.Finalizers) > 0,
		})
	}
	return after, nil
}
