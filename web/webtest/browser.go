package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Browser keeps cookies and follows our redirects, as a person's browser without JavaScript does.
type Browser struct {
	t      testing.TB
	app    *App
	client *http.Client
}

// Page is an answer with its document.
type Page struct {
	*goquery.Document
	t      testing.TB
	Status int
	Header http.Header
	Path   string // with the query, after redirects
	Body   string
}

// Browser opens a browser of its own.
func (a *App) Browser(t testing.TB) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{t: t, app: a, client: &http.Client{Jar: jar}}
}

// Get opens an address of the portal.
func (b *Browser) Get(path string) Page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.app.Server.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Do(r)
}

// Post sends a form's fields, given as names and values in turn.
func (b *Browser) Post(path string, fields ...string) Page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.app.Server.URL+path, strings.NewReader(values(fields).Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.Do(r)
}

// Submit fills in a form of a page, given as names and values in turn, and sends it with everything else that stands in it.
func (b *Browser) Submit(p Page, form string, fields ...string) Page {
	b.t.Helper()
	f := p.Find(form)
	if f.Length() != 1 {
		b.t.Fatalf("%s has %d forms that match %s\n%s", p.Path, f.Length(), form, p.Text())
	}
	sent := url.Values{}
	f.Find("input[name], textarea[name], select[name]").Each(func(_ int, field *goquery.Selection) {
		name, _ := field.Attr("name")
		kind, _ := field.Attr("type")
		value, _ := field.Attr("value")
		_, checked := field.Attr("checked")
		switch {
		case kind == "radio" || kind == "checkbox":
			if checked {
				sent.Add(name, value)
			}
		case goquery.NodeName(field) == "textarea":
			sent.Set(name, field.Text())
		case goquery.NodeName(field) == "select":
			value, _ = field.Find("option[selected]").Attr("value")
			sent.Set(name, value)
		default:
			sent.Set(name, value)
		}
	})
	for name, value := range values(fields) {
		sent[name] = value
	}
	action, _ := f.Attr("action")
	flat := []string{}
	for name, all := range sent {
		for _, value := range all {
			flat = append(flat, name, value)
		}
	}
	return b.Post(action, flat...)
}

// Do sends any request and reads the page that it ends at.
func (b *Browser) Do(r *http.Request) Page {
	b.t.Helper()
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	return Page{Document: doc, t: b.t, Status: answer.StatusCode, Header: answer.Header, Path: answer.Request.URL.RequestURI(), Body: string(body)}
}

// Broken sends a request and returns the error by which its answer breaks off, nil if it does not.
func (b *Browser) Broken(r *http.Request) error {
	b.t.Helper()
	answer, err := b.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// Stay makes the browser show redirects instead of following them.
func (b *Browser) Stay() *Browser {
	stay := *b.client
	stay.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Browser{t: b.t, app: b.app, client: &stay}
}

// SignUp makes an account and signs it in.
func (b *Browser) SignUp(name, email string) Page {
	b.t.Helper()
	return b.Submit(b.Get("/sign-up"), "main form", "name", name, "email", email, "password", Password).Want(http.StatusOK)
}

// NewTeam makes a team and returns its slug.
func (b *Browser) NewTeam(name string) string {
	b.t.Helper()
	p := b.Submit(b.Get("/teams/new"), "main form", "name", name).Want(http.StatusOK)
	return strings.TrimPrefix(p.Path, "/t/")
}

// Password is that of every account made by SignUp.
const Password = "correct horse battery"

// Want fails the test unless the page has the status.
func (p Page) Want(status int) Page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s answered %d, want %d:\n%s", p.Path, p.Status, status, p.Says("main"))
	}
	return p
}

// Has says whether an element matches.
func (p Page) Has(selector string) bool { return p.Find(selector).Length() > 0 }

// Says is the text of what matches, in one line.
func (p Page) Says(selector string) string {
	return strings.Join(strings.Fields(p.Find(selector).Text()), " ")
}

func values(fields []string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return v
}

// Token is the session's token that the browser has, "" for none.
func (b *Browser) Token() string { return b.Cookie("faregate_session") }

// At is Get for an address that may be whole, as a redirect has it.
func (b *Browser) At(address string) Page {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		return b.Get(address)
	}
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Do(r)
}

// Cookie is what the browser keeps for the portal under a name, "" for nothing.
func (b *Browser) Cookie(name string) string {
	home, err := url.Parse(b.app.Server.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(home) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// SetCookie has the browser keep a value for the portal.
func (b *Browser) SetCookie(name, value string) {
	home, err := url.Parse(b.app.Server.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	b.client.Jar.SetCookies(home, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}
