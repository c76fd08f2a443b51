// Package world reads the world file: what images exist and how their processes behave, and which pools make nodes.
// Its schema and defaults are those of src/model/world.ts; both sides parse the same JSON.
package world

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/api/resource"
)

// World is what the API of a cluster does not hold.
type World struct {
	UnlistedImages      string  `json:"unlistedImages"`
	UnlistedPullSeconds float64 `json:"unlistedPullSeconds"`
	Images              []Image `json:"images"`
	Pools               []Pool  `json:"pools"`
	// Volumes, Kubelet and ReadinessGates are played by the twin only; here they are as the schema has them by default.
	Volumes        Volumes           `json:"volumes"`
	Kubelet        Kubelet           `json:"kubelet"`
	ReadinessGates []json.RawMessage `json:"readinessGates"`
}

// Volumes are attached by the real controller, and mounted by nobody.
type Volumes struct {
	AttachSeconds float64 `json:"attachSeconds"`
	DetachSeconds float64 `json:"detachSeconds"`
	ForcedDetach  bool    `json:"forcedDetach"`
}

// Kubelet is the configuration of kubelets.
type Kubelet struct {
	RestartBackoffInitialSeconds float64           `json:"restartBackoffInitialSeconds"`
	RestartBackoffMaxSeconds     float64           `json:"restartBackoffMaxSeconds"`
	EvictionMemory               string            `json:"evictionMemory"`
	SystemMemory                 map[string]string `json:"systemMemory"`
}

// As worldSchema fills what is absent.
var (
	usualVolumes        = Volumes{AttachSeconds: 5, DetachSeconds: 10, ForcedDetach: true}
	usualEvictionMemory = "100Mi"
)

// Image says what a process of this image does.
type Image struct {
	Image              string             `json:"image"`
	Exists             bool               `json:"exists"`
	PullSeconds        float64            `json:"pullSeconds"`
	StartSeconds       float64            `json:"startSeconds"`
	Memory             *resource.Quantity `json:"memory"`
	MemoryAfterSeconds float64            `json:"memoryAfterSeconds"`
	Serves             []Served           `json:"serves"`
	FailingProbes      []string           `json:"failingProbes"`
	Exits              []Exit             `json:"exits"`
	Log                string             `json:"log"`
	StopSeconds        float64            `json:"stopSeconds"`
}

// Served is a port that answers; without paths, every path is answered well.
type Served struct {
	Port  int      `json:"port"`
	Paths []string `json:"paths"`
}

// Exit is an end of the process; the first whose conditions all hold is the one that happens.
type Exit struct {
	Code            int32   `json:"code"`
	AfterSeconds    float64 `json:"afterSeconds"`
	Log             string  `json:"log"`
	WhenEnvMissing  string  `json:"whenEnvMissing"`
	WhenEnvEquals   *Env    `json:"whenEnvEquals"`
	WhenServiceDown string  `json:"whenServiceDown"`
	WhenSetup       string  `json:"whenSetup"`
}

// Env is a variable with a value.
type Env struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Pool makes a new node for each one it loses.
type Pool struct {
	Name             string            `json:"name"`
	MatchLabels      map[string]string `json:"matchLabels"`
	Size             int               `json:"size"`
	ProvisionSeconds float64           `json:"provisionSeconds"`
	Capacity         map[string]string `json:"capacity"`
}

// Empty is the world in which every image runs and no pool makes nodes.
func Empty() *World {
	return &World{UnlistedImages: "run", UnlistedPullSeconds: 1, Volumes: usualVolumes, Kubelet: Kubelet{EvictionMemory: usualEvictionMemory}}
}

// Parse reads a world. Unknown fields are refused: a misspelt one would silently change a story.
func Parse(text []byte) (*World, error) {
	parsed := Empty()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(parsed); err != nil {
		return nil, err
	}
	if parsed.UnlistedImages != "run" && parsed.UnlistedImages != "missing" {
		return nil, fmt.Errorf("unlistedImages is %q; it is run or missing", parsed.UnlistedImages)
	}
	return parsed, parsed.check()
}

func (w *World) check() error {
	if w.Volumes != usualVolumes || len(w.ReadinessGates) > 0 || !w.Kubelet.isUsual() {
		return errors.New("volumes, kubelet and readinessGates are played by the twin only; a world for real nodes leaves them as they are by default")
	}
	for _, image := range w.Images {
		if len(image.FailingProbes) > 0 {
			return errors.New("failingProbes are digests that only the twin makes; a world for real nodes says what a process serves")
		}
		for _, exit := range image.Exits {
			if exit.WhenSetup != "" {
				return errors.New("whenSetup is a digest that only the twin makes; a world for real nodes names what a process sees")
			}
		}
	}
	for _, pool := range w.Pools {
		for name, amount := range pool.Capacity {
			if _, err := resource.ParseQuantity(amount); err != nil {
				return fmt.Errorf("pool %s, capacity of %s: %w", pool.Name, name, err)
			}
		}
	}
	return nil
}

func (k *Kubelet) isUsual() bool {
	return k.RestartBackoffInitialSeconds == 0 && k.RestartBackoffMaxSeconds == 0 && k.EvictionMemory == usualEvictionMemory && len(k.SystemMemory) == 0
}

// Behaviour of an image, listed or not.
func (w *World) Behaviour(image string) Image {
	for _, listed := range w.Images {
		if listed.Image == image {
			return listed
		}
	}
	unlisted := defaultImage()
	unlisted.Image = image
	unlisted.Exists = w.UnlistedImages == "run"
	unlisted.PullSeconds = w.UnlistedPullSeconds
	return unlisted
}

func defaultImage() Image {
	return Image{Exists: true, PullSeconds: 1, StartSeconds: 1, MemoryAfterSeconds: 2, StopSeconds: 1}
}

// UnmarshalJSON fills what is absent with the schema's defaults. (A method of its own hides the outer decoder's
// refusal of unknown fields, so it is asked for again.)
func (i *Image) UnmarshalJSON(text []byte) error {
	type plain Image
	filled := plain(defaultImage())
	err := strict(text, &filled)
	*i = Image(filled)
	return err
}

// UnmarshalJSON fills what is absent with the schema's defaults.
func (e *Exit) UnmarshalJSON(text []byte) error {
	type plain Exit
	filled := plain{AfterSeconds: 1}
	err := strict(text, &filled)
	*e = Exit(filled)
	return err
}

// UnmarshalJSON fills what is absent with the schema's defaults.
func (p *Pool) UnmarshalJSON(text []byte) error {
	type plain Pool
	filled := plain{ProvisionSeconds: 60}
	err := strict(text, &filled)
	*p = Pool(filled)
	return err
}

func strict(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// Holder is the present world, replaced as a whole.
type Holder struct{ current atomic.Pointer[World] }

// NewHolder holds the first world.
func NewHolder(first *World) *Holder {
	holder := &Holder{}
	holder.Set(first)
	return holder
}

// Get the present world; never changed in place.
func (h *Holder) Get() *World { return h.current.Load() }

// Set replaces the world.
func (h *Holder) Set(next *World) { h.current.Store(next) }
