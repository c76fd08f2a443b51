package main

import (
	"encoding/json"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
)

// A JSON patch, as the API server applies it.
func answerJSONPatch(input json.RawMessage) (any, error) {
	asked, err := decoded[patching](input)
	if err != nil {
		return nil, err
	}
	patch, err := jsonpatch.DecodePatch(asked.Patch)
	if err != nil {
		return map[string]bool{"refused": true}, nil
	}
	return patchedBy(patch, asked.Original), nil
}

// Some patches make upstream's library panic; its server answers those with an internal error.
func patchedBy(patch jsonpatch.Patch, original []byte) (answer any) {
	defer func() {
		if recover() != nil {
			answer = map[string]bool{"panics": true}
		}
	}()
	patched, err := patch.Apply(original)
	if err != nil {
		return map[string]bool{"refused": true}
	}
	return map[string]any{"document": json.RawMessage(patched)}
}

func answerMergePatch(input json.RawMessage) (any, error) {
	asked, err := decoded[patching](input)
	if err != nil {
		return nil, err
	}
	merged, err := jsonpatch.MergePatch(asked.Original, asked.Patch)
	if err != nil {
		return map[string]bool{"refused": true}, nil
	}
	return map[string]any{"document": json.RawMessage(merged)}, nil
}
