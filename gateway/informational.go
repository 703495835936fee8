package gateway

import (
	"errors"
	"maps"
	"net/http"
	"net/textproto"
	"sync"
)

// maxInterim is how many informational answers an upstream may send before its answer.
const maxInterim = 5

var errTooManyInterim = errors.New("gateway: too many informational answers")

// interim is what may be written to the caller before the answer. The transport's goroutines write it, so each writer holds
// the mutex, and nothing is written once the answer's turn has come.
type interim struct {
	mu    sync.Mutex
	over  bool
	count int
}

// end says that the answer's turn has come.
func (i *interim) end() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.over = true
}

// informational passes a 1xx on, cleaned like an answer. A 100 is not passed on: our own follows when the upstream asks
// for the body. An error ends the call.
func (c *call) informational(status int, header textproto.MIMEHeader) error {
	c.interim.mu.Lock()
	defer c.interim.mu.Unlock()
	if c.interim.count++; c.interim.count > maxInterim {
		return errTooManyInterim
	}
	if status == http.StatusContinue || c.interim.over || !c.r.ProtoAtLeast(1, 1) {
		return nil
	}
	h := http.Header(header)
	c.clean(h)
	c.writeInterim(status, h)
	return nil
}

// sendContinue asks the caller for the body. Over HTTP/1 the server would do so by itself, but unaware of the other 1xx
// that may be on their way at the same time; over HTTP/2 it does.
func (c *call) sendContinue() {
	if c.r.ProtoMajor != 1 {
		return
	}
	c.interim.mu.Lock()
	defer c.interim.mu.Unlock()
	if !c.interim.over {
		c.writeInterim(http.StatusContinue, nil)
	}
}

// writeInterim writes a 1xx with this header and nothing of what is there for the answer.
func (c *call) writeInterim(status int, header http.Header) {
	h := c.w.Header()
	kept := maps.Clone(h)
	clear(h)
	maps.Copy(h, header)
	c.w.WriteHeader(status)
	clear(h)
	maps.Copy(h, kept)
}
