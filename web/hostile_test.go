package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// A text that does harm wherever it is not written as text: between tags, in an attribute, in a template.
const hostile = `"'><script>fg()</script><img src=x onerror=fg()>{{7*7}}`

// sweep goes through the portal as several people do, from link to link and from form to form.
type sweep struct {
	app    *webtest.App
	people map[string]*webtest.Browser
	forms  map[string]sweptForm
	t      *testing.T
}

// sweptForm is a form that somebody came by.
type sweptForm struct {
	who, page, action string
	fields            url.Values // as the page has filled it in
	texts             []string   // the fields that take any text
}

// several is what differs between the pages and forms of one kind.
var several = regexp.MustCompile(`/(key|sub|req|usr|api|plan|inv|ann|whk|dlv|ses|join|rev|tok)_[\w-]+|/dny_[\w-]+|/s-\w{20,}|[?].*`)

// pages are all pages that somebody comes to by links, one of each kind.
func (s *sweep) pages(b *webtest.Browser, starts ...string) []webtest.Page {
	var pages []webtest.Page
	met := map[string]bool{}
	for ahead := starts; len(ahead) > 0; ahead = ahead[1:] {
		kind := several.ReplaceAllString(ahead[0], "/*")
		if met[kind] {
			continue
		}
		met[kind] = true
		p := b.Get(ahead[0])
		if p.Status >= http.StatusInternalServerError {
			s.t.Errorf("%s answers %d", ahead[0], p.Status)
		}
		pages = append(pages, p)
		p.Find("a[href]").Each(func(_ int, link *goquery.Selection) {
			if href := link.AttrOr("href", ""); strings.HasPrefix(href, "/") {
				ahead = append(ahead, href)
			}
		})
	}
	return pages
}

// survey finds the forms that everybody comes by now, and looks at each page on the way.
func (s *sweep) survey(starts ...string) {
	for _, who := range slices.Sorted(maps.Keys(s.people)) {
		for _, p := range s.pages(s.people[who], starts...) {
			s.harmless(p)
			p.Find("form[method=post]").Each(func(_ int, form *goquery.Selection) {
				f := sweptForm{who: who, page: p.Path, action: form.AttrOr("action", p.Path), fields: url.Values{}}
				f.fields, f.texts = fieldsOf(form)
				if kind := who + several.ReplaceAllString(f.action, "/*"); len(f.texts) > 0 {
					s.forms[kind] = f
				}
			})
		}
	}
}

// fieldsOf are the fields of a form with what stands in them, and the names of those that take any text.
func fieldsOf(form *goquery.Selection) (fields url.Values, texts []string) {
	fields = url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, field *goquery.Selection) {
		name, value := field.AttrOr("name", ""), field.AttrOr("value", "")
		_, checked := field.Attr("checked")
		switch kind := field.AttrOr("type", ""); {
		case kind == "radio" || kind == "checkbox":
			if !checked {
				return
			}
		case goquery.NodeName(field) == "textarea":
			value = field.Text()
			texts = append(texts, name)
		case goquery.NodeName(field) == "select":
			value = field.Find("option[selected]").AttrOr("value", field.Find("option").AttrOr("value", ""))
		case kind != "hidden":
			texts = append(texts, name)
		}
		fields.Add(name, value)
	})
	return fields, texts
}

// harmless fails the test if the hostile text has become a part of a document.
func (s *sweep) harmless(p webtest.Page) {
	s.t.Helper()
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		return
	}
	if p.Find("img[src=x], [onerror]").Length() > 0 || strings.Contains(p.Find("script").Text(), "fg()") {
		s.t.Errorf("%s has taken a text for markup", p.Path)
	}
	p.Find("[href], [src], [action], [formaction]").Each(func(_ int, e *goquery.Selection) {
		for _, name := range []string{"href", "src", "action", "formaction"} {
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(e.AttrOr(name, ""))), "javascript:") {
				s.t.Errorf("%s leads to a script", p.Path)
			}
		}
	})
}

// send sends a form with one field replaced. What a page leaves empty, and what has to be new, is given something right.
func (s *sweep) send(f sweptForm, field, text string) webtest.Page {
	right := map[string]string{
		"name": "Sample", "label": "Sample", "email": models.NewID("m") + "@example.test", "slug": strings.ReplaceAll(models.NewID("s"), "_", "-"),
		"upstream_url": "https://up.example.test", "url": "https://hooks.example.test/in", "price": "0.01", "summary": "A sample",
		"title": "Sample", "text": "Sample", "note": "Sample", "reason": "Sample", "password": webtest.Password, "amount": "1",
	}
	fields := maps.Clone(f.fields)
	for name := range fields {
		if fields.Get(name) == "" && right[name] != "" {
			fields[name] = []string{right[name]}
		}
	}
	fields[field] = []string{text}
	flat := []string{}
	for name, values := range fields {
		for _, value := range values {
			flat = append(flat, name, value)
		}
	}
	return s.people[f.who].Post(f.action, flat...)
}

// ends says whether a form's success takes something away that the others need: those come last.
func (f sweptForm) ends() bool {
	return regexp.MustCompile(`/(delete|end|off|remove|revoke|leave|suspend|owner|second-factor|administrator|password|sign-out|rotate|secret)$`).MatchString(f.action)
}

// newSweep is the portal of a world with an administrator, and where everybody starts.
func newSweep(t *testing.T) (s *sweep, starts []string) {
	app, _, root := rooted(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	s = &sweep{app: app, t: t, forms: map[string]sweptForm{}, people: map[string]*webtest.Browser{
		"a visitor": app.Browser(t), "the administrator": root, "the consumer": app.As(t, w.Consumer), "the provider": app.As(t, w.Provider),
	}}
	return s, []string{"/", "/account", "/t/consumers", "/t/providers", "/admin", "/outbox", "/t/providers/apis/quotes", "/billing/top-up?team=consumers"}
}

// typedAgain says whether some field of a page has a text in it.
func typedAgain(p webtest.Page, text string) (found bool) {
	p.Find("main input, main textarea").Each(func(_ int, field *goquery.Selection) {
		found = found || field.AttrOr("value", field.Text()) == text
	})
	return found
}

// Every text field of every form that there is, filled with markup: what is refused stands in its field again, as the text
// that it is; what is taken is shown so by every page, to everybody, and by every mail.
func TestNoTextFieldBecomesMarkup(t *testing.T) {
	s, starts := newSweep(t)
	secret := []string{"password", "code", "credential_value", "file"} // what is typed or chosen there is never sent back
	refused, taken := 0, 0
	for _, last := range []bool{false, true} {
		s.survey(starts...)
		for _, kind := range slices.Sorted(maps.Keys(s.forms)) {
			f := s.forms[kind]
			if f.ends() != last {
				continue
			}
			for _, field := range f.texts {
				p := s.send(f, field, hostile)
				s.harmless(p)
				switch {
				case p.Status >= http.StatusInternalServerError:
					t.Errorf("%s answers %d to markup in %s", f.action, p.Status, field)
				case p.Status < http.StatusBadRequest:
					taken++
				case p.Status == http.StatusUnprocessableEntity:
					refused++
					if !typedAgain(p, hostile) && !slices.Contains(secret, field) {
						t.Errorf("%s loses what was typed as its %s", f.action, field)
					}
				}
			}
		}
		s.survey(starts...)
	}
	if refused < 90 || taken < 20 {
		t.Errorf("of the fields that were swept %d refused the text and %d took it", refused, taken)
	}
	for _, m := range s.app.Mails(t) {
		if strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "<img src=x") {
			t.Errorf("the mail %q has taken a text for markup", m.Subject)
		}
	}
}
