package kubelet

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/events"

	"boyd/oracle/internal/pace"
)

// imageBytes stands in every message; the world does not know sizes.
const imageBytes = 52_428_800

// firstBackOff is how soon after a failed pull the kubelet syncs the pod again and finds it in back-off.
const firstBackOff = 1500 * time.Millisecond

// imageStore knows which node has which image.
type imageStore struct {
	mu      sync.Mutex
	present map[[2]string]bool
}

func newImageStore() *imageStore { return &imageStore{present: map[[2]string]bool{}} }

func (s *imageStore) has(node, image string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.present[[2]string{node, image}]
}

func (s *imageStore) add(node, image string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.present[[2]string{node, image}] = true
}

// ensureImage returns when the image is on the node; false when the container is to stop. Order, messages and
// back-off are those of pkg/kubelet/images/image_manager.go.
func (c *container) ensureImage() bool {
	lastError := ""
	for c.pod.awaitNode(c.stopping) {
		spec, kubelets := c.spec(), c.pod.kubelets
		key := string(c.pod.object().UID) + "_" + spec.Image
		switch {
		case spec.ImagePullPolicy != corev1.PullAlways && kubelets.images.has(c.pod.node, spec.Image):
			c.event(corev1.EventTypeNormal, events.PulledImage, "Container image %q already present on machine and can be accessed by the pod", spec.Image)
			return true
		case spec.ImagePullPolicy == corev1.PullNever:
			message := fmt.Sprintf("Container image %q is not present with pull policy of Never", spec.Image)
			c.event(corev1.EventTypeWarning, events.ErrImageNeverPullPolicy, "%s", message)
			c.failImage("ErrImageNeverPull", message)
			if !c.pod.retry(c.stopping) {
				return false
			}
		case kubelets.pulls.IsInBackOffSinceUpdate(key, kubelets.pulls.Clock.Now()):
			message := fmt.Sprintf("Back-off pulling image %q", spec.Image)
			c.event(corev1.EventTypeNormal, events.BackOffPullImage, "%s", message)
			c.failImage("ImagePullBackOff", strings.TrimSuffix(message+": "+lastError, ": "))
			if !c.pod.retry(c.stopping) {
				return false
			}
		default:
			failure, ok := c.pull(spec.Image)
			if !ok || failure == "" {
				return ok
			}
			lastError = "ErrImagePull: " + failure
			kubelets.pulls.Next(key, kubelets.pulls.Clock.Now())
			c.failImage("ErrImagePull", failure)
			if !pace.Sleep(c.stopping, kubelets.pace.Duration(firstBackOff)) {
				return false
			}
		}
	}
	return false
}

// pull once; the failure is empty when it went well, ok is false when the container is to stop.
func (c *container) pull(image string) (failure string, ok bool) {
	behaviour := c.behaviour()
	c.event(corev1.EventTypeNormal, events.PullingImage, "Pulling image %q", image)
	startedAt := time.Now()
	if !pace.Sleep(c.stopping, c.pod.kubelets.pace.Seconds(behaviour.PullSeconds)) {
		return "", false
	}
	if !behaviour.Exists {
		// What containerd says of a tag that the registry does not have.
		name := qualified(image)
		failure = fmt.Sprintf("rpc error: code = NotFound desc = failed to pull and unpack image %q: failed to resolve reference %q: %s: not found", name, name, name)
		c.event(corev1.EventTypeWarning, events.FailedToPullImage, "Failed to pull image %q: %s", image, failure)
		return failure, true
	}
	took := c.pod.kubelets.pace.Unscaled(time.Since(startedAt)).Truncate(time.Millisecond)
	c.pod.kubelets.images.add(c.pod.node, image)
	c.event(corev1.EventTypeNormal, events.PulledImage, "Successfully pulled image %q in %v (%v including waiting). Image size: %v bytes.", image, took, took, imageBytes)
	return "", true
}

func (c *container) failImage(reason, message string) {
	c.wait(reason, message)
	c.event(corev1.EventTypeWarning, events.FailedToCreateContainer, "Error: %s", reason)
}

// qualified is the name as containerd resolves it: with registry and tag.
func qualified(image string) string {
	first, _, hasSlash := strings.Cut(image, "/")
	switch {
	case !hasSlash:
		image = "docker.io/library/" + image
	case !strings.ContainsAny(first, ".:") && first != "localhost":
		image = "docker.io/" + image
	}
	if last := image[strings.LastIndex(image, "/")+1:]; !strings.ContainsAny(last, ":@") {
		image += ":latest"
	}
	return image
}

func imageID(image string) string {
	repository, _, _ := strings.Cut(qualified(image), "@")
	if colon := strings.LastIndex(repository, ":"); colon > strings.LastIndex(repository, "/") {
		repository = repository[:colon]
	}
	return fmt.Sprintf("%s@sha256:%x", repository, sha256.Sum256([]byte(image)))
}
