package gateway

import (
	"net/http"

	"github.com/faregate/faregate/models/problem"
)

// method refuses the two methods that are not forwarded: TRACE shows what the gateway adds to a request, and CONNECT asks
// for a way through to anywhere. All others are the upstream's to know; Allow names those that most know (RFC 9110 section
// 15.5.6).
func (c *call) method() *refusal {
	switch c.r.Method {
	case http.MethodTrace, http.MethodConnect:
		c.w.Header()["Allow"] = []string{"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, QUERY"}
		return refuse(problem.MethodNotAllowed)
	}
	return nil
}
