package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// apiVersion is the only version spoken, whatever version a request asks for.
const apiVersion = "2023-10-16"

// object is a JSON object on its way out.
type object = map[string]any

// endpoint is one operation of the API.
type endpoint struct {
	accepts []string // parameters; see params.accept
	returns string   // the kind of object, for expand; "list of " before it for a list
	run     func(*tx, *call) (object, error)
}

// call is one request to the API after it was read.
type call struct {
	method, path, id string // id is the one in the path
	requestID        string
	idempotencyKey   string
	params           params
}

func (s *Sandbox) api(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{
			method: r.Method, path: r.URL.Path, id: r.PathValue("id"),
			requestID: newID("req_", requestLength), idempotencyKey: r.Header.Get("Idempotency-Key"),
		}
		got, err := s.answer(e, c, w, r)
		if err != nil {
			got = s.refuse(c, err)
		}
		if c.idempotencyKey != "" {
			w.Header().Set("Idempotency-Key", c.idempotencyKey)
		}
		got.write(w, c.requestID)
	})
}

func (s *Sandbox) answer(e endpoint, c *call, w http.ResponseWriter, r *http.Request) (answer, error) {
	if err := s.authenticate(r); err != nil {
		return answer{}, err
	}
	var err error
	if c.params, err = readParams(w, r); err != nil {
		return answer{}, err
	}
	if err := errors.Join(c.params.accept(e.accepts), checkExpand(e.returns, c.params)); err != nil {
		return answer{}, err
	}
	var out answer
	err = s.transact(cause{c.requestID, c.idempotencyKey}, func(t *tx) (err error) {
		out, err = t.once(c, func() (object, error) {
			o, err := e.run(t, c)
			if err != nil {
				return nil, err
			}
			return t.expandAll(e.returns, o, c.params), nil
		})
		return err
	})
	return out, err
}

// authenticate accepts the key as stripe-go sends it and as curl -u does.
func (s *Sandbox) authenticate(r *http.Request) error {
	key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		key, _, _ = r.BasicAuth()
	}
	switch {
	case key == "":
		return unauthorised("You did not provide an API key. You need to provide your API key in the Authorization " +
			"header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').")
	case subtle.ConstantTimeCompare([]byte(key), []byte(s.cfg.SecretKey)) != 1:
		return unauthorised("Invalid API Key provided: " + masked(key))
	}
	return nil
}

// masked shows enough of a key to recognise it, as Stripe does.
func masked(key string) string {
	if len(key) < 16 {
		return strings.Repeat("*", len(key))
	}
	return key[:8] + strings.Repeat("*", len(key)-12) + key[len(key)-4:]
}

// refuse turns an error into an answer. One that is not the API's own is a failure of ours.
func (s *Sandbox) refuse(c *call, err error) answer {
	var e *apiError
	if !errors.As(err, &e) {
		s.cfg.Logger.Error("sandbox: a request failed", "request", c.requestID, "path", c.path, "error", err)
		e = internalError()
	}
	return refusal(e)
}

// answer is a response, ready to be sent or kept for a replay.
type answer struct {
	status     int
	body       []byte
	originalID string // the request it was first given to, if this is a replay
}

func newAnswer(status int, o object) answer {
	body, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		panic(err) // objects hold strings, numbers, lists and objects only
	}
	return answer{status: status, body: append(body, '\n')}
}

func refusal(e *apiError) answer { return newAnswer(e.status, e.object()) }

func (a answer) write(w http.ResponseWriter, requestID string) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-cache, no-store")
	h.Set("Request-Id", requestID)
	h.Set("Stripe-Version", apiVersion)
	if a.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="Stripe"`)
	}
	if a.originalID != "" {
		h.Set("Idempotent-Replayed", "true")
		h.Set("Original-Request", a.originalID)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that went away has lost nothing: it can ask again
}
