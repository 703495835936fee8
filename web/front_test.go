package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/faregate/faregate/web"
)

func TestFrontChoosesByTheRawPath(t *testing.T) {
	say := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.EscapedPath()) })
	}
	front := web.Front(say("gateway"), say("portal"), say("sandbox"))
	for path, want := range map[string]string{
		"/invoke/quotes/v1/a%2Fb//c/../d": "gateway /invoke/quotes/v1/a%2Fb//c/../d",
		"/v1/chat/completions":            "gateway /v1/chat/completions",
		"/v1beta/models":                  "gateway /v1beta/models",
		"/mcp":                            "gateway /mcp",
		"/mcp/sse":                        "gateway /mcp/sse",
		"/mcpx":                           "portal /mcpx",
		"/invoke":                         "portal /invoke",
		"/%69nvoke/quotes/v1":             "portal /%69nvoke/quotes/v1",
		"/x/../invoke/quotes/v1":          "portal /x/../invoke/quotes/v1",
		"/sandbox/pay/cs_1":               "sandbox /pay/cs_1",
		"/sandboxed":                      "portal /sandboxed",
		"/":                               "portal /",
	} {
		answer := httptest.NewRecorder()
		front.ServeHTTP(answer, httptest.NewRequest("PURGE", path, nil))
		if got := answer.Body.String(); got != want {
			t.Errorf("%s goes to %q, want %q", path, got, want)
		}
	}
	answer := httptest.NewRecorder()
	web.Front(say("gateway"), say("portal"), nil).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/sandbox/pay", nil))
	if got := answer.Body.String(); got != "portal /sandbox/pay" {
		t.Errorf("without a sandbox its paths go to %q", got)
	}
}
