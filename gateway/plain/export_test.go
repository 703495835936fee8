package plain

import (
	"net"
	"net/http"
	"time"
)

// ServedHere says whether an answer is written by this package and not by net/http.
func ServedHere(w http.ResponseWriter) bool {
	_, here := w.(*exchange)
	return here
}

// Beats is how often connections have been looked after.
func (s *Server) Beats() int64 { return s.beats.Load() }

// OutlivesIdleTime says whether a connection that has been idle for longer than it may is still open when it has been looked
// after.
func OutlivesIdleTime(conn net.Conn) bool {
	s := &Server{Rest: &http.Server{IdleTimeout: time.Second, ReadHeaderTimeout: time.Second}}
	c := newConn(&handover{server: s}, conn)
	c.state.enter(phaseIdle, 0)
	c.look(beatsIn(time.Hour), true)
	return c.state.Load().phase() == phaseIdle
}
