package kubelet

import (
	"strings"
	"sync"
	"time"
)

// logLine of a container.
type logLine struct {
	at   time.Time
	text string
}

// containerLogs keeps what the present run printed, and the one before, as a node does.
type containerLogs struct {
	mu                sync.Mutex
	current, previous []logLine
	runs              int
}

// begin a run with what it prints at its start.
func (l *containerLogs) begin(text string) {
	l.mu.Lock()
	l.previous, l.current = l.current, nil
	l.runs++
	l.mu.Unlock()
	l.append(text)
}

func (l *containerLogs) append(text string) {
	if text == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		l.current = append(l.current, logLine{time.Now(), line})
	}
}

// read a run's lines; false when there was no such run.
func (l *containerLogs) read(previous bool) ([]logLine, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if previous {
		return append([]logLine{}, l.previous...), l.runs > 1
	}
	return append([]logLine{}, l.current...), l.runs > 0
}
