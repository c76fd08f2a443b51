package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/informers"
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
	// Where it goes, unless it has its node or can be on one only.
	Node string `json:"node"`
}

type jobAfter struct {
	Status batchv1.JobStatus `json:"status"`
	// One a line: age, phase, and what else is to be known.
	Pods []string `json:"pods"`
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
		if pod.Spec.NodeName = nodeFor(pod); pod.Spec.NodeName == "" {
			pod.Spec.NodeName = change.Node
		}
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
		wordIf(pod.DeletionTimestamp != nil, "leaving"), wordIf(pod.Spec.NodeName != "", "bound"), wordIf(len(pod.Finalizers) > 0, "kept"),
		pod.Spec.Containers[0].Image, pod.Labels[appsv1.PodIndexLabel], nodeFor(pod), readyTime(pod), restartsOf(pod),
	}
	return strings.Join(parts, "|")
}

func restartsOf(pod *v1.Pod) string {
	restarts := int32(0)
	for _, status := range pod.Status.ContainerStatuses {
		restarts += status.RestartCount
	}
	return fmt.Sprint(restarts)
}

var hashedName = regexp.MustCompile(`web-[a-z0-9]{1,10}\b`)

var drawnName = regexp.MustCompile(`work(-\d+)?-[a-z0-9]{5}\b`)

func (world *playedWorld) afterJob(ctx context.Context, of *batchv1.Job) (*jobAfter, error) {
	current, err := world.client.BatchV1().Jobs(of.Namespace).Get(ctx, of.Name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	for index, condition := range current.Status.Conditions {
		current.Status.Conditions[index].Message = drawnName.ReplaceAllString(condition.Message, "work-…")
	}
	pods, err := world.podsInOrder(ctx, of.Namespace)
	if err != nil {
		return nil, err
	}
	after := &jobAfter{Status: current.Status, Pods: []string{}}
	for _, pod := range pods {
		after.Pods = append(after.Pods, inWords(
			ageOf(pod), string(pod.Status.Phase), pod.Annotations[indexAnnotation], pod.Annotations["batch.kubernetes.io/job-index-failure-count"],
			pod.Annotations["batch.kubernetes.io/job-index-ignored-failure-count"], wordIf(pod.DeletionTimestamp != nil, "leaving"), wordIf(len(pod.Finalizers) > 0, "uncounted"),
		))
	}
	return after, nil
}

func ageOf(pod *v1.Pod) string {
	return fmt.Sprint(int64(time.Since(pod.CreationTimestamp.Time).Seconds()))
}

func wordIf(holds bool, word string) string {
	return map[bool]string{true: word}[holds]
}

// Absent parts keep their place.
func inWords(parts ...string) string {
	return strings.TrimRight(strings.Join(parts, ","), ",")
}
