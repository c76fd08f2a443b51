// The oracle: a real Kubernetes control plane for tests, on loopback, in a temporary directory, with fake nodes whose
// pods behave as a world file says. The twin and the program are tested against it.
//
// One binary, several processes: started without a component's name it is the parent (etcd, fake nodes, control
// door), and it starts itself again as kube-apiserver, kube-controller-manager and kube-scheduler. The upstream
// commands register flags, metrics and feature gates in globals, so two of them in one process clash.
package main

import (
	"fmt"
	"os"

	"boyd/oracle/internal/plane"
)

func main() {
	if len(os.Args) > 1 && plane.IsComponent(os.Args[1]) {
		os.Exit(plane.RunComponent(os.Args[1], os.Args[2:]))
	}
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "oracle: %v\n", err)
		os.Exit(1)
	}
}
