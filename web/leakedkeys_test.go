package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// report posts JSON as a program does, without a session.
func (m *market) report(t *testing.T, body string, header ...string) webtest.Page {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, m.Server.URL+"/leaked-keys", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	return m.Browser(t).Do(request)
}

func TestAKeyThatAProgramHasFoundIsRevoked(t *testing.T) {
	m := openMarket(t)
	m.wantAnswer(t, "before", m.Secret, http.StatusOK)
	other := models.NewKeySecret()
	mistyped := m.Secret[:len(m.Secret)-1] + "!"
	body, err := json.Marshal([]any{
		map[string]string{"token": mistyped}, other, map[string]any{"token": m.Secret, "url": "https://me:pass@code.test/acme?x=1", "type": "faregate_key", "source": "content"},
	})
	if err != nil {
		t.Fatal(err)
	}
	known := m.report(t, string(body)).Want(http.StatusAccepted)
	m.wantAnswer(t, "after", m.Secret, http.StatusUnauthorized)
	unknown := m.report(t, `["`+models.NewKeySecret()+`"]`).Want(http.StatusAccepted)
	again := m.report(t, `["`+m.Secret+`"]`).Want(http.StatusAccepted)
	nothing := m.report(t, `[{"token":"x"},null]`).Want(http.StatusAccepted)
	for _, p := range []webtest.Page{unknown, again, nothing} {
		if p.Body != known.Body || p.Header.Get("Content-Type") != known.Header.Get("Content-Type") || p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the answers differ: %q and %q", p.Body, known.Body)
		}
	}
	mails := m.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != "carl@example.test" || !strings.Contains(mails[0].Text, "https://code.test/acme (as reported") || strings.Contains(mails[0].Text, m.Secret) {
		t.Errorf("the mails are %+v", mails)
	}
}

func TestReportsThatAreNotTaken(t *testing.T) {
	m := openMarket(t)
	many := `["` + strings.Join(make([]string, 101), `","`) + `"]`
	for sentence, row := range map[string]struct {
		body   string
		header []string
		want   int
	}{
		"no JSON":                  {`[{`, nil, http.StatusBadRequest},
		"no array":                 {`{"token":"x"}`, nil, http.StatusBadRequest},
		"numbers":                  {`[1]`, nil, http.StatusBadRequest},
		"an empty array":           {`[]`, nil, http.StatusBadRequest},
		"more than a hundred":      {many, nil, http.StatusBadRequest},
		"a body that is too long":  {`["` + strings.Repeat("x", 1<<20) + `"]`, nil, http.StatusRequestEntityTooLarge},
		"a script of another site": {`["` + m.Secret + `"]`, []string{"Sec-Fetch-Site: cross-site"}, http.StatusForbidden},
		"another kind of body":     {`["` + m.Secret + `"]`, []string{"Content-Type: text/plain"}, http.StatusUnsupportedMediaType},
	} {
		if p := m.report(t, row.body, row.header...); p.Status != row.want || row.header == nil && !strings.Contains(p.Header.Get("Content-Type"), "json") {
			t.Errorf("%s: %d %s", sentence, p.Status, p.Header.Get("Content-Type"))
		}
	}
	m.wantAnswer(t, "after them", m.Secret, http.StatusOK)
}

func TestPeopleReportAKeyByAForm(t *testing.T) {
	m := openMarket(t)
	visitor := m.Browser(t)
	form := visitor.Get("/leaked-keys").Want(http.StatusOK)
	for _, typed := range []string{"", "fg_live_", m.Secret[:20], m.Secret + "0", `"><script>alert(1)</script>`} {
		p := visitor.Submit(form, "main form", "secret", typed, "place", "https://code.test/x").Want(http.StatusUnprocessableEntity)
		if !p.Has("#f-secret[aria-invalid=true]") || p.Find("#f-secret").AttrOr("value", "") != typed || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("%q is told %q", typed, p.Says("main"))
		}
	}
	known := visitor.Submit(form, "main form", "secret", " "+m.Secret+"\n").Want(http.StatusAccepted)
	unknown := visitor.Submit(form, "main form", "secret", models.NewKeySecret()).Want(http.StatusAccepted)
	if known.Says("main") != unknown.Says("main") || !strings.Contains(known.Says("[role=status]"), "does not work any more") {
		t.Errorf("%q and %q", known.Says("main"), unknown.Says("main"))
	}
	m.wantAnswer(t, "after the report", m.Secret, http.StatusUnauthorized)
	if row := m.carl.Get("/t/consumers/keys").Says("tbody tr"); !strings.Contains(row, "revoked") {
		t.Errorf("the list says %q", row)
	}
}

func TestReportsAreThrottledByAddress(t *testing.T) {
	m := openMarket(t)
	for range 30 {
		m.report(t, `["x"]`).Want(http.StatusAccepted)
	}
	p := m.report(t, `["`+m.Secret+`"]`).Want(http.StatusTooManyRequests)
	if p.Header.Get("Retry-After") != "10" || !strings.Contains(p.Header.Get("Content-Type"), "json") || !strings.Contains(p.Body, "Too many reports") {
		t.Errorf("%v %s", p.Header, p.Body)
	}
	m.Browser(t).Post("/leaked-keys", "secret", m.Secret).Want(http.StatusTooManyRequests)
	m.wantAnswer(t, "after a report that was not taken", m.Secret, http.StatusOK)
}
