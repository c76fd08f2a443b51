package nodes

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/kwok/pkg/utils/informer"
)

// FaultType is the `type` of a NodeFault in src/ports/world-control.ts.
type FaultType string

// The faults.
const (
	NotReady FaultType = "not-ready"
	Silent   FaultType = "silent"
	Healthy  FaultType = "healthy"
)

// Fault of a node.
type Fault struct {
	Type       FaultType                  `json:"type"`
	Conditions []corev1.NodeConditionType `json:"conditions"`
	Message    string                     `json:"message"`
}

// SetFault makes a node behave so from now on. What the kubelet would report is reported before this returns.
func (f *Fleet) SetFault(ctx context.Context, name string, fault Fault) error {
	if fault.Type != NotReady && fault.Type != Silent && fault.Type != Healthy {
		return fmt.Errorf("a node fault is not-ready, silent or healthy, not %q", fault.Type)
	}
	node, err := f.client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	before := f.FaultOf(name)
	f.mu.Lock()
	f.faults[name] = fault
	f.mu.Unlock()
	if fault.Type == Silent {
		f.tellKwok(informer.Deleted, node)
		return nil
	}
	if before.Type == Silent {
		f.tellKwok(informer.Added, node)
	}
	return f.reportConditions(ctx, node, fault)
}

// FaultOf a node; healthy unless set otherwise.
func (f *Fleet) FaultOf(name string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault, found := f.faults[name]; found {
		return fault
	}
	return Fault{Type: Healthy}
}

// reportConditions at once: a kubelet writes changed conditions within 10 s, kwok's heartbeat would take minutes.
func (f *Fleet) reportConditions(ctx context.Context, node *corev1.Node, fault Fault) error {
	conditions := conditionsOf(node.Status.Conditions, fault, time.Now())
	patch, err := json.Marshal(map[string]any{"status": map[string]any{"conditions": conditions}})
	if err != nil {
		return err
	}
	after, err := f.client.CoreV1().Nodes().Patch(ctx, node.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if isReady(node) != isReady(after) {
		reason := map[bool]string{true: "NodeReady", false: "NodeNotReady"}[isReady(after)]
		f.recorder(node.Name).Eventf(&corev1.ObjectReference{Kind: "Node", Name: node.Name, UID: types.UID(node.Name)}, corev1.EventTypeNormal, reason, "Node %s status is now: %s", node.Name, reason)
	}
	return nil
}
