package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/util/compatibility"
)

var celVersion = compatibility.DefaultBuildEffectiveVersion().EmulationVersion()

// An expression as admission policies have it: whatever it names is dynamic.
type expression struct {
	Text      string         `json:"text"`
	Variables map[string]any `json:"variables"`
}

func answerCel(input json.RawMessage) (any, error) {
	asked, err := decoded[expression](input)
	if err != nil {
		return nil, err
	}
	options := []cel.EnvOption{}
	for name := range asked.Variables {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	set, err := celEnvironment().Extend(environment.VersionedOptions{IntroducedVersion: celVersion, EnvOptions: options})
	if err != nil {
		return nil, err
	}
	env := set.StoredExpressionsEnv()
	ast, issues := env.Compile(asked.Text)
	if issues.Err() != nil {
		return map[string]any{"refused": true}, nil
	}
	program, err := env.Program(ast)
	if err != nil {
		return map[string]any{"refused": true}, nil
	}
	return evaluated(program, asked.Variables), nil
}

func evaluated(program cel.Program, variables map[string]any) any {
	// Numbers as the server reads them: whole ones are integers.
	text, err := json.Marshal(variables)
	if err != nil {
		return err
	}
	read := &unstructured.Unstructured{}
	wrapped := append(append([]byte(`{"apiVersion":"v1","kind":"Any","variables":`), text...), '}')
	if err := read.UnmarshalJSON(wrapped); err != nil {
		return map[string]any{"error": err.Error()}
	}
	value, _, err := program.Eval(read.Object["variables"].(map[string]any))
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	return map[string]any{"value": shown(value)}
}

// shown writes a value with its type.
func shown(value ref.Val) any {
	switch typed := value.(type) {
	case types.Bool:
		return bool(typed)
	case types.String:
		return string(typed)
	case types.Null:
		return nil
	case types.Int:
		return map[string]any{"int": fmt.Sprint(int64(typed))}
	case types.Uint:
		return map[string]any{"uint": fmt.Sprint(uint64(typed))}
	case types.Double:
		return map[string]any{"double": fmt.Sprint(float64(typed))}
	case types.Bytes:
		return map[string]any{"bytes": []byte(typed)}
	case types.Duration:
		return map[string]any{"duration": fmt.Sprint(typed.Duration.Nanoseconds())}
	case types.Timestamp:
		return map[string]any{"timestamp": typed.Time.UTC().Format(time.RFC3339Nano)}
	case *types.Optional:
		if !typed.HasValue() {
			return map[string]any{"optional": []any{}}
		}
		return map[string]any{"optional": []any{shown(typed.GetValue())}}
	case traits.Lister:
		return listShown(typed)
	case traits.Mapper:
		return mapShown(typed)
	}
	return opaqueShown(value)
}

func opaqueShown(value ref.Val) any {
	switch typed := value.(type) {
	case apiservercel.IP:
		return map[string]any{"ip": typed.Addr.String()}
	case apiservercel.CIDR:
		return map[string]any{"cidr": typed.Prefix.String()}
	case apiservercel.URL:
		return map[string]any{"url": typed.URL.String()}
	case apiservercel.Quantity:
		return map[string]any{"quantity": quantityShown(typed.Quantity)}
	case *apiservercel.Quantity:
		return map[string]any{"quantity": quantityShown(typed.Quantity)}
	case apiservercel.Semver:
		return map[string]any{"semver": typed.Version.String()}
	case ref.Type:
		return map[string]any{"type": typed.TypeName()}
	}
	return map[string]any{"other": value.Type().TypeName()}
}

func listShown(list traits.Lister) any {
	items := []any{}
	for it := list.Iterator(); it.HasNext() == types.True; {
		items = append(items, shown(it.Next()))
	}
	return items
}

// mapShown writes entries in the order of their keys: a map has none.
func mapShown(entries traits.Mapper) any {
	pairs := [][2]any{}
	for it := entries.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		pairs = append(pairs, [2]any{shown(key), shown(entries.Get(key))})
	}
	sort.Slice(pairs, func(i, j int) bool { return fmt.Sprint(pairs[i][0]) < fmt.Sprint(pairs[j][0]) })
	return map[string]any{"map": pairs}
}

// quantityShown writes the number and the power of ten, without what changes neither.
func quantityShown(quantity *resource.Quantity) string {
	amount := quantity.AsDec()
	all := amount.UnscaledBig().String()
	if all == "0" {
		return all
	}
	digits := strings.TrimRight(all, "0")
	return fmt.Sprintf("%se%d", digits, len(all)-len(digits)-int(amount.Scale()))
}
