package plane

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// stopPatience is how long a component may take to stop after SIGTERM; its work is thrown away anyhow.
const stopPatience = 3 * time.Second

type child struct {
	name    string
	command *exec.Cmd
	exited  chan struct{}
	// asked is set before we end it ourselves.
	asked atomic.Bool
}

// startChild starts this binary again as a component. When it ends unasked, died hears of it, with the end of its log.
func startChild(name string, args []string, directory string, died chan<- error) (*child, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, err
	}
	logFile := filepath.Join(directory, name+".log")
	// Appended to: a component may be started again.
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	started := &child{name: name, command: exec.Command(binary, append([]string{name}, args...)...), exited: make(chan struct{})}
	started.command.Stdout, started.command.Stderr = log, log
	// Never written to and never closed by us: see RunComponent.
	if _, err := started.command.StdinPipe(); err != nil {
		return nil, err
	}
	if err := started.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		err := started.command.Wait()
		close(started.exited)
		if started.asked.Load() {
			return
		}
		select {
		case died <- fmt.Errorf("%s ended: %v\n%s", name, err, tail(logFile)):
		default:
		}
	}()
	return started, nil
}

func (c *child) stop() {
	c.asked.Store(true)
	_ = c.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.exited:
	case <-time.After(stopPatience):
		_ = c.command.Process.Kill()
		<-c.exited
	}
}

func tail(file string) string {
	const lastBytes = 2000
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-lastBytes):])
}
