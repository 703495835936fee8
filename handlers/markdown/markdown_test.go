package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/faregate/faregate/handlers/markdown"
)

func TestPage(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing is nothing", " \n", ""},
		{"words are a paragraph", "Quotations & more", "<p>Quotations &amp; more</p>"},
		{"the highest heading stands below the page's, with an anchor", "# First steps", `<h2 id="about-first-steps">First steps</h2>`},
		{"a text may begin lower", "### First", `<h2 id="about-first">First</h2>`},
		{"no level is left out", "# A\n\n#### B", `<h2 id="about-a">A</h2>` + "\n" + `<h3 id="about-b">B</h3>`},
		{"the same words twice are two anchors", "# A\n\n# A", `<h2 id="about-a">A</h2>` + "\n" + `<h2 id="about-a-2">A</h2>`},
		{"a heading of signs has no anchor", "# ?!", `<h2>?!</h2>`},
		{"links are somebody else's", "[docs](https://docs.example)", `<p><a href="https://docs.example" rel="nofollow ugc noopener">docs</a></p>`},
		{"addresses are links", "see https://docs.example", `<p>see <a href="https://docs.example" rel="nofollow ugc noopener">https://docs.example</a></p>`},
		{"mail may be written", "<a@b.example>", `<p><a href="mailto:a@b.example" rel="nofollow ugc noopener">a@b.example</a></p>`},
		{"links into our pages are words", "[x](/t/acme/keys) [y](keys) [z](#main) [u](//evil.example)", "<p>x y z u</p>"},
		{"links without a host are words", "[x](http:/t/acme/keys) [y](https:///x) [z](http:)", "<p>x y z</p>"},
		{"links that run something are words", "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html;base64,PHA+)", "<p>x y z</p>"},
		{"an image is a link", "![the parts](https://img.example/a.png)", `<p><a href="https://img.example/a.png" rel="nofollow ugc noopener">the parts</a></p>`},
		{"an image in a link is its words", "[![build](https://img.example/a.png)](https://ci.example)", `<p><a href="https://ci.example" rel="nofollow ugc noopener">build</a></p>`},
		{"an image of our own host is words", "![x](/apis/quotes/logo)", "<p>x</p>"},
		{"harmless HTML is kept", "<p>One <code>x</code></p><ul><li>two</ul>", "<p>One <code>x</code></p><ul><li>two</li></ul>"},
		{"HTML cannot end what is around it", "</p></div></section></main><p>x", "<p></p><p>x</p>"},
		{"HTML that is left open is closed", "<strong>x", "<p><strong>x</strong></p>"},
		{"scripts and styles go with what is in them", "a<script>alert(1)</script><style>p{}</style>b", "<p>ab</p>"},
		{"attributes go", `<p onclick="x()" style="color:red" class="btn" id="main">x</p>`, "<p>x</p>"},
		{"forms go", `<form action="https://evil.example"><input name="password"><button>Sign in</button></form>`, "Sign in"},
		{"frames go", `<iframe src="https://evil.example">x</iframe>y`, "y"},
		{"drawings go", "<svg><style><img src=x onerror=alert(1)></style></svg>", "<p></p>"},
		{"a table scrolls by itself", "| a |\n|---|\n| 1 |", `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table class="table tight">` +
			"\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table></div>"},
		{"code can be scrolled by keyboard", "```json\n{}\n```", "<pre tabindex=\"0\"><code>{}\n</code></pre>"},
		{"bytes that are no text are marked", "a\xff", "<p>a\uFFFD</p>"},
		{"what nobody writes by hand is shown as it is", strings.Repeat("> ", 60) + "x", `<pre tabindex="0">` + strings.Repeat("&gt; ", 60) + "x</pre>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := markdown.Page(tc.text, 2); got != tc.want {
				t.Errorf("%q\nbecomes %s\nwant    %s", tc.text, got, tc.want)
			}
		})
	}
}

func TestPart(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing is nothing", " \n", ""},
		{"a line of words is a paragraph", "The person's name, at most 80 characters.", "<p>The person&#39;s name, at most 80 characters.</p>"},
		{"Markdown is read", "The `name`", "<p>The <code>name</code></p>"},
		{"headings are paragraphs in bold, without anchors", "# Notes\n\nx", "<p><strong>Notes</strong></p>\n<p>x</p>"},
		{"a list that begins with a number is a list", "1. x", "<ol>\n<li>x</li>\n</ol>"},
		{"an address in a line of words is a link", "See www.example.org", `<p>See <a href="http://www.example.org" rel="nofollow ugc noopener">www.example.org</a></p>`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := markdown.Part(tc.text); got != tc.want {
				t.Errorf("%q\nbecomes %s\nwant    %s", tc.text, got, tc.want)
			}
		})
	}
}

func TestATextThatIsTooLongIsCutAndSaysSo(t *testing.T) {
	got := markdown.Page(strings.Repeat("é ", 1<<20), 2)
	if len(got) > 256<<10 || !strings.Contains(got, "too long to be shown") || strings.Contains(got, "\uFFFD") {
		t.Errorf("%d bytes, ending %q", len(got), got[len(got)-100:])
	}
}

// What leaves the package is of few elements and attributes, links to nothing that runs, and is closed wherever it is put:
// whatever goes in.
func FuzzPage(f *testing.F) {
	for _, s := range []string{
		"# a\n\n[b](http://c \"d\")\n\n|a|\n|-|\n|b|", `<a href="java&#10;script:alert(1)">x</a>`, "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
		"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "</div><h1 id=main>", "<!--><img src=x onerror=alert(1)>-->", "![a](javascript:alert(1))",
		"<table><a href=http://x><td>", "<details open><summary><h1>x", "<b><p></b></p><li><ol start=9>", "<svg><a xlink:href=javascript:alert(1)><text>x", "&lt;script&gt;alert(1)&lt;/script&gt;",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, made := range []string{markdown.Page(text, 3), markdown.Part(text)} {
			if why := unsafe(made); why != "" {
				t.Errorf("%q becomes %q: %s", text, made, why)
			}
		}
	})
}

var elements = strings.Fields("p br hr em strong b i del s sub sup code pre kbd samp var blockquote ul ol li dl dt dd h2 h3 h4 h5 h6 div details summary " +
	"table caption thead tbody tfoot tr th td a")

// unsafe says why HTML should not have left the package, or nothing.
func unsafe(made string) string {
	doc, err := html.Parse(strings.NewReader("<!DOCTYPE html><body><main>" + made + "</main><footer></footer>"))
	if err != nil {
		return err.Error()
	}
	body := doc.LastChild.LastChild
	if n := body.FirstChild; n.DataAtom != atom.Main || n.NextSibling == nil || n.NextSibling.DataAtom != atom.Footer || n.NextSibling.NextSibling != nil {
		return "it changes the page around it"
	}
	for n := range body.FirstChild.Descendants() {
		if n.Type == html.TextNode {
			continue
		}
		if n.Type != html.ElementNode || n.Namespace != "" || !slices.Contains(elements, n.Data) {
			return "it has <" + n.Data + ">"
		}
		rel := false
		for _, a := range n.Attr {
			switch a.Key {
			case "class", "tabindex", "role", "aria-label", "start", "colspan", "rowspan":
			case "rel":
				rel = a.Val == "nofollow ugc noopener"
			case "id":
				if !strings.HasPrefix(a.Val, "about-") {
					return "it has the id " + a.Val
				}
			case "href":
				if !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "mailto:") {
					return "it links to " + a.Val
				}
			default:
				return "it has the attribute " + a.Key
			}
		}
		if n.DataAtom == atom.A && !rel {
			return "a link does not say that it is somebody else's"
		}
	}
	return ""
}
