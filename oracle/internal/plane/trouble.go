package plane

import (
	"context"
	"errors"
	"fmt"
	"slices"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/server/v3/storage/mvcc"
	"k8s.io/client-go/kubernetes"
)

const apiServer = "kube-apiserver"

// RestartAPIServer ends it, starts it again on the same port, and returns when it answers. Its watch caches begin at the
// present: every older version is gone (410) for whoever comes back with one.
func (c *Cluster) RestartAPIServer(ctx context.Context) error {
	running := c.take(apiServer)
	if running == nil {
		return fmt.Errorf("%s does not run", apiServer)
	}
	running.stop()
	if err := c.again(); err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(c.NodesConfig)
	if err != nil {
		return err
	}
	return c.await(ctx, "the API server is ready again", c.apiReady(client))
}

// take removes a component from those that run.
func (c *Cluster) take(name string) *child {
	c.guard.Lock()
	defer c.guard.Unlock()
	at := slices.IndexFunc(c.children, func(running *child) bool { return running.name == name })
	if at < 0 {
		return nil
	}
	taken := c.children[at]
	c.children = slices.Delete(c.children, at, at+1)
	return taken
}

// Compact throws away what etcd knows of the past, as the API server itself does every five minutes. Where nothing was
// written since the last time, there is nothing left to throw away, and etcd says so with an error.
func (c *Cluster) Compact(ctx context.Context) (int64, error) {
	revision := c.etcd.Server.KV().Rev()
	_, err := c.etcd.Server.Compact(ctx, &pb.CompactionRequest{Revision: revision, Physical: true})
	if errors.Is(err, mvcc.ErrCompacted) {
		return revision, nil
	}
	return revision, err
}
