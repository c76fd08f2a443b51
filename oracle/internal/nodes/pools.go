package nodes

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	utilrand "k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/klog/v2"

	"boyd/oracle/internal/pace"
	"boyd/oracle/internal/world"
)

// Populate makes the first nodes: those given, or as many as the pools want where none is given.
func (f *Fleet) Populate(ctx context.Context, given []*corev1.Node) error {
	for _, node := range given {
		if err := f.create(ctx, node); err != nil {
			return err
		}
	}
	if given != nil {
		return nil
	}
	for _, pool := range f.world.Get().Pools {
		for range pool.Size {
			if err := f.create(ctx, newNode(pool)); err != nil {
				return err
			}
		}
	}
	return nil
}

// replace a lost node after the time its pool takes. The pool's size is asked at the end of it: by then somebody may
// have registered a node by hand, or the world may have changed.
func (f *Fleet) replace(ctx context.Context, lost *corev1.Node) {
	for _, pool := range f.world.Get().Pools {
		if !matches(pool, lost) {
			continue
		}
		go func() {
			if !pace.Sleep(ctx, f.pace.Seconds(pool.ProvisionSeconds)) || !f.hasRoom(pool.Name) {
				return
			}
			if err := f.create(ctx, newNode(pool)); err != nil {
				klog.ErrorS(err, "pool cannot make a node", "pool", pool.Name)
			}
		}()
	}
}

func (f *Fleet) hasRoom(poolName string) bool {
	for _, pool := range f.world.Get().Pools {
		if pool.Name != poolName {
			continue
		}
		members, err := f.lister.List(labels.SelectorFromSet(pool.MatchLabels))
		return err == nil && len(members) < pool.Size
	}
	return false
}

func matches(pool world.Pool, node *corev1.Node) bool {
	return labels.SelectorFromSet(pool.MatchLabels).Matches(labels.Set(node.Labels))
}

func newNode(pool world.Pool) *corev1.Node {
	name := fmt.Sprintf("%s-%s", pool.Name, utilrand.String(5))
	all := map[string]string{corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64"}
	maps.Copy(all, pool.MatchLabels)
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: all}}
	if len(pool.Capacity) > 0 {
		node.Status.Capacity = corev1.ResourceList{}
		for resourceName, amount := range pool.Capacity {
			// Checked when the world was read.
			node.Status.Capacity[corev1.ResourceName(resourceName)] = resource.MustParse(amount)
		}
	}
	return node
}

func (f *Fleet) create(ctx context.Context, node *corev1.Node) error {
	_, err := f.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
