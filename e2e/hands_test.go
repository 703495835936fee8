package e2e

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// hands fill in forms without a browser, as fast as the portal answers: they bring about what a test finds there. What a test is
// about is done by a person.
type hands struct {
	t      *testing.T
	demo   *program.Demo
	client *http.Client
}

// signedIn are the hands of somebody with a login.
func signedIn(t *testing.T, demo *program.Demo, login program.Login) hands {
	t.Helper()
	h := handsAt(t, demo)
	h.send("/sign-in", "email", login.Email, "password", login.Password)
	return h
}

// signedUp are those of somebody new.
func signedUp(t *testing.T, demo *program.Demo, name string, login program.Login) hands {
	t.Helper()
	h := handsAt(t, demo)
	h.send("/sign-up", "name", name, "email", login.Email, "password", login.Password)
	return h
}

func handsAt(t *testing.T, demo *program.Demo) hands {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return hands{t: t, demo: demo, client: &http.Client{
		Jar: jar, Timeout: program.Patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// send sends a form with fields, given as name and value by turns, and returns where it leads.
func (h hands) send(path string, fields ...string) (leadsTo string) {
	h.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, h.demo.PortalURL+path, strings.NewReader(form.Encode()))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := program.SendWith(h.client, r)
	if err != nil || a.Status != http.StatusSeeOther {
		h.t.Fatalf("the form at %s gets %d, %v:\n%s", path, a.Status, err, a.Body)
	}
	return a.Header.Get("Location")
}

// page is a page's text as it is served.
func (h hands) page(path string) string {
	h.t.Helper()
	r, err := http.NewRequest(http.MethodGet, h.demo.PortalURL+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	a, err := program.SendWith(h.client, r)
	if err != nil || a.Status != http.StatusOK {
		h.t.Fatalf("the page at %s has %d, %v", path, a.Status, err)
	}
	return a.Body
}

// importText sends a document to a form for one, waits until it is imported, and returns the import's id.
func (h hands) importText(path, document string) (id string) {
	h.t.Helper()
	progress := h.send(path, "text", document)
	program.Await(h.t, "the document is imported", func() string {
		if body := h.page(progress); !strings.Contains(body, "is imported") {
			return body
		}
		return ""
	})
	return progress[strings.LastIndex(progress, "/")+1:]
}
