package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/batch"
	jobregistry "k8s.io/kubernetes/pkg/registry/batch/job"
)

// A client in memory that also does what every API server does to an object on its way: names, uids, times, generations,
// versions, finalizers, grace. Controllers see its writes when they are delivered, not before, so that a sync is a function
// of what was there when it began.
type playedWorld struct {
	client    *fake.Clientset
	made      int
	version   int
	informers []*toldInformer
	// From one round of syncs to the next.
	pause time.Duration
	// What was said since somebody asked, and each event's words by its name.
	heard []string
	words map[string]string
}

// An informer that is told by hand.
type toldInformer struct {
	*heardInformer
	resource schema.GroupVersionResource
	kind     schema.GroupVersionKind
}

// The informer of one kind with its typed lister.
type told[L any] struct {
	informer cache.SharedIndexInformer
	lister   L
}

func (one told[L]) Informer() cache.SharedIndexInformer { return one.informer }

func (one told[L]) Lister() L { return one.lister }

func newPlayedWorld() *playedWorld {
	world := &playedWorld{client: fake.NewSimpleClientset(), words: map[string]string{}}
	world.client.PrependReactor("*", "*", world.react)
	return world
}

type typed[L any] interface {
	Informer() cache.SharedIndexInformer
	Lister() L
}

func tellBy[L any](world *playedWorld, of typed[L], version schema.GroupVersion, resource, kind string) told[L] {
	informer := &toldInformer{
		heardInformer: &heardInformer{SharedIndexInformer: of.Informer()},
		resource:      version.WithResource(resource),
		kind:          version.WithKind(kind),
	}
	world.informers = append(world.informers, informer)
	return told[L]{informer: informer.heardInformer, lister: of.Lister()}
}

func (world *playedWorld) react(action clienttesting.Action) (bool, runtime.Object, error) {
	switch action := action.(type) {
	case clienttesting.CreateActionImpl:
		if action.GetResource().Resource == "events" {
			return true, world.hear(action.GetObject().(*v1.Event)), nil
		}
		object, err := world.create(action)
		return true, object, err
	case clienttesting.UpdateActionImpl:
		object, err := world.update(action)
		return true, object, err
	case clienttesting.PatchActionImpl:
		if action.GetResource().Resource == "events" {
			world.heard = append(world.heard, world.words[action.GetName()])
			return true, &v1.Event{}, nil
		}
		object, err := world.patch(action)
		return true, object, err
	case clienttesting.DeleteActionImpl:
		return true, nil, world.remove(action)
	}
	return false, nil, nil
}

// A repetition is told as a patch of what was said before, by its name: names are made of the time, and here much is said
// at one instant.
func (world *playedWorld) hear(event *v1.Event) *v1.Event {
	words := fmt.Sprintf("%s %s: %s", event.Type, event.Reason, event.Message)
	said := event.DeepCopy()
	said.Name = fmt.Sprintf("%s.%d", event.Name, len(world.words))
	world.words[said.Name] = words
	world.heard = append(world.heard, words)
	return said
}

func (world *playedWorld) create(action clienttesting.CreateActionImpl) (runtime.Object, error) {
	object := action.GetObject().DeepCopyObject()
	fields, err := meta.Accessor(object)
	if err != nil {
		return nil, err
	}
	world.made++
	if fields.GetName() == "" {
		fields.SetName(fmt.Sprintf("%s%05d", fields.GetGenerateName(), world.made))
	}
	if fields.GetNamespace() == "" {
		fields.SetNamespace(action.GetNamespace())
	}
	fields.SetUID(types.UID(fmt.Sprintf("uid-%05d", world.made)))
	fields.SetCreationTimestamp(metav1.NewTime(time.Now()))
	fields.SetGeneration(1)
	world.stamp(fields)
	if pod, is := object.(*v1.Pod); is && pod.Status.Phase == "" {
		pod.Status.Phase = v1.PodPending
	}
	if object, err = asStored(object); err != nil {
		return nil, err
	}
	if err := world.client.Tracker().Create(action.GetResource(), object, action.GetNamespace()); err != nil {
		return nil, err
	}
	return object.DeepCopyObject(), nil
}

// With its defaults, and without what does not survive writing: nanoseconds, empty lists.
func asStored(object runtime.Object) (runtime.Object, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	stored := reflect.New(reflect.TypeOf(object).Elem()).Interface().(runtime.Object)
	if err := json.Unmarshal(text, stored); err != nil {
		return nil, err
	}
	legacyscheme.Scheme.Default(stored)
	return stored, nil
}

func (world *playedWorld) stamp(fields metav1.Object) {
	world.version++
	fields.SetResourceVersion(fmt.Sprint(world.version))
}

func (world *playedWorld) update(action clienttesting.UpdateActionImpl) (runtime.Object, error) {
	next := action.GetObject().DeepCopyObject()
	fields, err := meta.Accessor(next)
	if err != nil {
		return nil, err
	}
	before, err := world.client.Tracker().Get(action.GetResource(), action.GetNamespace(), fields.GetName())
	if err != nil {
		return nil, err
	}
	known, err := meta.Accessor(before)
	if err != nil {
		return nil, err
	}
	if fields.GetResourceVersion() != "" && fields.GetResourceVersion() != known.GetResourceVersion() {
		return nil, apierrors.NewConflict(action.GetResource().GroupResource(), fields.GetName(), fmt.Errorf("the object has been modified"))
	}
	if action.GetSubresource() == "status" {
		status := partOf(next, "Status")
		next = before.DeepCopyObject()
		partOf(next, "Status").Set(status)
		if err := refusalOfStatus(before, next); err != nil {
			return nil, err
		}
	} else if status := partOf(next, "Status"); status.IsValid() {
		status.Set(partOf(before.DeepCopyObject(), "Status"))
	}
	return world.store(action.GetResource(), action.GetNamespace(), before, next)
}

// What controllers themselves get wrong is refused to them too.
func refusalOfStatus(before, next runtime.Object) error {
	written, is := next.(*batchv1.Job)
	if !is {
		return nil
	}
	known, wanted := &batch.Job{}, &batch.Job{}
	if err := legacyscheme.Scheme.Convert(before, known, nil); err != nil {
		return err
	}
	if err := legacyscheme.Scheme.Convert(written, wanted, nil); err != nil {
		return err
	}
	if errs := jobregistry.StatusStrategy.ValidateUpdate(context.Background(), wanted, known); len(errs) > 0 {
		return apierrors.NewInvalid(batch.Kind("Job"), written.Name, errs)
	}
	return nil
}

func partOf(object runtime.Object, name string) reflect.Value {
	return reflect.ValueOf(object).Elem().FieldByName(name)
}

func (world *playedWorld) patch(action clienttesting.PatchActionImpl) (runtime.Object, error) {
	tracker := world.client.Tracker()
	before, err := tracker.Get(action.GetResource(), action.GetNamespace(), action.GetName())
	if err != nil {
		return nil, err
	}
	before = before.DeepCopyObject()
	_, next, err := clienttesting.ObjectReaction(tracker)(action)
	if err != nil {
		return nil, err
	}
	return world.store(action.GetResource(), action.GetNamespace(), before, next.DeepCopyObject())
}

// What is on its way out goes with its last finalizer.
func (world *playedWorld) store(resource schema.GroupVersionResource, namespace string, before, next runtime.Object) (runtime.Object, error) {
	fields, err := meta.Accessor(next)
	if err != nil {
		return nil, err
	}
	if next, err = asStored(next); err != nil {
		return nil, err
	}
	if fields, err = meta.Accessor(next); err != nil {
		return nil, err
	}
	if spec := partOf(next, "Spec"); spec.IsValid() && !reflect.DeepEqual(spec.Interface(), partOf(before, "Spec").Interface()) {
		fields.SetGeneration(fields.GetGeneration() + 1)
	}
	if isLeaving(fields) {
		return next, world.drop(resource, namespace, fields.GetName())
	}
	if reflect.DeepEqual(before, next) {
		// A patch has left it there as it came.
		return next, world.client.Tracker().Update(resource, before, namespace)
	}
	world.stamp(fields)
	return next.DeepCopyObject(), world.client.Tracker().Update(resource, next, namespace)
}

func (world *playedWorld) drop(resource schema.GroupVersionResource, namespace, name string) error {
	world.version++
	return world.client.Tracker().Delete(resource, namespace, name)
}

func isLeaving(fields metav1.Object) bool {
	grace := fields.GetDeletionGracePeriodSeconds()
	return fields.GetDeletionTimestamp() != nil && len(fields.GetFinalizers()) == 0 && (grace == nil || *grace == 0)
}

func (world *playedWorld) remove(action clienttesting.DeleteActionImpl) error {
	tracker := world.client.Tracker()
	found, err := tracker.Get(action.GetResource(), action.GetNamespace(), action.GetName())
	if err != nil {
		return err
	}
	object := found.DeepCopyObject()
	fields, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	options := action.DeleteOptions
	if options.Preconditions != nil && options.Preconditions.UID != nil && *options.Preconditions.UID != fields.GetUID() {
		return apierrors.NewConflict(action.GetResource().GroupResource(), fields.GetName(), fmt.Errorf("uid"))
	}
	grace := graceOf(object, options)
	isPending := fields.GetDeletionTimestamp() != nil
	if isPending && options.GracePeriodSeconds == nil {
		return nil
	}
	if !isPending || *fields.GetDeletionGracePeriodSeconds() > grace {
		now := metav1.NewTime(time.Now().Add(time.Duration(grace) * time.Second))
		fields.SetDeletionTimestamp(&now)
		fields.SetDeletionGracePeriodSeconds(&grace)
	}
	if isLeaving(fields) {
		return world.drop(action.GetResource(), action.GetNamespace(), fields.GetName())
	}
	world.stamp(fields)
	return tracker.Update(action.GetResource(), object, action.GetNamespace())
}

// Only pods that run somewhere are waited for.
func graceOf(object runtime.Object, options metav1.DeleteOptions) int64 {
	pod, is := object.(*v1.Pod)
	if !is || pod.Spec.NodeName == "" || pod.Status.Phase == v1.PodFailed || pod.Status.Phase == v1.PodSucceeded {
		return 0
	}
	if options.GracePeriodSeconds != nil {
		return *options.GracePeriodSeconds
	}
	if pod.Spec.TerminationGracePeriodSeconds != nil {
		return *pod.Spec.TerminationGracePeriodSeconds
	}
	return v1.DefaultTerminationGracePeriodSeconds
}

// Tells every informer what has become of its kind since the last time.
func (world *playedWorld) deliver() error {
	for _, informer := range world.informers {
		if err := world.deliverTo(informer); err != nil {
			return err
		}
	}
	return nil
}

func (world *playedWorld) deliverTo(informer *toldInformer) error {
	now, err := world.listed(informer.resource, informer.kind)
	if err != nil {
		return err
	}
	indexer, present := informer.GetIndexer(), map[string]bool{}
	for _, object := range now {
		key, err := cache.MetaNamespaceKeyFunc(object)
		if err != nil {
			return err
		}
		present[key] = true
		before, known, err := indexer.GetByKey(key)
		if err != nil {
			return err
		}
		if known && reflect.DeepEqual(before, object) {
			continue
		}
		if err := indexer.Add(object); err != nil {
			return err
		}
		informer.hear(before, object)
	}
	keys := indexer.ListKeys()
	sort.Strings(keys)
	for _, key := range keys {
		if present[key] {
			continue
		}
		gone, _, _ := indexer.GetByKey(key)
		if err := indexer.Delete(gone); err != nil {
			return err
		}
		informer.hear(gone, nil)
	}
	return nil
}

func (informer *toldInformer) hear(before, after any) {
	for _, handler := range informer.handlers {
		switch {
		case before == nil:
			handler.OnAdd(after, false)
		case after == nil:
			handler.OnDelete(before)
		default:
			handler.OnUpdate(before, after)
		}
	}
}

func (world *playedWorld) listed(resource schema.GroupVersionResource, kind schema.GroupVersionKind) ([]runtime.Object, error) {
	list, err := world.client.Tracker().List(resource, kind, "")
	if err != nil {
		return nil, err
	}
	objects, err := meta.ExtractList(list)
	if err != nil {
		return nil, err
	}
	copies := make([]runtime.Object, len(objects))
	for index, object := range objects {
		copies[index] = object.DeepCopyObject()
	}
	return copies, nil
}

// Syncs until nothing is written any more: what the controllers come to before anything else happens.
func (world *playedWorld) settle(ctx context.Context, syncs ...func(context.Context) error) error {
	const roundsMax = 40
	for round := 0; round < roundsMax; round++ {
		version := world.version
		time.Sleep(world.pause)
		for _, sync := range syncs {
			if err := world.deliver(); err != nil {
				return err
			}
			// What a sync could not do it does when it is tried again.
			_ = sync(ctx)
		}
		if err := world.deliver(); err != nil {
			return err
		}
		if world.version == version {
			return nil
		}
	}
	return fmt.Errorf("nothing rests after %d rounds", roundsMax)
}
