// Package plane starts etcd, kube-apiserver, kube-controller-manager and kube-scheduler on loopback, and stops them.
package plane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"fmt"
	"os"
	"sync"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"boyd/oracle/internal/pace"
)

//go:embed audit-policy.yaml
var auditPolicy []byte

// startPatience is generous: a cold start on a busy machine took 12 s.
const startPatience = 2 * time.Minute

// Options of one cluster.
type Options struct {
	// Directory holds data, keys, logs; the caller removes it.
	Directory string
	Pace      pace.Pace
}

// Cluster is a running control plane.
type Cluster struct {
	// Kubeconfig is the administrator's file.
	Kubeconfig string
	Version    string
	AuditFile  string
	// NodesConfig is the client of the fake nodes.
	NodesConfig *rest.Config
	// KubeletPort is where the API server asks every node for logs; KubeletTLS is how.
	KubeletPort int
	KubeletTLS  *tls.Config
	// Died hears when a component ends unasked.
	Died chan error

	etcd     *embed.Etcd
	guard    sync.Mutex
	children []*child
	// again starts the API server anew, on the same port and data.
	again func() error
}

type ports struct{ etcd, etcdPeer, apiserver, controllers, scheduler, kubelet int }

// Start returns when the API answers, system roles are there, and the default namespace accepts pods. The cluster is
// returned also with an error, so that what has started can be stopped.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	cluster := &Cluster{Died: make(chan error, 1)}
	free, err := freePorts(6)
	if err != nil {
		return cluster, err
	}
	p := ports{free[0], free[1], free[2], free[3], free[4], free[5]}
	signer, err := cluster.prepare(options.Directory, p)
	if err != nil {
		return cluster, fmt.Errorf("prepare keys: %w", err)
	}
	if cluster.etcd, err = startEtcd(ctx, options.Directory, p.etcd, p.etcdPeer); err != nil {
		return cluster, err
	}
	cluster.again = func() error {
		return cluster.run(apiServer, apiserverFlags(signer, p, options.Pace), options.Directory)
	}
	if err := cluster.again(); err != nil {
		return cluster, err
	}
	client, err := kubernetes.NewForConfig(cluster.NodesConfig)
	if err != nil {
		return cluster, err
	}
	if err := cluster.await(ctx, "the API server is ready", cluster.apiReady(client)); err != nil {
		return cluster, err
	}
	if err := cluster.run("kube-controller-manager", controllerFlags(signer, p, options.Pace), options.Directory); err != nil {
		return cluster, err
	}
	if err := cluster.run("kube-scheduler", schedulerFlags(signer, p), options.Directory); err != nil {
		return cluster, err
	}
	return cluster, cluster.await(ctx, "the default service account exists", func(ctx context.Context) bool {
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err == nil
	})
}

// prepare writes keys, kubeconfigs and the audit policy.
func (c *Cluster) prepare(directory string, p ports) (*authority, error) {
	signer, err := newAuthority(directory)
	if err != nil {
		return nil, err
	}
	c.AuditFile, c.KubeletPort = signer.path("audit.log"), p.kubelet
	users := []struct {
		file, user string
		groups     []string
	}{
		{"apiserver", "kube-apiserver", nil},
		{"apiserver-kubelet", "kube-apiserver-kubelet-client", []string{"system:masters"}},
		{"service-account", "service-account", nil},
		{"kubelet", "oracle:kubelet", nil},
		{"nodes", "oracle:nodes", []string{"system:masters"}},
		{"admin", "admin", []string{"system:masters"}},
		{"kube-controller-manager", "system:kube-controller-manager", nil},
		{"kube-scheduler", "system:kube-scheduler", nil},
	}
	server := fmt.Sprintf("https://127.0.0.1:%d", p.apiserver)
	kubeconfigs := map[string]string{}
	for _, user := range users {
		if err := signer.issue(user.file, user.user, user.groups...); err != nil {
			return nil, err
		}
		if kubeconfigs[user.file], err = signer.writeKubeconfig(user.file, server); err != nil {
			return nil, err
		}
	}
	c.Kubeconfig = kubeconfigs["admin"]
	if c.NodesConfig, err = clientConfig(kubeconfigs["nodes"], "boyd-oracle-nodes"); err != nil {
		return nil, err
	}
	if c.KubeletTLS, err = signer.serverTLS("kubelet"); err != nil {
		return nil, err
	}
	return signer, os.WriteFile(signer.path("audit-policy.yaml"), auditPolicy, 0o600)
}

// serverTLS serves with <name>'s certificate, to clients of this cluster only.
func (a *authority) serverTLS(name string) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(a.path(name+".crt"), a.path(name+".key"))
	if err != nil {
		return nil, err
	}
	clients := x509.NewCertPool()
	clients.AddCert(a.certificate)
	return &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: clients, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}, nil
}

func (c *Cluster) run(name string, flags []string, directory string) error {
	started, err := startChild(name, flags, directory, c.Died)
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	c.guard.Lock()
	defer c.guard.Unlock()
	c.children = append(c.children, started)
	return nil
}

func (c *Cluster) apiReady(client kubernetes.Interface) func(context.Context) bool {
	return func(ctx context.Context) bool {
		if _, err := client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx); err != nil {
			return false
		}
		version, err := client.Discovery().ServerVersion()
		if err != nil {
			return false
		}
		c.Version = version.GitVersion
		return true
	}
}

func (c *Cluster) await(ctx context.Context, what string, done func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		if done(ctx) {
			return nil
		}
		select {
		case err := <-c.Died:
			return err
		case <-ctx.Done():
			return fmt.Errorf("waited until %s: %w", what, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// KubeletAddress is where the fake kubelets serve logs.
func (c *Cluster) KubeletAddress() string { return fmt.Sprintf("127.0.0.1:%d", c.KubeletPort) }

// Stop ends every component and returns when all are gone; etcd last, since the others write until they end.
func (c *Cluster) Stop() {
	c.guard.Lock()
	defer c.guard.Unlock()
	waiting := sync.WaitGroup{}
	for _, running := range c.children {
		waiting.Go(running.stop)
	}
	waiting.Wait()
	if c.etcd != nil {
		c.etcd.Close()
	}
}
