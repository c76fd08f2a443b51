package nodes

import (
	"context"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coordinationlisters "k8s.io/client-go/listers/coordination/v1"
	"sigs.k8s.io/kwok/pkg/kwok/controllers"
)

// startLeases hands the renewal of node leases to kwok.
func (f *Fleet) startLeases(ctx context.Context, lister coordinationlisters.LeaseNamespaceLister) error {
	duration := f.pace.AtLeast(leaseDuration, leaseFloor)
	leases, err := controllers.NewNodeLeaseController(controllers.NodeLeaseControllerConfig{
		// One holder for all: a kubelet names itself, but one process plays all of them.
		HolderIdentity:       "boyd-oracle",
		TypedClient:          f.client,
		LeaseDurationSeconds: uint(duration.Seconds()),
		LeaseParallelism:     4,
		RenewInterval:        duration / 4,
		RenewIntervalJitter:  0.04,
		GetLease: func(node string) (*coordinationv1.Lease, bool) {
			lease, err := lister.Get(node)
			return lease, err == nil
		},
		MutateLeaseFunc: f.ownLease,
	})
	if err != nil {
		return err
	}
	f.leases = leases
	return leases.Start(ctx)
}

// ownLease ties a lease to its node, so that the garbage collector removes it with the node.
func (f *Fleet) ownLease(lease *coordinationv1.Lease) error {
	node, err := f.lister.Get(lease.Name)
	if err == nil && len(lease.OwnerReferences) == 0 {
		lease.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: node.Name, UID: node.UID}}
	}
	return nil
}
