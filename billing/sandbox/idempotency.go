package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"
)

const (
	maxKeyLength   = 255
	keysLive       = 24 * time.Hour
	keyWithParams  = "Keys for idempotent requests can only be used with the same parameters they were first used with. "
	keyForEndpoint = "Keys for idempotent requests can only be used for the same endpoint they were first used for ('%s'). "
	tryAnotherKey  = "Try using a key other than '%s' if you meant to execute a different request."
)

// savedAnswer is what a request under an idempotency key was told. Refusals are not kept: a refused request did nothing,
// so it may be put right and sent again under its key.
type savedAnswer struct {
	Path      string    `json:"path"`
	Params    string    `json:"params"` // a digest
	RequestID string    `json:"request_id"`
	Body      string    `json:"body"`
	Created   time.Time `json:"created"`
}

// once runs a request, or repeats its answer if one under the same idempotency key has run before.
func (t *tx) once(c *call, run func() (object, error)) (answer, error) {
	keyed := c.method == http.MethodPost && c.idempotencyKey != ""
	if keyed {
		if len(c.idempotencyKey) > maxKeyLength {
			return answer{}, idempotencyMisuse("Idempotency keys cannot be longer than 255 characters.")
		}
		if saved := t.Answers[c.idempotencyKey]; saved != nil && t.now.Before(saved.Created.Add(keysLive)) {
			return saved.replay(c)
		}
	}
	o, err := run()
	if err != nil {
		return answer{}, err
	}
	a := newAnswer(http.StatusOK, o)
	if keyed {
		t.changed = true
		t.Answers[c.idempotencyKey] = &savedAnswer{
			Path: c.path, Params: digest(c.params), RequestID: c.requestID, Body: string(a.body), Created: t.now,
		}
	}
	return a, nil
}

func (s *savedAnswer) replay(c *call) (answer, error) {
	switch {
	case s.Path != c.path:
		return answer{}, idempotencyMisuse(fmt.Sprintf(keyForEndpoint+tryAnotherKey, s.Path, c.idempotencyKey))
	case s.Params != digest(c.params):
		return answer{}, idempotencyMisuse(fmt.Sprintf(keyWithParams+tryAnotherKey, c.idempotencyKey))
	}
	return answer{status: http.StatusOK, body: []byte(s.Body), originalID: s.RequestID}, nil
}

// digest does not depend on the order in which parameters were sent.
func digest(p params) string {
	sum := sha256.Sum256([]byte(p.values.Encode()))
	return hex.EncodeToString(sum[:])
}

func (t *tx) forgetOldAnswers() {
	for key, saved := range t.Answers {
		if !t.now.Before(saved.Created.Add(keysLive)) {
			delete(t.Answers, key)
			t.changed = true
		}
	}
}
