package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
)

const upstreamSecret = "s3cret-of-the-provider"

func publishAt(url string) func(*models.APIDraft) {
	return func(d *models.APIDraft) { d.UpstreamURL = url }
}

// withCredential publishes a credential.
func withCredential(e *gatewaytest.Env, header, value string) {
	e.Publish(func(d *models.APIDraft) {
		d.Credential = models.CredentialChange{Header: header, Sealed: seal.Master{1}.Credentials().Seal([]byte(value))}
	})
}

func TestTheStoredCredentialReplacesWhatTheCallerSends(t *testing.T) {
	for _, row := range []struct {
		name, header string
		caller       []string
		want         []string // the field's lines, as the upstream sees them
	}{
		{"nothing from the caller", "Authorization", nil, []string{upstreamSecret}},
		{"the caller's own Authorization beside the key", "Authorization", []string{"X-API-Key: {key}", "Authorization: Bearer theirs"}, []string{upstreamSecret}},
		{"the caller's key in X-API-Key", "X-API-Key", []string{"Authorization:", "X-API-Key: {key}"}, []string{upstreamSecret}},
		{"two lines of the caller's", "X-Token", []string{"X-Token: 1", "X-Token: 2"}, []string{upstreamSecret}},
		{"a caller who has Connection name it", "X-Token", []string{"Connection: X-Token", "X-Token: 1"}, []string{upstreamSecret}},
		{"a name in another case", "x-tOKEN", []string{"X-Token: 1"}, []string{upstreamSecret}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var upstream notebook
			e := gatewaytest.New(t, upstream.ServeHTTP)
			e.Fund(price)
			withCredential(e, row.header, upstreamSecret)
			lines := strings.Split(strings.ReplaceAll(strings.Join(row.caller, "\n"), "{key}", e.World.Secret), "\n")
			if row.caller == nil {
				lines = nil
			}
			wantStatus(t, e.Call("GET", random, "", lines...), 200, "")
			h := upstream.page().Header
			if got := h.Values(row.header); fmt.Sprint(got) != fmt.Sprint(row.want) || strings.Contains(gatewaytest.Lines(h), e.World.Secret) {
				t.Errorf("the upstream saw\n%s", gatewaytest.Lines(h))
			}
			e.Prove()
		})
	}
}

func TestTheCredentialIsNoTrailer(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(price)
	withCredential(e, "X-Token", upstreamSecret)
	_, answer := e.Raw("POST " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Token, X-Sum\r\n\r\n0\r\nX-Token: mine\r\nX-Sum: 1\r\n\r\n")
	wantStatus(t, rawReply(t, answer, "POST"), 200, "")
	if got := upstream.page(); gatewaytest.Lines(got.Trailer) != "X-Sum: 1\r\n" || got.Header.Get("X-Token") != upstreamSecret {
		t.Errorf("the upstream saw %v and the trailers %v", got.Header, got.Trailer)
	}
	e.Prove()
}

func TestTheCredentialNeverComesBack(t *testing.T) {
	for _, row := range []struct {
		name, value, header string
		gone                bool
	}{
		{"the very value", upstreamSecret, upstreamSecret, true},
		{"the value inside of another", upstreamSecret, "you sent " + upstreamSecret + "!", true},
		{"the token without its scheme", "Bearer " + upstreamSecret, upstreamSecret, true},
		{"something else", upstreamSecret, "s3cret", false},
		{"a short value by itself", "abc", "abc", true},
		{"a short value by chance", "abc", "the abc of it", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.New(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Debug", row.header)
				w.WriteHeader(http.StatusEarlyHints)
				w.(http.Flusher).Flush()
				_, _ = io.WriteString(w, "x")
				w.Header().Set(http.TrailerPrefix+"X-Trailer", row.header)
			})
			e.Fund(price)
			withCredential(e, "Authorization", row.value)
			lines, reply := interimOf(t, e, e.Request(t.Context(), "GET", random, nil))
			wantStatus(t, reply, 200, "x")
			for where, text := range map[string]string{
				"the header": gatewaytest.Lines(reply.Header), "the trailers": gatewaytest.Lines(reply.Trailer), "a 103": strings.Join(lines, "\n"),
			} {
				if strings.Contains(text, row.header) == row.gone {
					t.Errorf("%s has\n%s", where, text)
				}
			}
			e.Prove()
		})
	}
}

func TestAnswersThatTellOfTheGatewaysOwnStanding(t *testing.T) {
	for _, row := range []struct {
		status     int
		credential bool
		got        int
		code       string
	}{
		{401, true, 503, "upstream_unavailable"},
		{402, true, 503, "upstream_unavailable"},
		{407, true, 503, "upstream_unavailable"},
		{403, true, 403, "secret details"},
		{429, true, 429, "secret details"},
		{401, false, 401, "secret details"},
		{402, false, 402, "secret details"},
		{407, false, 407, "secret details"},
	} {
		t.Run(fmt.Sprintf("%d, credential %t", row.status, row.credential), func(t *testing.T) {
			e := gatewaytest.New(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("WWW-Authenticate", "Basic realm=theirs")
				w.WriteHeader(row.status)
				_, _ = io.WriteString(w, "secret details")
			})
			e.Fund(price)
			if row.credential {
				withCredential(e, "Authorization", upstreamSecret)
			}
			reply := e.Call("GET", random, "")
			wantStatus(t, reply, row.got, row.code)
			origin := models.FromUpstream
			if row.got == 503 {
				origin = models.FromGateway
				if reply.Header.Get("WWW-Authenticate") != "" || strings.Contains(reply.Text, "details") ||
					reply.Header.Get("Proxy-Status") != fmt.Sprintf("faregate; received-status=%d", row.status) {
					t.Errorf("got %q with\n%s", reply.Text, gatewaytest.Lines(reply.Header))
				}
			}
			if reply.Header.Get("Faregate-Origin") != string(origin) || reply.Header.Get("Faregate-Charged") != "0" || e.Balance() != price {
				t.Errorf("balance %s, header\n%s", e.Balance().Decimal(2), gatewaytest.Lines(reply.Header))
			}
			wantCall(t, e, row.got, 0, models.EvidenceStatus)
			e.Prove()
		})
	}
}

func TestACredentialThatCannotBeOpened(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(price)
	e.Publish(func(d *models.APIDraft) {
		d.Credential = models.CredentialChange{Header: "Authorization", Sealed: seal.Master{2}.Credentials().Seal([]byte(upstreamSecret))}
	})
	wantStatus(t, e.Call("GET", random, ""), 503, "upstream_unavailable")
	if upstream.count() != 0 || len(e.Calls()) != 0 {
		t.Error("the upstream was called without it")
	}
	withCredential(e, "Authorization", upstreamSecret)
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	e.Prove()
}

func TestAVersionsOwnTimeouts(t *testing.T) {
	release := make(chan struct{})
	e := gatewaytest.New(t, func(http.ResponseWriter, *http.Request) { <-release }, func(c *gateway.Config) { c.Timeouts.Answer = time.Hour })
	defer close(release)
	e.Fund(price)
	e.Publish(func(d *models.APIDraft) { d.AnswerSeconds = 1 })
	wantStatus(t, e.Call("GET", random, ""), 504, "upstream_timeout")
	e.Prove()
}

func TestTheLargestBody(t *testing.T) {
	for _, row := range []struct {
		name    string
		size    int64
		chunked bool
		status  int
	}{
		{"declared and at the limit", 1000, false, 200},
		{"declared and above it", 1001, false, 413},
		{"in chunks and at the limit", 1000, true, 200},
		{"in chunks and above it", 1001, true, 413},
		{"in chunks and far above it", 10 << 20, true, 413},
	} {
		for _, http2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %t", row.name, http2), func(t *testing.T) {
				var upstream notebook
				e := gatewaytest.New(t, upstream.ServeHTTP)
				e.Publish(func(d *models.APIDraft) { d.MaxBodyBytes = 1000 })
				if http2 {
					e.UseHTTP2()
				}
				if row.status == 200 {
					e.Fund(price)
				} else if row.chunked {
					e.Fund(2 * price)
				}
				request := e.Request(t.Context(), "POST", random, gatewaytest.Zeros(row.size))
				if request.ContentLength = row.size; row.chunked {
					request.ContentLength = -1
				}
				before := e.Balance()
				reply, err := e.Send(request)
				if err != nil {
					t.Fatal(err)
				}
				code := map[int]string{413: "body_too_large"}[row.status]
				wantStatus(t, reply, row.status, code)
				if row.status == 413 && (e.Balance() != before || len(e.Calls()) != 0 || !strings.Contains(reply.Text, "at most 1000 bytes")) {
					t.Errorf("balance %s, %d calls, said %s", e.Balance().Decimal(2), len(e.Calls()), reply.Text)
				}
				if row.status == 413 && !row.chunked && upstream.count() != 0 {
					t.Error("the upstream was called")
				}
				e.Prove()
			})
		}
	}
}

func TestMethodsThatAreNotForwarded(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	for _, method := range []string{"TRACE", "CONNECT"} {
		_, answer := e.Raw(method + " " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n")
		reply := rawReply(t, answer, "GET")
		wantStatus(t, reply, 405, "method_not_allowed")
		if allow := reply.Header.Get("Allow"); !strings.Contains(allow, "GET") || strings.Contains(allow, method) {
			t.Errorf("%s: Allow is %q", method, allow)
		}
	}
	if upstream.count() != 0 {
		t.Error("the upstream was called")
	}
	e.Prove()
}
