package web_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

// csvOf reads a file's rows.
func csvOf(t *testing.T, body string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAdministratorsListWhatAllTeamsHave(t *testing.T) {
	m := openMarket(t)
	root, err := m.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	partner := m.addPlan(t, "name", "=Partner", "approval", "manual", "price", "0.01")
	m.end(t)
	m.carl.Post("/apis/quotes/subscribe", "team", "consumers", "plan", partner).Want(http.StatusOK)
	m.Mails(t)
	b := m.As(t, root)

	p := b.Get("/admin/apis").Want(http.StatusOK)
	if got := p.Says("tbody tr"); !strings.HasPrefix(got, "Quotes quotes, since") || !strings.Contains(got, "Providers") || !strings.Contains(got, "published") || !p.Has(`tbody a[href="/apis/quotes"]`) {
		t.Errorf("the APIs are %q", got)
	}
	if p := b.Get("/admin/apis?q=nothing&state=draft&visibility=private").Want(http.StatusOK); !strings.Contains(p.Says("main"), "No such APIs") || !p.Has(`option[value=draft][selected]`) || !p.Has(`option[value=private][selected]`) {
		t.Errorf("a filter shows %q", p.Says("main"))
	}
	if rows := csvOf(t, b.Get("/admin/apis.csv?state=nonsense").Want(http.StatusOK).Body); len(rows) != 2 || rows[1][1] != "quotes" || rows[1][5] != "published" {
		t.Errorf("the file of APIs has %q", rows)
	}

	if p := b.Get("/admin/subscriptions?team=consumers&state=requested").Want(http.StatusOK); p.Find("tbody tr").Length() != 1 || !strings.Contains(p.Says("tbody"), "Partner") {
		t.Errorf("the subscriptions are %q", p.Says("main"))
	}
	if rows := csvOf(t, b.Get("/admin/subscriptions.csv").Want(http.StatusOK).Body); len(rows) != 3 || rows[1][1] != "consumers" || rows[1][6] != "'=Partner" || rows[1][7] != "requested" || rows[2][7] != "ended" {
		t.Errorf("the file of subscriptions has %q", rows)
	}

	if p := b.Get("/admin").Want(http.StatusOK); !strings.Contains(p.Says(`a[href="/admin/requests"]`), "that wait 1 The first was made") {
		t.Errorf("administration says %q", p.Says(`a[href="/admin/requests"]`))
	}
	p = b.Get("/admin/requests").Want(http.StatusOK)
	if got := p.Says("tbody"); !strings.HasPrefix(got, "Consumers asked by Carl Consumer") || !strings.Contains(got, "=Partner of Quotes") || !strings.Contains(got, "Providers Pia Provider") {
		t.Errorf("the requests are %q", got)
	}
	if p := b.Get("/admin/requests?api=other").Want(http.StatusOK); !strings.Contains(p.Says("main"), "Nobody is waiting for this API") {
		t.Errorf("a filter shows %q", p.Says("main"))
	}
	p = b.Submit(p, "tbody form").Want(http.StatusOK)
	if !strings.Contains(p.Says(".flash"), "get a mail") || p.Has("tbody form") || !strings.Contains(p.Says("tbody"), "reminded") {
		t.Errorf("after reminding: %q", p.Says("main"))
	}
	mails := m.Mails(t)
	if len(mails) != 1 || mails[0].Recipient != "pia@example.test" || mails[0].Subject != "Consumers still waits for Quotes" || !strings.Contains(mails[0].Text, "/t/providers/requests/") {
		t.Errorf("the mails are %+v", mails)
	}
	again := b.Post("/admin/requests/ask_none/remind")
	if again.Status != http.StatusNotFound {
		t.Errorf("a request that is none is answered %d", again.Status)
	}
}
