// Package control is the door through which a test sets the world and the faults, and reads what the API server was
// asked to change.
package control

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"boyd/oracle/internal/nodes"
	"boyd/oracle/internal/world"
)

// Options of the door.
type Options struct {
	World     *world.Holder
	Fleet     *nodes.Fleet
	AuditFile string
	Plane     Plane
}

// Plane is the trouble that a control plane can be given.
type Plane interface {
	RestartAPIServer(ctx context.Context) error
	Compact(ctx context.Context) (int64, error)
}

// Door is where it listens, and what opens it.
type Door struct{ URL, Token string }

// Serve listens on a free loopback port until the context ends.
func Serve(ctx context.Context, options Options) (*Door, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	token := rand.Text()
	server := &http.Server{Handler: guard(token, routes(options)), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	return &Door{URL: "http://" + listener.Addr().String(), Token: token}, nil
}

func routes(options Options) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /world", func(response http.ResponseWriter, request *http.Request) {
		text, err := io.ReadAll(request.Body)
		if err != nil {
			refuse(response, http.StatusBadRequest, err)
			return
		}
		next, err := world.Parse(text)
		if err != nil {
			refuse(response, http.StatusBadRequest, err)
			return
		}
		options.World.Set(next)
		answer(response, struct{}{})
	})
	mux.HandleFunc("POST /nodes/{name}/fault", func(response http.ResponseWriter, request *http.Request) {
		fault := nodes.Fault{}
		if err := json.NewDecoder(request.Body).Decode(&fault); err != nil {
			refuse(response, http.StatusBadRequest, err)
			return
		}
		if err := options.Fleet.SetFault(request.Context(), request.PathValue("name"), fault); err != nil {
			refuse(response, statusOf(err), err)
			return
		}
		answer(response, struct{}{})
	})
	mux.HandleFunc("POST /apiserver/restart", func(response http.ResponseWriter, request *http.Request) {
		if err := options.Plane.RestartAPIServer(request.Context()); err != nil {
			refuse(response, http.StatusInternalServerError, err)
			return
		}
		answer(response, struct{}{})
	})
	mux.HandleFunc("POST /etcd/compact", func(response http.ResponseWriter, request *http.Request) {
		revision, err := options.Plane.Compact(request.Context())
		if err != nil {
			refuse(response, http.StatusInternalServerError, err)
			return
		}
		answer(response, map[string]int64{"revision": revision})
	})
	mux.HandleFunc("GET /audit", func(response http.ResponseWriter, _ *http.Request) {
		records, err := readAudit(options.AuditFile)
		if err != nil {
			refuse(response, http.StatusInternalServerError, err)
			return
		}
		answer(response, map[string]any{"records": records})
	})
	return mux
}

func statusOf(err error) int {
	if apierrors.IsNotFound(err) {
		return http.StatusNotFound
	}
	return http.StatusBadRequest
}

// guard lets nobody in without the token: other users of the machine reach loopback, too.
func guard(token string, inner http.Handler) http.Handler {
	want := []byte("Bearer " + token)
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if subtle.ConstantTimeCompare([]byte(request.Header.Get("Authorization")), want) != 1 {
			http.Error(response, "the token is missing or wrong", http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(response, request)
	})
}

func refuse(response http.ResponseWriter, code int, err error) {
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(code)
	_ = json.NewEncoder(response).Encode(map[string]string{"message": err.Error()})
}

func answer(response http.ResponseWriter, body any) {
	response.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(response).Encode(body)
}
