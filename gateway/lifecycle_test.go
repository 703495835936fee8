package gateway_test

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// endingUpstream answers in every way there is, and says of its own when it ends.
func endingUpstream(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Deprecation", "true")
	h.Set("Sunset", "Sat, 31 Dec 2022 23:59:59 GMT")
	h.Add("Link", `</old>; rel="sunset", </a?b,c;d>; rel="next"; title="a, \"b\"; c"`)
	h.Add("Link", `</>; rel="Successor-Version help"`)
	switch strings.TrimPrefix(r.URL.Path, "/base") {
	case "/upgrade":
		h.Set("Connection", "Upgrade")
		h.Set("Upgrade", "echo")
		w.WriteHeader(http.StatusSwitchingProtocols)
	case "/empty":
		w.WriteHeader(http.StatusNoContent)
	case "/flow":
		h.Set("Trailer", "Sunset, X-Sum")
		_, _ = io.WriteString(w, "flowing")
		_ = http.NewResponseController(w).Flush()
		h.Set("Sunset", "Sat, 31 Dec 2022 23:59:59 GMT")
		h.Set("X-Sum", "7")
	case "/broken":
		w.WriteHeader(http.StatusInternalServerError)
	default:
		_, _ = io.WriteString(w, "whole")
	}
}

// announce announces the end of the world's version, without a job that would write it down at its time.
func announce(t *testing.T, e *gatewaytest.Env, deprecated, sunset time.Time) {
	t.Helper()
	pia := models.Actor{UserID: e.World.Provider.ID}
	if err := e.Store.AnnounceDeprecation(context.Background(), pia, e.World.ProviderTeam.ID, e.World.API.Version.ID, models.DeprecationDraft{
		DeprecatedAt: deprecated, SunsetAt: sunset, Reason: "Nobody needs it.",
	}); err != nil {
		t.Fatal(err)
	}
}

func TestEveryAnswerTellsOfTheEndOfItsVersion(t *testing.T) {
	e := gatewaytest.New(t, endingUpstream)
	e.Fund(20 * price)
	deprecated := e.Clock.Now().Add(time.Hour).Truncate(time.Minute)
	sunset := deprecated.Add(time.Hour)
	check := func(sentence string, h http.Header, own ...string) {
		t.Helper()
		const page = "<" + gatewaytest.PortalURL + "/apis/quotes/v1/deprecation>"
		links := append(own, page+`; rel="deprecation"; type="text/html", `+page+`; rel="sunset"; type="text/html"`)
		if strings.Join(h["Link"], "\n") != strings.Join(links, "\n") || len(h["Deprecation"]) != 1 || h.Get("Deprecation") != "@"+strconv.FormatInt(deprecated.Unix(), 10) ||
			len(h["Sunset"]) != 1 || h.Get("Sunset") != sunset.UTC().Format(http.TimeFormat) {
			t.Errorf("%s:\n%s", sentence, gatewaytest.Lines(h))
		}
	}
	if h := e.Call("GET", random, "").Header; h.Get("Deprecation") != "true" || len(h["Link"]) != 2 {
		t.Errorf("before anything is announced, what the upstream says is\n%s", gatewaytest.Lines(h))
	}
	announce(t, e, deprecated, sunset)
	const next = `</a?b,c;d>; rel="next"; title="a, \"b\"; c"`
	for _, when := range []string{"announced", "deprecated"} {
		for _, row := range []struct{ sentence, method, path string }{
			{"a whole answer", "GET", random}, {"HEAD", "HEAD", random}, {"no content", "GET", "/invoke/quotes/v1/empty"}, {"an error of the upstream", "GET", "/invoke/quotes/v1/broken"},
		} {
			check(when+", "+row.sentence, e.Call(row.method, row.path, "").Header, next)
		}
		flow := e.Open(context.Background(), "/invoke/quotes/v1/flow")
		_, _ = io.ReadAll(flow.Body)
		_ = flow.Body.Close()
		check(when+", a flowing answer", flow.Header, next)
		if flow.Trailer.Get("Sunset") != "" || flow.Trailer.Get("X-Sum") != "7" {
			t.Errorf("%s: the trailers are %v", when, flow.Trailer)
		}
		conn, answer := e.Raw("GET /invoke/quotes/v1/upgrade HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer " + e.World.Secret + "\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		upgraded, err := http.ReadResponse(answer, nil)
		if err != nil || upgraded.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("%s: the upgrade got %+v, %v", when, upgraded, err)
		}
		_ = conn.Close()
		check(when+", an upgrade", upgraded.Header, next)
		e.Clock.Move(deprecated.Sub(e.Clock.Now()))
	}
	if h := e.Call("GET", "/invoke/quotes/v2/random", "").Header; h.Get("Deprecation") != "" {
		t.Errorf("an address without a version tells of an end:\n%s", gatewaytest.Lines(h))
	}

	e.Clock.Move(sunset.Sub(e.Clock.Now()) - 1)
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	before := e.Balance()
	e.Clock.Move(1)
	gone := e.Call("GET", random, "")
	wantStatus(t, gone, 410, "api_retired")
	check("at its minute, with no job about", gone.Header)
	if gone.Header.Get("Cache-Control") != "no-store" || !strings.Contains(gone.Text, "retired this version on "+sunset.UTC().Format(time.RFC3339)) {
		t.Errorf("it reads %s", gone.Text)
	}
	if e.Quiet(); e.Balance() != before {
		t.Errorf("a call of what is retired cost %d", before-e.Balance())
	}
	e.Prove()
}

func TestWhatComesAfterARetiredVersion(t *testing.T) {
	e := gatewaytest.New(t, endingUpstream)
	ctx, pia, team := context.Background(), models.Actor{UserID: e.World.Provider.ID}, e.World.ProviderTeam.ID
	second, err := e.Store.NewVersion(ctx, pia, team, e.World.API.API.ID, "v2", e.World.API.Version.ID)
	if err == nil {
		_, err = e.Store.PublishVersion(ctx, pia, team, second.ID, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Store.AnnounceDeprecation(ctx, pia, team, e.World.API.Version.ID, models.DeprecationDraft{SuccessorVersionID: second.ID}); err != nil {
		t.Fatal(err)
	}
	const want = "<" + gatewaytest.PortalURL + `/apis/quotes/v2>; rel="successor-version"; type="text/html"`
	reply := e.Call("GET", random, "")
	wantStatus(t, reply, 402, "insufficient_credits")
	if links := reply.Header["Link"]; len(links) != 2 || !strings.Contains(links[0], `rel="payment"`) || !strings.HasSuffix(links[1], want) {
		t.Errorf("a call that needs money is told %q", links)
	}
	if me := e.Call("GET", "/invoke/_me", ""); !strings.Contains(me.Text, `"successor":"`+gatewaytest.PortalURL+`/apis/quotes/v2"`) || me.Header.Get("Deprecation") != "" {
		t.Errorf("the key is told %s", me.Text)
	}
	if err := e.Store.RetireVersion(ctx, pia, team, e.World.API.Version.ID); err != nil {
		t.Fatal(err)
	}
	gone := e.Call("GET", random, "")
	wantStatus(t, gone, 410, "api_retired")
	if !strings.HasSuffix(gone.Header.Get("Link"), want) || gone.Header.Get("Sunset") == "" || !strings.Contains(gone.Text, "Move to Quotes v2: "+gatewaytest.PortalURL+"/apis/quotes/v2") {
		t.Errorf("what is retired says %q and %s", gone.Header["Link"], gone.Text)
	}
	if err := e.Store.BringBackVersion(ctx, pia, team, e.World.API.Version.ID); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, e.Call("GET", random, ""), 402, "insufficient_credits")
}

// The lines of an upstream's Link are taken apart as RFC 8288 has them.
func TestWhichLinksOfAnUpstreamGoOn(t *testing.T) {
	for _, row := range []struct{ sentence, line, want string }{
		{"another relation", `<a>; rel="next"`, `<a>; rel="next"`},
		{"a relation of ours", `<a>; rel="deprecation"`, ""},
		{"one without quotes and in capitals", `<a>;REL=Sunset`, ""},
		{"one among others", `<a>; rel="help successor-version"`, ""},
		{"two links", `<a>; rel=sunset , <b>; rel=next`, `<b>; rel=next`},
		{"commas and semicolons in an address and in a title", `<a,;b>; title="x, rel=sunset; rel=sunset"; rel=next`, `<a,;b>; title="x, rel=sunset; rel=sunset"; rel=next`},
		{"an escaped quote", `<a>; title="\", <b>; rel=sunset"`, `<a>; title="\", <b>; rel=sunset"`},
		{"of two relations the first counts", `<a>; rel=next; rel=sunset`, `<a>; rel=next; rel=sunset`},
		{"nothing", ``, ``},
		{"commas alone", `, ,`, ``},
		{"a quote that does not end", `<a>; title="x, <b>; rel=sunset`, `<a>; title="x, <b>; rel=sunset`},
	} {
		if got := gateway.OtherLinks(row.line); got != row.want {
			t.Errorf("%s: %q, not %q", row.sentence, got, row.want)
		}
	}
}

// ends makes a version end at the clock's instant.
func (w *world) ends(successor models.Successor) func(*billing.Route) {
	return func(r *billing.Route) {
		r.Terms.DeprecatedAt, r.Terms.SunsetAt, r.Successor = w.Clock.Now().Add(-time.Hour), w.Clock.Now(), successor
	}
}
