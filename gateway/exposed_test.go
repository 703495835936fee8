package gateway_test

import (
	"net/http"
	"testing"

	"github.com/faregate/faregate/gateway/gatewaytest"
)

// Only a script of another origin needs to be told what it may read of a refusal.
func TestWhatAScriptOfAnotherOriginMayRead(t *testing.T) {
	e := gatewaytest.New(t, func(http.ResponseWriter, *http.Request) {})
	const want = "Link, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, Deprecation, Sunset, Faregate-Request-Id, Faregate-Price, Faregate-Charged"
	if got := e.Call("GET", random, "", "Origin: https://elsewhere.test").Header.Get("Access-Control-Expose-Headers"); got != want {
		t.Errorf("with an origin: %q", got)
	}
	if got := e.Call("GET", random, "").Header.Get("Access-Control-Expose-Headers"); got != "" {
		t.Errorf("without: %q", got)
	}
}
