package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/webtest"
)

// office is a portal with an administrator, and a team that has a dollar of promotional credit.
type office struct {
	*webtest.App
	w    storetest.World
	root *webtest.Browser
}

// newOffice is one whose last process was killed after it had settled calls at the test's price, before it could confirm
// that their answers went out.
func newOffice(t *testing.T, unconfirmed int, options ...webtest.Option) (o office, ids []string) {
	t.Helper()
	dir, clock := t.TempDir(), modeltest.NewClock(time.Time{})
	killed := storetest.OpenIn(t, dir, clock)
	w := storetest.Fill(t, killed, "https://quotes.example.test", webtest.Price)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := killed.GrantCredit(t.Context(), models.System, models.Gift{TeamID: w.ConsumerTeam.ID, Key: "welcome", Reason: "Welcome", Amount: models.Unit})
	must(err)
	root, err := killed.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	must(err)
	var calls []*models.Call
	for i := range unconfirmed {
		calls = append(calls, &models.Call{
			ID: models.CallIDAt(clock.Now()) + models.CallID(i), TeamID: w.ConsumerTeam.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID,
			KeyID: w.Key.ID, Method: "GET", Path: "/random", Status: 200, Charge: webtest.Price,
		})
		ids = append(ids, calls[i].ID.String())
	}
	if unconfirmed > 0 {
		_, err = killed.SettleCalls(t.Context(), calls, nil)
		must(err)
	}
	app := webtest.NewIn(t, dir, append(options, webtest.Serve)...)
	return office{app, w, app.As(t, root)}, ids
}

func (o office) balance(t *testing.T) models.Nano {
	t.Helper()
	wallet, err := o.Store.Wallet(t.Context(), o.w.ConsumerTeam.ID)
	if err != nil {
		t.Fatal(err)
	}
	return wallet.Balance
}

// rows are the lines of a page's tables, with bars between the cells.
func rows(p webtest.Page) (lines []string) {
	p.Find("tbody tr").Each(func(_ int, tr *goquery.Selection) {
		var cells []string
		tr.Find("th, td").Each(func(_ int, cell *goquery.Selection) {
			cells = append(cells, strings.Join(strings.Fields(cell.Text()), " "))
		})
		lines = append(lines, strings.Join(cells, " | "))
	})
	return lines
}

// proven starts a proof and waits for its page.
func (o office) proven(t *testing.T) webtest.Page {
	t.Helper()
	p := o.root.Submit(o.root.Get("/admin/proof"), `form[action="/admin/proof"]`).Want(http.StatusOK)
	for p.Has("progress") {
		if t.Context().Err() != nil {
			t.Fatal("the proof does not end")
		}
		p = o.root.Get("/admin/proof").Want(http.StatusOK)
	}
	return p
}

func TestTheProofPageTicksOrNamesEachCent(t *testing.T) {
	o, _ := newOffice(t, 0)
	settle(t, o.App, o.w, webtest.Price)
	if p := o.root.Get("/admin/proof"); !strings.Contains(p.Says(".notice"), "not proven yet") || p.Has(".checks .tone-positive") {
		t.Errorf("before a proof the page says %q", p.Says("main"))
	}
	if p := o.root.Get("/admin"); !strings.Contains(p.Says(".figures"), "Not proven yet") {
		t.Errorf("the first page says %q", p.Says("main"))
	}
	p := o.proven(t)
	if p.Find(".checks .tone-positive").Length() != len(models.ProofChecks) || !strings.Contains(p.Says(".notice"), "The money is right") {
		t.Errorf("after a proof the page says %q", p.Says("main"))
	}
	if !strings.Contains(p.Says(".checks .tone-neutral"), "The ledger equals Stripe. Not compared yet") {
		t.Errorf("of Stripe the page says %q", p.Says(".checks .tone-neutral"))
	}
	err := o.Store.SaveProof(t.Context(), models.Proof{
		At: o.Clock.Now(), Left: 4, WrittenOff: models.WriteOffs{Amount: webtest.Price, Calls: 2, Last: models.CallIDAt(o.Clock.Now())},
		Findings: []models.Finding{
			{Check: models.CheckWallets, TeamID: o.w.ConsumerTeam.ID, Subject: "balance", Amount: -1},
			{Check: models.CheckQuotas, TeamID: o.w.ConsumerTeam.ID, Subject: "Quotes", Calls: 3},
			{Check: models.CheckWriteOffs, Subject: "closed hours", Amount: 5},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	p = o.root.Get("/admin/proof")
	for _, want := range []string{"7 things cannot be explained", "4 more findings", "$0.02 for 2 calls"} {
		if !strings.Contains(p.Says("main"), want) {
			t.Errorf("the page does not say %q: %q", want, p.Says("main"))
		}
	}
	if diff := cmp.Diff([]string{"Consumers | balance | −$0.000000001", "Consumers | Quotes | 3 calls", "The portal | closed hours | +$0.000000005"}, rows(p)); diff != "" {
		t.Error(diff)
	}
	if p.Find(".checks > .tone-danger").Length() != 3 || !p.Has(`.checks a[href="/admin/teams/consumers/wallet"]`) {
		t.Errorf("%d sentences are not true", p.Find(".checks > .tone-danger").Length())
	}
	if p := o.root.Get("/admin"); !strings.Contains(p.Says(".figure.low"), "7 things cannot be explained") {
		t.Errorf("the first page says %q", p.Says("main"))
	}
}

func TestUnconfirmedCallsAreRefundedOnceAfterAsking(t *testing.T) {
	calm, _ := newOffice(t, 0)
	if p := calm.root.Get("/admin/unconfirmed"); !strings.Contains(p.Says(".empty-state"), "No call is in doubt") {
		t.Errorf("without a crash the page says %q", p.Says("main"))
	}
	o, ids := newOffice(t, 3)
	if p := o.root.Get("/admin"); !strings.Contains(p.Says(".figure.low"), "Unconfirmed calls 3") {
		t.Errorf("the first page says %q", p.Says("main"))
	}
	list := o.root.Get("/admin/unconfirmed").Want(http.StatusOK)
	for _, want := range []string{ids[0], "Consumers", "Quotes", "GET /random", "not refunded", "$0.02"} {
		if !strings.Contains(list.Says("tbody"), want) {
			t.Errorf("the list does not say %q: %q", want, list.Says("tbody"))
		}
	}
	one := o.root.Get(list.Find("tbody tr .btn").First().AttrOr("href", "")).Want(http.StatusOK)
	if before := o.balance(t); before != models.Unit-3*webtest.Price || !strings.Contains(one.Says("h1"), "Refund 1 call?") {
		t.Errorf("asking has moved money, %s, or says %q", before.Decimal(2), one.Says("h1"))
	}
	all := o.root.Get(list.Find(".page-head .btn").AttrOr("href", "")).Want(http.StatusOK)
	if !strings.Contains(all.Says("main"), "$0.06 goes back") {
		t.Errorf("asked for all, the page says %q", all.Says("main"))
	}
	if p := o.root.Submit(one, "main form"); p.Path != "/admin/unconfirmed" || !strings.Contains(p.Says(".flash"), "1 call refunded") || !strings.Contains(p.Says("tbody"), "by Root") {
		t.Errorf("after one refund: %q", p.Says("main"))
	}
	if p := o.root.Submit(all, "main form"); !strings.Contains(p.Says(".flash"), "2 calls refunded. 1 other had been refunded before.") {
		t.Errorf("after all: %q", p.Says(".flash"))
	}
	if p := o.root.Submit(all, "main form"); !strings.Contains(p.Says(".flash"), "This was refunded before.") {
		t.Errorf("a double click says %q", p.Says(".flash"))
	}
	if p := o.root.Get("/admin/unconfirmed/refund?calls=" + strings.Join(ids, ",")); !strings.Contains(p.Says(".flash"), "refunded before") {
		t.Errorf("asked again: %q", p.Says("main"))
	}
	if o.balance(t) != models.Unit || o.proven(t).Find(".checks .tone-positive").Length() != len(models.ProofChecks) {
		t.Errorf("the wallet has %s", o.balance(t).Decimal(2))
	}
	if p := o.As(t, o.w.Consumer).Get("/t/consumers/wallet"); !strings.Contains(p.Says("tbody"), "Refund of the call "+ids[0]) {
		t.Errorf("the statement says %q", p.Says("tbody"))
	}
	for _, calls := range []string{"", "nonsense", ids[0] + ","} {
		o.root.Get("/admin/unconfirmed/refund?calls=" + calls).Want(http.StatusBadRequest)
		o.root.Post("/admin/unconfirmed/refund", "calls", calls).Want(http.StatusBadRequest)
	}
	o.root.Get("/admin/unconfirmed/refund?calls=" + models.CallID(5).String()).Want(http.StatusNotFound)
}

func TestCorrectionsAreBookedOnceWithTheirReason(t *testing.T) {
	o, _ := newOffice(t, 0)
	const wallet = "/admin/teams/consumers/wallet"
	form := o.root.Get(wallet).Want(http.StatusOK)
	bad := o.root.Submit(form, "aside form", "amount", "-1", "reason", " ").Want(http.StatusUnprocessableEntity)
	if !bad.Has("#f-amount-error") || !bad.Has("#f-reason-error") || bad.Find("#f-amount").AttrOr("value", "") != "-1" {
		t.Errorf("bad input is told as %q", bad.Says(".error-summary"))
	}
	o.root.Submit(form, "aside form", "direction", "both", "amount", "1", "reason", "x").Want(http.StatusUnprocessableEntity)
	o.root.Post("/admin/teams/nobody/wallet", "amount", "1").Want(http.StatusNotFound)

	for range 2 {
		p := o.root.Submit(form, "aside form", "direction", "credit", "amount", "0.5", "reason", "Charged twice").Want(http.StatusOK)
		if !strings.Contains(p.Says(".flash"), "Consumers was given $0.50") && !strings.Contains(p.Says(".flash"), "booked already") {
			t.Errorf("a credit says %q", p.Says(".flash"))
		}
	}
	form = o.root.Get(wallet)
	refused := o.root.Submit(form, "aside form", "direction", "debit", "amount", "1.51", "reason", "Too much").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.Says("#f-amount-error"), "Consumers has $1.50 available") || refused.Find(`option[value="debit"][selected]`).Length() != 1 {
		t.Errorf("a debit that is too large says %q", refused.Says(".error-summary"))
	}
	var clicks sync.WaitGroup
	for range 2 { // a double click, of all that is there
		clicks.Go(func() {
			o.root.Submit(refused, "aside form", "amount", "1.50", "reason", "Paid back by bank").Want(http.StatusOK)
		})
	}
	clicks.Wait()
	if o.balance(t) != 0 || o.proven(t).Find(".checks .tone-positive").Length() != len(models.ProofChecks) {
		t.Errorf("the wallet has %s", o.balance(t).Decimal(2))
	}
	statement := o.root.Get(wallet)
	if diff := cmp.Diff([]string{
		"22 Nov 09:30:00 | Paid back by bank Correction by an administrator | −$1.50 | $0.00",
		"22 Nov 09:30:00 | Charged twice Correction by an administrator | +$0.50 | $1.50",
		"22 Nov 09:30:00 | Welcome Promotional credit, spent before paid credit | +$1.00 | $1.00",
	}, rows(statement)); diff != "" {
		t.Error(diff)
	}
	if p := o.As(t, o.w.Consumer).Get("/t/consumers/wallet"); !strings.Contains(p.Says("tbody"), "Paid back by bank") {
		t.Errorf("the team reads %q", p.Says("tbody"))
	}
	funds, err := o.Accounts.Funds(context.Background(), o.w.ConsumerTeam.ID)
	if err != nil || funds.Balance != 0 || funds.Held != 0 {
		t.Errorf("left in memory: %+v, %v", funds, err)
	}
	if !o.root.Get(wallet + "?after=1").Has("a[href='" + wallet + "']") {
		t.Error("there is no way back to the first page")
	}
}
