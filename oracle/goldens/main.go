// Command goldens answers questions with upstream's own code: one JSON question a line on standard input, one JSON answer
// a line on standard output. The questions are generated in test/goldens from a seed; the answers are committed, and the
// twin must give the same. Usage: goldens <questions >answers
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"testing"

	"k8s.io/klog/v2"
)

// A question names the area that answers it.
type question struct {
	Area  string          `json:"area"`
	Input json.RawMessage `json:"input"`
}

// An answer is any JSON value. An error means that the question makes no sense to upstream; it is part of the answer.
type answerer func(input json.RawMessage) (any, error)

var areas = map[string]answerer{
	"quantity":        answerQuantity,
	"selector":        answerSelector,
	"field-selector":  answerFieldSelector,
	"pod-requests":    answerPodRequests,
	"qos":             answerQos,
	"fenceposts":      answerFenceposts,
	"new-replicas":    answerNewReplicas,
	"proportion":      answerProportion,
	"victims":         answerVictims,
	"daemon":          answerDaemon,
	"drain":           answerDrain,
	"backoff":         answerBackoff,
	"budget":          answerBudget,
	"eviction":        answerEviction,
	"autoscaler":      answerAutoscaler,
	"cron":            answerCron,
	"strategic-merge": answerStrategicMerge,
	"scheduling":      answerScheduling,
	"spread":          answerScheduling,
	"sampling":        answerSampling,
	"volumes":         answerScheduling,
	"kept-volumes":    answerScheduling,
	"preemption":      answerPreemption,
	"reprieve":        answerPreemption,
	"hints":           answerHints,
	"queue":           answerQueue,
	"defaults":        answerDefaults,
	"validation":      answerValidation,
	"update":          answerUpdate,
	"endpoints":       answerEndpoints,
	"apply":           answerApply,
	"limits":          answerLimits,
	"priority":        answerPriority,
	"quota":           answerQuota,
	"zone":            answerZone,
	"patience":        answerPatience,
	"node-health":     answerNodeHealth,
	"taint-eviction":  answerTaintEviction,
	"pod-gc":          answerPodGc,
	"failure-policy":  answerFailurePolicy,
	"whole-job":       answerWholeJob,
	"whole-workload":  answerWholeWorkload,
	"json-patch":      answerJSONPatch,
	"merge-patch":     answerMergePatch,
	"cel":             answerCel,
	"pod-security":    answerPodSecurity,
}

const lineBytesMax = 16 << 20

// The test that the program is: Go makes bubbles, in which hours cost nothing, for tests only.
var host *testing.T

func main() {
	// Controllers that run here talk about it at length.
	silenceKlog()
	answers := os.Stdout
	// What a test says when it has passed is no answer.
	os.Stdout = os.Stderr
	everything := func(string, string) (bool, error) { return true, nil }
	testing.Main(everything, []testing.InternalTest{{Name: "goldens", F: func(t *testing.T) {
		host = t
		answerLines(os.Stdin, answers)
	}}}, nil, nil)
}

func answerLines(questions io.Reader, answers io.Writer) {
	in := bufio.NewScanner(questions)
	in.Buffer(make([]byte, 0, 1<<20), lineBytesMax)
	out := bufio.NewWriter(answers)
	for in.Scan() {
		line, err := answerLine(in.Bytes())
		if err != nil {
			fmt.Fprintf(os.Stderr, "goldens: %v\n", err)
			os.Exit(1)
		}
		fmt.Fprintln(out, string(line))
		// The other side may ask the next question only when it has this answer.
		if err := out.Flush(); err != nil {
			os.Exit(1)
		}
	}
	if err := in.Err(); err != nil {
		fmt.Fprintf(os.Stderr, "goldens: %v\n", err)
		os.Exit(1)
	}
}

func answerLine(line []byte) ([]byte, error) {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, fmt.Errorf("a line is no question: %w", err)
	}
	answer, known := areas[asked.Area]
	if !known {
		return nil, fmt.Errorf("no area is called %q", asked.Area)
	}
	value, err := answer(asked.Input)
	if err != nil {
		value = map[string]string{"error": err.Error()}
	}
	return json.Marshal(value)
}

// decoded reads the input as what upstream's function takes.
func decoded[T any](input json.RawMessage) (T, error) {
	var value T
	err := json.Unmarshal(input, &value)
	return value, err
}

func silenceKlog() {
	flags := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(flags)
	for name, value := range map[string]string{"logtostderr": "false", "alsologtostderr": "false", "stderrthreshold": "FATAL"} {
		if err := flags.Set(name, value); err != nil {
			panic(err)
		}
	}
	klog.SetOutput(io.Discard)
}
