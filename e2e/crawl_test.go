package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// No link is dead: whoever follows every link there is, menus included, from page to page, finds a page each time. All of them are
// inspected on the way.
func TestEveryLinkLeadsToAPage(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	for range 11 { // so that there are charges, refusals and a wallet that is empty
		program.Curl(t, demo.Keys.Ten, demo.InvokeURL)
	}
	for _, who := range []struct{ name, start string }{
		{"visitor", "/"}, {"provider", "/t/quotable"}, {"consumer", "/t/ten-calls-ltd"},
	} {
		t.Run(who.name, func(t *testing.T) {
			p := visit(t, demo, "Somebody")
			if who.start != "/" {
				p.open(who.start)
				p.click("Sign in as the " + who.name)
			}
			p.crawl(who.start)
		})
	}
}

// crawl follows all links from a page on, one of each kind.
func (p *person) crawl(start string) {
	p.t.Helper()
	// What differs between pages of one kind: ids, and which of several teams or APIs it is.
	several := regexp.MustCompile(`(key|sub|req|cs|web|usr|team|api|ver|plan|tu|inv|cred)_\w+|dny_[\w-]+|^/t/[^/]+|next=[^&]*`)
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
			if ours && !met[kind(path)] {
				met[kind(path)] = true
				ahead = append(ahead, path)
			}
		}
	}
}
