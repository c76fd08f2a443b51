package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"time"

	"github.com/robfig/cron/v3"
	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/kubectl/pkg/drain"
	testingclock "k8s.io/utils/clock/testing"
)

type drained struct {
	Pods    []*v1.Pod           `json:"pods"`
	Daemons []*appsv1.DaemonSet `json:"daemons"`
	Flags   map[string]bool     `json:"flags"`
}

// What a drain of the node would delete, and what it complains about.
func answerDrain(input json.RawMessage) (any, error) {
	asked, err := decoded[drained](input)
	if err != nil {
		return nil, err
	}
	objects := []runtime.Object{}
	for _, pod := range asked.Pods {
		objects = append(objects, pod)
	}
	for _, daemon := range asked.Daemons {
		objects = append(objects, daemon)
	}
	helper := &drain.Helper{
		Client:              fake.NewSimpleClientset(objects...),
		Force:               asked.Flags["force"],
		IgnoreAllDaemonSets: asked.Flags["ignoreDaemonSets"],
		DeleteEmptyDirData:  asked.Flags["deleteEmptyDirData"],
		GracePeriodSeconds:  -1,
	}
	list, complaints := helper.GetPodsForDeletion("node-a")
	if len(complaints) > 0 {
		return map[string]any{"refused": true, "pods": []string{}}, nil
	}
	names := []string{}
	for _, pod := range list.Pods() {
		names = append(names, pod.Namespace+"/"+pod.Name)
	}
	sort.Strings(names)
	return map[string]any{"refused": false, "pods": names}, nil
}

// Container restarts: a failure at each of these instants, in milliseconds. For each: the delay that is in force after it.
type failures struct {
	InitialMs int64   `json:"initialMs"`
	MaxMs     int64   `json:"maxMs"`
	EventsMs  []int64 `json:"eventsMs"`
}

func answerBackoff(input json.RawMessage) (any, error) {
	asked, err := decoded[failures](input)
	if err != nil {
		return nil, err
	}
	clock := testingclock.NewFakeClock(time.UnixMilli(0))
	backoff := flowcontrol.NewFakeBackOff(ms(asked.InitialMs), ms(asked.MaxMs), clock)
	type step struct {
		Waits   bool  `json:"waits"`
		DelayMs int64 `json:"delayMs"`
	}
	steps := []step{}
	for _, atMs := range asked.EventsMs {
		at := time.UnixMilli(atMs)
		clock.SetTime(at)
		waits := backoff.IsInBackOffSince("container", at)
		backoff.Next("container", at)
		steps = append(steps, step{Waits: waits, DelayMs: backoff.Get("container").Milliseconds()})
	}
	return steps, nil
}

func ms(value int64) time.Duration {
	return time.Duration(value) * time.Millisecond
}

type schedule struct {
	Schedule string `json:"schedule"`
	TimeZone string `json:"timeZone"`
	AfterMs  int64  `json:"afterMs"`
}

// As pkg/controller/cronjob reads a schedule: the standard parser, the zone in front. One that cannot be read is never due.
func answerCron(input json.RawMessage) (any, error) {
	asked, err := decoded[schedule](input)
	if err != nil {
		return nil, err
	}
	text := asked.Schedule
	if asked.TimeZone != "" {
		text = fmt.Sprintf("TZ=%s %s", asked.TimeZone, asked.Schedule)
	}
	parsed, err := cron.ParseStandard(text)
	if err != nil {
		return []int64{}, nil
	}
	due := []int64{}
	for at := time.UnixMilli(asked.AfterMs).UTC(); len(due) < 3; {
		at = parsed.Next(at)
		if at.IsZero() {
			break
		}
		due = append(due, at.UnixMilli())
	}
	return due, nil
}

type patching struct {
	Original json.RawMessage `json:"original"`
	Patch    json.RawMessage `json:"patch"`
}

func answerStrategicMerge(input json.RawMessage) (any, error) {
	asked, err := decoded[patching](input)
	if err != nil {
		return nil, err
	}
	merged, err := strategicpatch.StrategicMergePatch(asked.Original, asked.Patch, appsv1.Deployment{})
	if err != nil {
		return nil, err
	}
	return asDecoded(merged)
}

// What the API server makes of it next: nulls and directives that were left in new elements of lists are not there any
// more.
func asDecoded(merged []byte) (any, error) {
	var value any
	if err := json.Unmarshal(merged, &value); err != nil {
		return nil, err
	}
	return withoutLeftovers(value), nil
}

func withoutLeftovers(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		for key, part := range typed {
			if part == nil || key == "$patch" {
				delete(typed, key)
			} else {
				typed[key] = withoutLeftovers(part)
			}
		}
	case []any:
		for index, part := range typed {
			typed[index] = withoutLeftovers(part)
		}
	}
	return value
}
