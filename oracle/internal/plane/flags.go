package plane

import (
	"fmt"
	"time"

	"boyd/oracle/internal/pace"
)

// Defaults of kube-controller-manager 1.36 that the pace shortens
// (https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/).
const (
	monitorPeriod   = 5 * time.Second
	monitorGrace    = 50 * time.Second
	scalerPeriod    = 15 * time.Second
	startupGrace    = 60 * time.Second
	evictionRate    = 0.1
	tolerationLimit = 300 * time.Second
)

func apiserverFlags(a *authority, p ports, speed pace.Pace) []string {
	toleration := max(1, int(speed.Duration(tolerationLimit).Seconds()))
	return []string{
		fmt.Sprintf("--etcd-servers=http://127.0.0.1:%d", p.etcd),
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		// The loopback address must not become an endpoint: validation refuses it, and nothing here dials it.
		"--endpoint-reconciler-type=none",
		fmt.Sprintf("--secure-port=%d", p.apiserver),
		"--cert-dir=" + a.path("apiserver-certs"),
		"--tls-cert-file=" + a.path("apiserver.crt"),
		"--tls-private-key-file=" + a.path("apiserver.key"),
		"--client-ca-file=" + a.path("ca.crt"),
		"--kubelet-certificate-authority=" + a.path("ca.crt"),
		"--kubelet-client-certificate=" + a.path("apiserver-kubelet.crt"),
		"--kubelet-client-key=" + a.path("apiserver-kubelet.key"),
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + a.path("service-account.crt"),
		"--service-account-signing-key-file=" + a.path("service-account.key"),
		"--service-cluster-ip-range=10.96.0.0/16",
		"--authorization-mode=Node,RBAC",
		"--allow-privileged=true",
		"--audit-policy-file=" + a.path("audit-policy.yaml"),
		"--audit-log-path=" + a.path("audit.log"),
		"--audit-log-maxsize=4096",
		fmt.Sprintf("--default-not-ready-toleration-seconds=%d", toleration),
		fmt.Sprintf("--default-unreachable-toleration-seconds=%d", toleration),
	}
}

func controllerFlags(a *authority, p ports, speed pace.Pace) []string {
	return append(clientFlags(a, "kube-controller-manager", p.controllers),
		"--use-service-account-credentials=true",
		"--service-account-private-key-file="+a.path("service-account.key"),
		"--root-ca-file="+a.path("ca.crt"),
		"--cluster-signing-cert-file="+a.path("ca.crt"),
		"--cluster-signing-key-file="+a.path("ca.key"),
		"--node-monitor-period="+speed.AtLeast(monitorPeriod, time.Second).String(),
		"--node-monitor-grace-period="+speed.AtLeast(monitorGrace, 8*time.Second).String(),
		"--node-startup-grace-period="+speed.AtLeast(startupGrace, 10*time.Second).String(),
		"--horizontal-pod-autoscaler-sync-period="+speed.AtLeast(scalerPeriod, time.Second).String(),
		fmt.Sprintf("--node-eviction-rate=%g", float64(time.Second)*evictionRate/float64(speed.Duration(time.Second))),
		fmt.Sprintf("--secondary-node-eviction-rate=%g", float64(time.Second)*evictionRate/10/float64(speed.Duration(time.Second))),
	)
}

func schedulerFlags(a *authority, p ports) []string {
	return clientFlags(a, "kube-scheduler", p.scheduler)
}

// clientFlags are what the two parts that live on the API have in common: one replica, so no election.
func clientFlags(a *authority, name string, port int) []string {
	kubeconfig := a.path(name + ".kubeconfig")
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--cert-dir=" + a.path(name+"-certs"),
		"--kube-api-qps=200",
		"--kube-api-burst=400",
	}
}
