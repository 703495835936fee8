package markdown

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// intake is what is read of a text's HTML: nearly no attributes, for elements that differ in them can be made to multiply in
// the parser.
var intake = newIntake()

// outlet is what leaves this package: no styles, no scripts, no forms, no images, and of links those that lead to another host
// or write a mail.
var outlet = newOutlet()

// basic is what both let through.
func basic() *bluemonday.Policy {
	number := regexp.MustCompile(`^[0-9]{1,4}$`)
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "b", "i", "del", "s", "sub", "sup", "code", "pre", "kbd", "samp", "var",
		"blockquote", "ul", "ol", "li", "dl", "dt", "dd", "h2", "h3", "h4", "h5", "h6", "div", "details", "summary",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
	p.AllowAttrs("start").Matching(number).OnElements("ol")
	p.AllowAttrs("colspan", "rowspan").Matching(number).OnElements("th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	return p
}

func newIntake() *bluemonday.Policy {
	p := basic()
	p.AllowElements("h1")
	p.AllowAttrs("src", "alt").OnElements("img")
	return p
}

func newOutlet() *bluemonday.Policy {
	exactly := func(text string) *regexp.Regexp { return regexp.MustCompile("^" + regexp.QuoteMeta(text) + "$") }
	p := basic()
	p.AllowAttrs("rel").Matching(exactly(outsideLink)).OnElements("a")
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^`+anchorPrefix+`[\p{L}\p{N}-]+$`)).OnElements("h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("tabindex").Matching(exactly("0")).OnElements("pre", "div")
	p.AllowAttrs("class").Matching(exactly("scroll")).OnElements("div")
	p.AllowAttrs("class").Matching(exactly("table tight")).OnElements("table")
	p.AllowAttrs("role").Matching(exactly("region")).OnElements("div")
	p.AllowAttrs("aria-label").Matching(exactly("Table")).OnElements("div")
	return p
}
