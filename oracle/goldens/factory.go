package main

import (
	"encoding/json"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	informerscore "k8s.io/client-go/informers/core"
	informerscorev1 "k8s.io/client-go/informers/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/cache"
)

// Informers that are filled by hand: listers read what lies in the indexers, and what plugins keep for themselves is told
// through the handlers that they registered. Started informers would only tell the same, later and from other threads.
type filledFactory struct {
	informers.SharedInformerFactory
	volumes, claims *heardInformer
}

type heardInformer struct {
	cache.SharedIndexInformer
	handlers []cache.ResourceEventHandler
}

func (informer *heardInformer) AddEventHandler(handler cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	informer.handlers = append(informer.handlers, handler)
	return informer.SharedIndexInformer.AddEventHandler(handler)
}

// What lies in it is all there is.
func (informer *heardInformer) HasSynced() bool { return true }

func (informer *heardInformer) tell(object any) {
	for _, handler := range informer.handlers {
		handler.OnAdd(object, true)
	}
}

type filledCore struct {
	informerscore.Interface
	factory *filledFactory
}

type filledCoreV1 struct {
	informerscorev1.Interface
	factory *filledFactory
}

type filledVolumes struct {
	informerscorev1.PersistentVolumeInformer
	informer *heardInformer
}

type filledClaims struct {
	informerscorev1.PersistentVolumeClaimInformer
	informer *heardInformer
}

func newFilledFactory(factory informers.SharedInformerFactory) *filledFactory {
	core := factory.Core().V1()
	return &filledFactory{
		SharedInformerFactory: factory,
		volumes:               &heardInformer{SharedIndexInformer: core.PersistentVolumes().Informer()},
		claims:                &heardInformer{SharedIndexInformer: core.PersistentVolumeClaims().Informer()},
	}
}

func (factory *filledFactory) Core() informerscore.Interface {
	return filledCore{factory.SharedInformerFactory.Core(), factory}
}

func (core filledCore) V1() informerscorev1.Interface {
	return filledCoreV1{core.Interface.V1(), core.factory}
}

func (core filledCoreV1) PersistentVolumes() informerscorev1.PersistentVolumeInformer {
	return filledVolumes{core.Interface.PersistentVolumes(), core.factory.volumes}
}

func (core filledCoreV1) PersistentVolumeClaims() informerscorev1.PersistentVolumeClaimInformer {
	return filledClaims{core.Interface.PersistentVolumeClaims(), core.factory.claims}
}

func (volumes filledVolumes) Informer() cache.SharedIndexInformer { return volumes.informer }

func (claims filledClaims) Informer() cache.SharedIndexInformer { return claims.informer }

func (factory *filledFactory) fill(asked placing) error {
	objects, err := decodedObjects(asked.Objects)
	if err != nil {
		return err
	}
	for _, namespace := range asked.Namespaces {
		objects = append(objects, namespace)
	}
	for _, service := range asked.Services {
		objects = append(objects, service)
	}
	for _, pod := range asked.Pods {
		objects = append(objects, pod)
	}
	objects = append(objects, asked.Pod)
	for _, object := range objects {
		if err := factory.put(object); err != nil {
			return err
		}
	}
	return nil
}

func (factory *filledFactory) put(object runtime.Object) error {
	informer, err := factory.informerOf(object)
	if err != nil {
		return err
	}
	if err := informer.GetIndexer().Add(object); err != nil {
		return err
	}
	if heard, is := informer.(*heardInformer); is {
		heard.tell(object)
	}
	return nil
}

func (factory *filledFactory) informerOf(object runtime.Object) (cache.SharedIndexInformer, error) {
	core, apps, storage := factory.Core().V1(), factory.Apps().V1(), factory.Storage().V1()
	switch object.(type) {
	case *v1.Namespace:
		return core.Namespaces().Informer(), nil
	case *v1.Service:
		return core.Services().Informer(), nil
	case *v1.Pod:
		return core.Pods().Informer(), nil
	case *v1.PersistentVolume:
		return factory.volumes, nil
	case *v1.PersistentVolumeClaim:
		return factory.claims, nil
	case *v1.ReplicationController:
		return core.ReplicationControllers().Informer(), nil
	case *appsv1.ReplicaSet:
		return apps.ReplicaSets().Informer(), nil
	case *appsv1.StatefulSet:
		return apps.StatefulSets().Informer(), nil
	case *policyv1.PodDisruptionBudget:
		return factory.Policy().V1().PodDisruptionBudgets().Informer(), nil
	case *storagev1.StorageClass:
		return storage.StorageClasses().Informer(), nil
	case *storagev1.CSINode:
		return storage.CSINodes().Informer(), nil
	case *storagev1.CSIDriver:
		return storage.CSIDrivers().Informer(), nil
	case *storagev1.CSIStorageCapacity:
		return storage.CSIStorageCapacities().Informer(), nil
	case *storagev1.VolumeAttachment:
		return storage.VolumeAttachments().Informer(), nil
	}
	return nil, fmt.Errorf("no plugin reads %T", object)
}

func decodedObjects(documents []json.RawMessage) ([]runtime.Object, error) {
	objects := []runtime.Object{}
	for _, document := range documents {
		object, _, err := scheme.Codecs.UniversalDeserializer().Decode(document, nil, nil)
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}
