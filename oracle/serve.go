package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"

	"boyd/oracle/internal/control"
	"boyd/oracle/internal/kubelet"
	"boyd/oracle/internal/nodes"
	"boyd/oracle/internal/pace"
	"boyd/oracle/internal/plane"
	"boyd/oracle/internal/world"
)

// ready is the one line on stdout: what the parent needs to talk to the cluster.
type ready struct {
	Kubeconfig string `json:"kubeconfig"`
	ControlURL string `json:"controlUrl"`
	Token      string `json:"token"`
	Version    string `json:"version"`
}

// serve runs until stdin closes, a signal comes, or a component dies. It leaves no process and no directory.
func serve(args []string) error {
	flags := flag.NewFlagSet("oracle", flag.ContinueOnError)
	speed := flags.Float64("speed", 1, "divides every duration of nodes, pods and node lifecycle")
	worldFile := flags.String("world", "", "JSON file of the first world")
	nodesFile := flags.String("nodes", "", "JSON file with an array of Node objects; the pools are filled where it is absent")
	keep := flags.Bool("keep", false, "keep the directory with logs and audit when stopped")
	if err := flags.Parse(args); err != nil {
		return err
	}
	first, firstNodes, err := readInputs(*worldFile, *nodesFile)
	if err != nil {
		return err
	}
	directory, err := os.MkdirTemp("", "boyd-oracle-")
	if err != nil {
		return err
	}
	if !*keep {
		defer os.RemoveAll(directory)
	}
	ctx := untilParentLeaves()
	cluster, err := plane.Start(ctx, plane.Options{Directory: directory, Pace: pace.Pace(*speed)})
	defer cluster.Stop()
	if err != nil {
		return fmt.Errorf("%w (logs of the components: %s)", err, directory)
	}
	return serveNodes(ctx, cluster, inputs{pace: pace.Pace(*speed), world: first, nodes: firstNodes})
}

type inputs struct {
	pace  pace.Pace
	world *world.World
	nodes []*corev1.Node
}

// serveNodes puts fake nodes and the control door on a running control plane.
func serveNodes(ctx context.Context, cluster *plane.Cluster, in inputs) error {
	current := world.NewHolder(in.world)
	fleet, err := nodes.Start(ctx, nodes.Options{Config: cluster.NodesConfig, World: current, Pace: in.pace, KubeletPort: cluster.KubeletPort})
	if err != nil {
		return fmt.Errorf("start nodes: %w", err)
	}
	pods, err := kubelet.Start(ctx, kubelet.Options{Config: cluster.NodesConfig, World: current, Pace: in.pace, Nodes: fleet})
	if err != nil {
		return fmt.Errorf("start kubelets: %w", err)
	}
	if err := pods.ServeLogs(ctx, cluster.KubeletAddress(), cluster.KubeletTLS); err != nil {
		return fmt.Errorf("serve logs: %w", err)
	}
	if err := fleet.Populate(ctx, in.nodes); err != nil {
		return fmt.Errorf("create the first nodes: %w", err)
	}
	door, err := control.Serve(ctx, control.Options{World: current, Fleet: fleet, AuditFile: cluster.AuditFile, Plane: cluster})
	if err != nil {
		return fmt.Errorf("serve control: %w", err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(ready{cluster.Kubeconfig, door.URL, door.Token, cluster.Version}); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-cluster.Died:
		return err
	}
}

// untilParentLeaves ends with SIGTERM, SIGINT, or when stdin closes: a parent that was killed closes it, too.
func untilParentLeaves() context.Context {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	go func() {
		<-ctx.Done()
		// A component that will not stop must not keep the parent's tests waiting.
		time.Sleep(20 * time.Second)
		os.Exit(1)
	}()
	return ctx
}

func readInputs(worldFile, nodesFile string) (*world.World, []*corev1.Node, error) {
	first := world.Empty()
	if worldFile != "" {
		text, err := os.ReadFile(worldFile)
		if err != nil {
			return nil, nil, err
		}
		if first, err = world.Parse(text); err != nil {
			return nil, nil, fmt.Errorf("world %s: %w", worldFile, err)
		}
	}
	if nodesFile == "" {
		return first, nil, nil
	}
	text, err := os.ReadFile(nodesFile)
	if err != nil {
		return nil, nil, err
	}
	list := []*corev1.Node{}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, nil, fmt.Errorf("nodes %s: %w", nodesFile, err)
	}
	return first, list, nil
}
