package main

import (
	"context"
	"errors"
	"strconv"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/generic/registry"
	"k8s.io/apiserver/pkg/storage"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	api "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/registry/core/pod"
)

// One pod in memory, where a server has etcd. Nothing writes to it behind the server's back.
type onePod struct {
	storage.Interface
	pod     *api.Pod
	version uint64
}

const firstVersion = 10

// The server's own store of pods, as the subresources that write a status have it.
func storeOfPod(stored *api.Pod) (*registry.Store, *onePod) {
	kept := &onePod{pod: stored, version: firstVersion}
	kept.pod.ResourceVersion = strconv.Itoa(firstVersion)
	return &registry.Store{
		NewFunc:                   func() runtime.Object { return &api.Pod{} },
		NewListFunc:               func() runtime.Object { return &api.PodList{} },
		KeyFunc:                   func(_ context.Context, name string) (string, error) { return name, nil },
		ObjectNameFunc:            func(object runtime.Object) (string, error) { return object.(*api.Pod).Name, nil },
		DefaultQualifiedResource:  api.Resource("pods"),
		SingularQualifiedResource: api.Resource("pod"),
		CreateStrategy:            pod.Strategy,
		UpdateStrategy:            pod.StatusStrategy,
		DeleteStrategy:            pod.Strategy,
		ReturnDeletedObject:       true,
		EnableGarbageCollection:   true,
		Storage:                   registry.DryRunnableStorage{Storage: kept, Codec: legacyscheme.Codecs.LegacyCodec(v1.SchemeGroupVersion)},
	}, kept
}

func (kept *onePod) Versioner() storage.Versioner { return storage.APIObjectVersioner{} }

func (kept *onePod) Get(_ context.Context, key string, _ storage.GetOptions, out runtime.Object) error {
	if kept.pod == nil || kept.pod.Name != key {
		return storage.NewKeyNotFoundError(key, 0)
	}
	kept.pod.DeepCopyInto(out.(*api.Pod))
	return nil
}

func (kept *onePod) Delete(ctx context.Context, key string, out runtime.Object, preconditions *storage.Preconditions, validate storage.ValidateObjectFunc, _ runtime.Object, _ storage.DeleteOptions) error {
	if err := kept.Get(ctx, key, storage.GetOptions{}, out); err != nil {
		return err
	}
	if preconditions != nil {
		if err := preconditions.Check(key, out); err != nil {
			return err
		}
	}
	if err := validate(ctx, out); err != nil {
		return err
	}
	kept.pod = nil
	return nil
}

func (kept *onePod) GuaranteedUpdate(ctx context.Context, key string, out runtime.Object, _ bool, preconditions *storage.Preconditions, update storage.UpdateFunc, _ runtime.Object) error {
	if err := kept.Get(ctx, key, storage.GetOptions{}, out); err != nil {
		return err
	}
	if preconditions != nil {
		if err := preconditions.Check(key, out); err != nil {
			return err
		}
	}
	next, _, err := update(out.DeepCopyObject(), storage.ResponseMeta{ResourceVersion: kept.version})
	if err != nil {
		return err
	}
	written, is := next.(*api.Pod)
	if !is {
		return errors.New("a pod became something else")
	}
	kept.version++
	kept.pod = written.DeepCopy()
	kept.pod.ResourceVersion = strconv.FormatUint(kept.version, 10)
	kept.pod.DeepCopyInto(out.(*api.Pod))
	return nil
}
