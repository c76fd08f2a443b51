package kubelet

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"boyd/oracle/internal/pace"
)

// ServeLogs answers what the API server asks a kubelet for `kubectl logs`. One listener stands for all nodes.
func (k *Kubelets) ServeLogs(ctx context.Context, address string, config *tls.Config) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", k.serveLog)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(tls.NewListener(listener, config)) }()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	return nil
}

func (k *Kubelets) serveLog(response http.ResponseWriter, request *http.Request) {
	found, err := k.findContainer(request)
	if err != nil {
		http.Error(response, err.Error(), http.StatusNotFound)
		return
	}
	query := request.URL.Query()
	previous := query.Get("previous") == "true"
	lines, hasRun := found.logs.read(previous && !found.awaitsRestart())
	if !hasRun {
		http.Error(response, missingLog(found, previous), http.StatusBadRequest)
		return
	}
	writer := &logWriter{response: response, query: query, left: limitOf(query)}
	writer.write(tailOf(lines, query))
	if query.Get("follow") == "true" && !previous {
		found.follow(request.Context(), len(lines), writer)
	}
}

func (k *Kubelets) findContainer(request *http.Request) (*container, error) {
	pod, err := k.find(request.PathValue("namespace"), request.PathValue("pod"))
	if err != nil {
		return nil, err
	}
	if !pod.canReport() {
		return nil, fmt.Errorf("node %s does not answer", pod.node)
	}
	for _, c := range pod.containers {
		if c.name == request.PathValue("container") {
			return c, nil
		}
	}
	return nil, fmt.Errorf("container %q not found in pod %q", request.PathValue("container"), request.PathValue("pod"))
}

// missingLog in the kubelet's words (pkg/kubelet/kubelet_pods.go, validateContainerLogStatus).
func missingLog(c *container, previous bool) string {
	name := c.pod.object().Name
	if previous {
		return fmt.Sprintf("previous terminated container %q in pod %q not found", c.name, name)
	}
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	if waiting := c.status.State.Waiting; waiting != nil {
		return fmt.Sprintf("container %q in pod %q is waiting to start: %s", c.name, name, waiting.Reason)
	}
	return fmt.Sprintf("container %q in pod %q is not available", c.name, name)
}

// follow until the run that was asked for has ended, or the reader has left.
func (c *container) follow(ctx context.Context, written int, writer *logWriter) {
	run := c.logs.run()
	for pace.Sleep(ctx, gatePoll) {
		lines, _ := c.logs.read(false)
		if c.logs.run() != run {
			return
		}
		writer.write(lines[min(written, len(lines)):])
		written = len(lines)
		if !c.isUp() {
			return
		}
	}
}

func (l *containerLogs) run() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.runs
}

// awaitsRestart: the last run has ended and the next has not begun. To a kubelet that last run is the previous one
// then, and the present one as well.
func (c *container) awaitsRestart() bool {
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	return c.status.State.Waiting != nil && c.status.LastTerminationState.Terminated != nil
}

func (c *container) isUp() bool {
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	return c.status.State.Running != nil
}

func tailOf(lines []logLine, query url.Values) []logLine {
	if since, err := strconv.Atoi(query.Get("sinceSeconds")); err == nil {
		lines = after(lines, time.Now().Add(-time.Duration(since)*time.Second))
	}
	if since, err := time.Parse(time.RFC3339, query.Get("sinceTime")); err == nil {
		lines = after(lines, since)
	}
	if count, err := strconv.Atoi(query.Get("tailLines")); err == nil && count >= 0 {
		lines = lines[max(0, len(lines)-count):]
	}
	return lines
}

func after(lines []logLine, since time.Time) []logLine {
	for i, line := range lines {
		if !line.at.Before(since) {
			return lines[i:]
		}
	}
	return nil
}

// logWriter prints lines as the kubelet does, up to limitBytes.
type logWriter struct {
	response http.ResponseWriter
	query    url.Values
	left     int
}

func limitOf(query url.Values) int {
	if limit, err := strconv.Atoi(query.Get("limitBytes")); err == nil {
		return limit
	}
	return 1 << 30
}

func (w *logWriter) write(lines []logLine) {
	for _, line := range lines {
		text := line.text + "\n"
		if w.query.Get("timestamps") == "true" {
			text = line.at.UTC().Format(time.RFC3339Nano) + " " + text
		}
		text = text[:min(len(text), w.left)]
		w.left -= len(text)
		_, _ = w.response.Write([]byte(text))
	}
	if flusher, ok := w.response.(http.Flusher); ok {
		flusher.Flush()
	}
}
