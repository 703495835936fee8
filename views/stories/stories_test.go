package stories_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/faregate/faregate/static"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/stories"
	"github.com/faregate/faregate/web/paths"
)

// forEach runs one check on every story, each as a test of its own.
func forEach(t *testing.T, check func(t *testing.T, doc *goquery.Document)) {
	for _, s := range stories.All() {
		t.Run(s.Name, func(t *testing.T) {
			var page bytes.Buffer
			if err := s.Component.Render(context.Background(), &page); err != nil {
				t.Fatal(err)
			}
			doc, err := goquery.NewDocumentFromReader(&page)
			if err != nil {
				t.Fatal(err)
			}
			check(t, doc)
		})
	}
}

func html(s *goquery.Selection) string {
	out, _ := goquery.OuterHtml(s)
	if len(out) > 160 {
		out = out[:160] + "…"
	}
	return out
}

func TestEveryPageHasOneHeadingATitleAndAMain(t *testing.T) {
	forEach(t, func(t *testing.T, doc *goquery.Document) {
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%d h1 elements, want 1", n)
		}
		if title := doc.Find("head title").Text(); strings.TrimSpace(strings.TrimSuffix(title, "· Faregate")) == "" {
			t.Errorf("title %q says nothing", title)
		}
		if doc.Find("main#main").Length() != 1 {
			t.Error("no main element for the skip link")
		}
	})
}

func TestThePolicyForbidsNothingThatIsUsed(t *testing.T) {
	forEach(t, func(t *testing.T, doc *goquery.Document) {
		doc.Find("[style], style").Each(func(_ int, s *goquery.Selection) { t.Errorf("inline style: %s", html(s)) })
		doc.Find("script").Each(func(_ int, s *goquery.Selection) {
			if s.AttrOr("nonce", "") == "" || s.AttrOr("src", "") == "" {
				t.Errorf("script without nonce or source: %s", html(s))
			}
		})
		doc.Find("*").Each(func(_ int, s *goquery.Selection) {
			for _, a := range s.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
					t.Errorf("inline handler %s: %s", a.Key, html(s))
				}
			}
		})
		doc.Find("a[href], link[href]:not([rel=canonical]), script[src], img[src], form[action], use[href]").Each(func(_ int, s *goquery.Selection) {
			for _, name := range []string{"href", "src", "action"} {
				if goquery.NodeName(s) == "img" && strings.HasPrefix(s.AttrOr(name, ""), "data:image/png;base64,") {
					continue // the policy has "img-src data:"
				}
				if goquery.NodeName(s) == "a" && s.AttrOr("rel", "") == "nofollow ugc noopener" {
					continue // a provider's link, which says so
				}
				u, err := url.Parse(s.AttrOr(name, ""))
				if u != nil && u.Scheme == "mailto" {
					continue // where people get help
				}
				if err != nil || u.Scheme != "" || u.Host != "" {
					t.Errorf("leads to another host: %s", html(s))
				}
			}
		})
	})
}

func TestEveryControlHasANameAndEveryErrorItsField(t *testing.T) {
	forEach(t, func(t *testing.T, doc *goquery.Document) {
		doc.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
			if s.AttrOr("type", "") == "hidden" {
				return
			}
			id := s.AttrOr("id", "")
			if s.Closest("label").Length() == 0 && (id == "" || doc.Find(`label[for="`+id+`"]`).Length() != 1) {
				t.Errorf("no label: %s", html(s))
			}
			if s.AttrOr("aria-invalid", "") == "true" && doc.Find("#"+id+"-error").Length() != 1 {
				t.Errorf("invalid without a reason: %s", html(s))
			}
			for described := range strings.FieldsSeq(s.AttrOr("aria-describedby", "")) {
				if doc.Find("#"+described).Length() != 1 {
					t.Errorf("described by %q, which is not there: %s", described, html(s))
				}
			}
		})
		doc.Find(".error-summary a").Each(func(_ int, s *goquery.Selection) {
			if doc.Find(s.AttrOr("href", "#")).Length() != 1 {
				t.Errorf("the summary links to no field: %s", html(s))
			}
		})
		doc.Find("button, a").Each(func(_ int, s *goquery.Selection) {
			if strings.TrimSpace(s.Text()) == "" && s.AttrOr("aria-label", "") == "" {
				t.Errorf("no name: %s", html(s))
			}
		})
		seen := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
			if id := s.AttrOr("id", ""); seen[id] {
				t.Errorf("id %q is there twice", id)
			} else {
				seen[id] = true
			}
		})
	})
}

func TestEveryIconIsInTheSprite(t *testing.T) {
	forEach(t, func(t *testing.T, doc *goquery.Document) {
		doc.Find("use").Each(func(_ int, s *goquery.Selection) {
			file, name, _ := strings.Cut(s.AttrOr("href", ""), "#")
			if file != static.URL(static.Icons) || !static.HasIcon(name) {
				t.Errorf("no icon %q in %s", name, file)
			}
		})
	})
}

func TestFormsWorkWithoutScript(t *testing.T) {
	forEach(t, func(t *testing.T, doc *goquery.Document) {
		doc.Find("form").Each(func(_ int, s *goquery.Selection) {
			if s.AttrOr("method", "") == "dialog" || s.Closest("[hidden]").Length() > 0 { // the latter is for who has scripts
				return
			}
			if s.AttrOr("action", "") == "" {
				t.Errorf("no action: %s", html(s))
			}
			if s.AttrOr("method", "") == "post" && s.Find("button[type=submit], .form-actions a").Length() == 0 {
				t.Errorf("nothing to press: %s", html(s))
			}
		})
	})
}

func TestOnePrimaryActionAtMost(t *testing.T) {
	forEach(t, func(t *testing.T, doc *goquery.Document) {
		if n := doc.Find("main .btn.primary").Length(); n > 1 {
			t.Errorf("%d primary actions", n)
		}
	})
}

func TestEmptyPagesSayWhatToDoNext(t *testing.T) {
	forEach(t, func(t *testing.T, doc *goquery.Document) {
		doc.Find(".empty-state").Each(func(_ int, s *goquery.Selection) {
			if s.Find(".actions a").Length() == 0 {
				t.Errorf("an empty page without a next step: %s", html(s))
			}
		})
	})
}

func TestTheChosenThemeIsOnTheDocument(t *testing.T) {
	for theme, want := range map[layout.Theme]string{layout.ThemeSystem: "", layout.ThemeLight: "light", layout.ThemeDark: "dark"} {
		var page bytes.Buffer
		if err := stories.In(theme)[0].Component.Render(context.Background(), &page); err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(&page)
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Find("html").AttrOr("class", ""); got != want {
			t.Errorf("theme %s: class %q, want %q", theme, got, want)
		}
	}
}

func TestHandlerServesTheListAndEachStory(t *testing.T) {
	h := stories.Handler(static.Handler())
	for path, want := range map[string]int{
		paths.Stories: 200, paths.Story("landing"): 200, paths.Story("landing") + "?theme=dark": 200, paths.Story("nothing"): 404, static.URL(static.Icons): 200,
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want {
			t.Errorf("GET %s answers %d, want %d", path, w.Code, want)
		}
	}
}

func TestTheReceiptSaysTheSameInBothParts(t *testing.T) {
	mail := stories.Receipt()
	var page bytes.Buffer
	if err := mail.HTML().Render(context.Background(), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&page)
	if err != nil {
		t.Fatal(err)
	}
	for _, fact := range []string{mail.Team, mail.Amount.Exact(), mail.Balance.String(), mail.TopUpID, mail.PaymentID, "No card was charged"} {
		if !strings.Contains(mail.Text(), fact) || !strings.Contains(doc.Find("body").Text(), fact) {
			t.Errorf("%q is missing in a part", fact)
		}
	}
	if doc.Find("img, script, link").Length() != 0 {
		t.Error("a mail loads nothing")
	}
}
