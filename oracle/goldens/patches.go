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
	patched, err := patch.Apply(asked.Original)
	if err != nil {
		return map[string]bool{"refused": true}, nil
	}
	return map[string]any{"document": json.RawMessage(patched)}, nil
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
