package plane

import (
	"io"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

var components = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllers.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
}

// IsComponent says whether the binary was started again as one of the control plane's parts.
func IsComponent(name string) bool { return components[name] != nil }

// RunComponent runs the upstream command with its own flags; returns the exit code. It ends with its parent: the
// parent holds the other end of stdin and never writes, so the end of the stream means that the parent is gone,
// however it went.
func RunComponent(name string, args []string) int {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	command := components[name]()
	command.SetArgs(args)
	return cli.Run(command)
}
