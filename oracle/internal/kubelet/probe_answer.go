package kubelet

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/kubernetes/pkg/probe"

	"boyd/oracle/internal/world"
)

// answer of the process to a probe; the error is what the kubelet's prober would print. A world describes ports and
// paths, so a command succeeds as soon as the process has started.
func (r *process) answer(asked *corev1.Probe) error {
	c := r.container
	behaviour, spec := c.behaviour(), c.spec()
	isUp := time.Since(r.startedAt) >= c.pod.kubelets.pace.Seconds(behaviour.StartSeconds)
	switch {
	case asked.HTTPGet != nil:
		return r.answerHTTP(asked.HTTPGet, &spec, behaviour, isUp)
	case asked.TCPSocket != nil:
		return r.answerTCP(asked.TCPSocket, &spec, behaviour, isUp)
	case asked.GRPC != nil:
		if port := int(asked.GRPC.Port); !isUp || !listens(behaviour, port) {
			return fmt.Errorf("timeout: failed to connect service %q within %ds: context deadline exceeded", r.hostPort("", port), asked.TimeoutSeconds)
		}
	case !isUp:
		return errors.New("")
	}
	return nil
}

func (r *process) answerHTTP(get *corev1.HTTPGetAction, spec *corev1.Container, behaviour world.Image, isUp bool) error {
	port, err := probe.ResolveContainerPort(get.Port, spec)
	if err != nil {
		return err
	}
	path := "/" + strings.TrimPrefix(get.Path, "/")
	if !isUp || !listens(behaviour, port) {
		address := r.hostPort(get.Host, port)
		scheme := strings.ToLower(string(get.Scheme))
		return fmt.Errorf("Get %q: %w", fmt.Sprintf("%s://%s%s", scheme, address, path), refused(address))
	}
	plain, _, _ := strings.Cut(path, "?")
	if behaviour.Serves == nil || slices.ContainsFunc(behaviour.Serves, func(served world.Served) bool {
		return served.Port == port && (served.Paths == nil || slices.Contains(served.Paths, plain))
	}) {
		return nil
	}
	return errors.New("HTTP probe failed with statuscode: 404")
}

func (r *process) answerTCP(socket *corev1.TCPSocketAction, spec *corev1.Container, behaviour world.Image, isUp bool) error {
	port, err := probe.ResolveContainerPort(intstr.IntOrString(socket.Port), spec)
	if err != nil {
		return err
	}
	if isUp && listens(behaviour, port) {
		return nil
	}
	return refused(r.hostPort(socket.Host, port))
}

func listens(behaviour world.Image, port int) bool {
	return behaviour.Serves == nil || slices.ContainsFunc(behaviour.Serves, func(served world.Served) bool { return served.Port == port })
}

func refused(address string) error {
	return fmt.Errorf("dial tcp %s: connect: connection refused", address)
}

func (r *process) hostPort(host string, port int) string {
	if host == "" {
		host = r.container.pod.address
		if r.container.pod.object().Spec.HostNetwork {
			host = nodeAddress
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}
