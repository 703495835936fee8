package crash

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/faregate/faregate/cmd/faregate/demo"
	"github.com/faregate/faregate/models"
)

// operation is one way that the upstream answers, and what the call costs.
type operation struct {
	path   string
	status int
	length int  // of the body, about
	flows  bool // without a declared length, in pieces
	cost   models.Nano
	weight int // how often it is called
}

// The answers that are held whole, those that flow with and without a declared length, one that costs more, one that costs
// nothing by its price, and one that costs nothing by its status.
var operations = []operation{
	{path: "/whole", status: 200, length: 200, cost: demo.Price, weight: 8},
	{path: "/dear", status: 200, length: 2000, cost: 3 * demo.Price, weight: 2},
	{path: "/pieces", status: 200, length: 600, flows: true, cost: demo.Price, weight: 3},
	{path: "/long", status: 200, length: 100 << 10, cost: demo.Price, weight: 2},
	{path: "/long/pieces", status: 200, length: 150 << 10, flows: true, cost: demo.Price, weight: 2},
	{path: "/free", status: 200, length: 200, weight: 2},
	{path: "/broken", status: 503, length: 50, weight: 1},
}

// upstream numbers its answers: each begins and ends with its number, so that one that is not whole cannot look it.
type upstream struct{ last atomic.Int64 }

// ServeHTTP implements http.Handler.
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	for _, o := range operations {
		if o.path == r.URL.Path {
			u.answer(w, o)
			return
		}
	}
	http.NotFound(w, r)
}

func (u *upstream) answer(w http.ResponseWriter, o operation) {
	number := fmt.Sprintf("%012d", u.last.Add(1))
	body := number + strings.Repeat(".", o.length) + number
	if !o.flows {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	}
	w.WriteHeader(o.status)
	for pieces := 3; pieces > 0 && o.flows; pieces-- {
		n := len(body) / pieces
		_, _ = io.WriteString(w, body[:n])
		w.(http.Flusher).Flush()
		body = body[n:]
	}
	_, _ = io.WriteString(w, body)
}

// isWhole says whether a body has both its numbers.
func isWhole(body string) bool {
	const digits = 12
	return len(body) > 2*digits && body[:digits] == body[len(body)-digits:]
}
