package plain

import "net/http"

// ServedHere says whether an answer is written by this package and not by net/http.
func ServedHere(w http.ResponseWriter) bool {
	_, here := w.(*exchange)
	return here
}

// Beats is how often connections have been looked after.
func (s *Server) Beats() int64 { return s.beats.Load() }
