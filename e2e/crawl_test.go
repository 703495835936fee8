package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/e2e/program"
)

// No link is dead: whoever follows every link there is, menus included, from page to page, finds a page each time. All of them are
// inspected on the way, so that axe finds nothing serious on any page.
func TestEveryLinkLeadsToAPage(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	for range 11 { // so that there are charges, refusals and a wallet that is empty
		program.Curl(t, demo.Keys.Ten, demo.InvokeURL)
	}
	fillQuotable(t, demo)
	for _, who := range []struct {
		name, start string
		unlinked    []string // pages that a form or a mail leads to
	}{
		{"visitor", "/", []string{"/apis?q=nothing+of+the+kind", "/apis/tide-tables/v1/try/today?query-harbour=kiel&do=code"}},
		{"provider", "/t/quotable", []string{
			"/t/quotable/apis/quotes/versions/v1/deprecate?reason=It+moves&sunset_at=" + inAYear() + "&step=review",
			"/t/quotable/apis/tide-tables/versions/v2/document?state=error",
			"/t/harbour-office/apis", "/t/harbour-office/offers/fog-horn",
		}},
		{"consumer", "/t/acme-research", []string{"/apis/fog-horn", "/apis?q=tide"}},
	} {
		t.Run(who.name, func(t *testing.T) {
			t.Parallel()
			p := visit(t, demo, "Somebody")
			if who.start != "/" {
				p.open(who.start)
				p.click("Sign in as the " + who.name)
			}
			p.crawl(who.start)
			for _, path := range who.unlinked {
				p.open(path)
				p.wants(http.StatusOK)
			}
		})
	}
}

// crawl follows all links from a page on, one of each kind.
func (p *person) crawl(start string) {
	p.t.Helper()
	// What differs between pages of one kind: ids, which of several teams it is, and what a list is narrowed to.
	several := regexp.MustCompile(`(req|cs|web)_\w+|[a-z]{2,4}_[0-9a-z]{26}|dny_[\w-]+|^/t/[^/]+|=[^&]*`)
	kind := func(path string) string { return several.ReplaceAllString(path, "*") }
	ahead, met := []string{start}, map[string]bool{kind(start): true}
	for len(ahead) > 0 {
		path := ahead[0]
		ahead = ahead[1:]
		p.open(path)
		p.wants(200)
		var links []string
		p.must("read the links", p.eval(&links, "links"))
		for _, link := range links {
			path, ours := strings.CutPrefix(link, p.demo.PortalURL)
			if ours && !met[kind(path)] && !strings.HasSuffix(path, "/openapi.json") { // which is no page
				met[kind(path)] = true
				ahead = append(ahead, path)
			}
		}
	}
}

// fillQuotable gives the demo's provider APIs in every state, so that links lead to all that pages say of them: one with a document
// whose end is announced and whose next release breaks callers, with a draft that cannot be published beside it; one that is
// retired; one that is shared, blocked and offered to another team.
func fillQuotable(t *testing.T, demo *program.Demo) {
	t.Helper()
	pat, casey := signedIn(t, demo, demo.Logins.Provider), signedIn(t, demo, demo.Logins.Consumer)
	upstream := tides(t)
	document := harbourDocument(upstream)
	pat.send("/admin/categories", "name", "Weather")
	pat.send("/teams/new", "name", "Harbour Office")

	const tables = "/t/quotable/apis/tide-tables/versions/"
	pat.send("/t/quotable/apis/new", "import", pat.importText("/t/quotable/imports/new", document), "name", "Tide Tables", "upstream", upstream,
		"price", "0.25", "summary", "High and low water for any harbour", "description", "All *tides* of a month.", "tags", "sea, weather", "visibility", "public")
	pat.send(tables+"v1/publish", "note", "First tables")
	pat.send(tables+"v1/publish", "note", "The **same** once more")
	casey.send("/apis/tide-tables/subscribe", "team", "acme-research")
	if a := program.Curl(t, demo.Keys.Funded, demo.PortalURL+"/invoke/tide-tables/v1/today"); a.Status != http.StatusOK {
		t.Fatalf("a call gets %d: %s", a.Status, a.Body)
	}
	pat.send("/t/quotable/apis/tide-tables/versions/new", "name", "v2", "from", "v1")
	pat.importText(tables+"v2/document", strings.Replace(document, "/today:", "/today/{day}:", 1))
	pat.importText(tables+"v1/document", strings.Replace(document, "/today:", "/now:", 1))
	pat.send(tables+"v1/propose", "note", "Renamed")
	pat.send(tables+"v1/deprecate", "successor", "api", "successor_api", "quotes", "reason", "The harbour is closed.", "sunset_at", inAYear())

	const charts = "/t/quotable/apis/old-charts/versions/v1/"
	pat.send("/t/quotable/apis/new", "name", "Old Charts", "upstream", upstream)
	pat.send(charts + "publish")
	casey.send("/apis/old-charts/subscribe", "team", "acme-research")
	pat.send(charts+"deprecate", "reason", "They are old.")
	pat.send(charts+"retire", "confirm", "old-charts v1")

	pat.send("/t/quotable/apis/new", "name", "Fog Horn", "upstream", upstream)
	pat.send("/t/quotable/apis/fog-horn", "name", "Fog Horn", "visibility", "shared", "shared_with", "acme-research")
	pat.send("/t/quotable/apis/fog-horn/versions/v1/publish")
	pat.send("/t/quotable/apis/fog-horn/versions/v1/block", "reason", "It never stops.", "confirm", "fog-horn v1")
	pat.send("/t/quotable/apis/fog-horn/hand-over", "team", "harbour-office", "confirm", "Fog Horn")
}

// inAYear is a time as forms have it.
func inAYear() string { return time.Now().AddDate(1, 0, 0).Format("2006-01-02T15:04") }
