package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// A request rings at the provider's, its answer at the applicant's, and both are led to what they can do about it.
func TestABellRingsOnBothSides(t *testing.T) {
	m := openMarket(t)
	partner := m.addPlan(t, "name", "Partner", "approval", "manual", "price", "0.01")
	m.end(t)
	m.pia.Post("/notifications/read", "up_to", "ntf_zzz").Want(http.StatusOK)
	if m.pia.Get("/apis").Has("#bell .bell-count") {
		t.Error("the bell rings though all is read")
	}
	m.carl.Post("/apis/quotes/subscribe", "team", "consumers", "plan", partner).Want(http.StatusOK)
	if p := m.pia.Get("/apis"); p.Says("#bell") != "Notifications 1 unread" || linkIn(p, "#bell") != "/notifications" {
		t.Errorf("the bell says %q", p.Says("#bell"))
	}
	list := m.pia.Get("/notifications").Want(http.StatusOK)
	if row := list.Says(".told .unread"); !strings.Contains(row, "Consumers asks for Quotes") || !strings.Contains(row, "Providers") {
		t.Errorf("the row says %q", row)
	}
	request := m.pia.Get(linkIn(list, ".told .unread a")).Want(http.StatusOK)
	if !strings.HasPrefix(request.Path, "/t/providers/requests/ask_") || request.Has("#bell .bell-count") {
		t.Errorf("it leads to %s, and the bell says %q", request.Path, request.Says("#bell"))
	}
	m.carl.Post("/notifications/read", "up_to", "ntf_zzz").Want(http.StatusOK)
	m.pia.Post(request.Path, "answer", "approve").Want(http.StatusOK)
	list = m.carl.Get("/notifications?kind=subscription.answered&state=unread").Want(http.StatusOK)
	if row := list.Says(".told"); !strings.Contains(row, "Providers approved your request for Quotes") {
		t.Errorf("the applicant reads %q", row)
	}
	if p := m.carl.Get(linkIn(list, ".told a")); p.Path != "/t/consumers/subscriptions" {
		t.Errorf("it leads to %s", p.Path)
	}
}

func TestNotificationsAreMarkedRead(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl, pia := app.As(t, w.Consumer), app.As(t, w.Provider)
	for range 3 {
		app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	}
	list := carl.Get("/notifications?team=consumers").Want(http.StatusOK)
	row := list.Find(".told > li").First()
	id, _ := row.Attr("id")
	pia.Get("/notifications/" + id).Want(http.StatusNotFound)
	pia.Post("/notifications/"+id+"/read", "next", "/notifications").Want(http.StatusOK)
	before := list.Find(".told .unread").Length()
	looks, err := http.NewRequest(http.MethodHead, app.Server.URL+"/notifications/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	carl.Stay().Do(looks)
	support, _ := impersonation(t, app, w.Consumer)
	support.Get("/notifications/" + id).Want(http.StatusOK)
	if !carl.Get("/notifications").Has("#" + id + ".unread") {
		t.Error("it is read by who only asked where it leads, or by an administrator in its reader's place")
	}
	after := carl.Submit(list, "#"+id+" form").Want(http.StatusOK)
	if after.Path != "/notifications?team=consumers" || after.Find(".told .unread").Length() != before-1 || after.Has("#"+id+".unread") || !after.Has(".chip") {
		t.Errorf("after one was read, %s has %d unread of %d", after.Path, after.Find(".told .unread").Length(), before)
	}
	app.Grant(t, w.ConsumerTeam.ID, models.Unit) // which is not on the page
	if all := carl.Submit(after, ".page-head form").Want(http.StatusOK); all.Says("#bell") != "Notifications 1 unread" {
		t.Errorf("all are read: %q", all.Says("#bell"))
	}
	for _, odd := range []string{"?team=providers", "?kind=odd", "?after=nothing", "?state=odd"} {
		carl.Get("/notifications" + odd).Want(http.StatusOK)
	}
	if p := carl.Post("/notifications/"+id+"/read", "next", "//elsewhere.example"); p.Path != "/notifications" {
		t.Errorf("it leads to %s", p.Path)
	}
	for range 26 {
		app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	}
	first := carl.Get("/notifications")
	second := carl.Get(linkIn(first, `a[rel="next"]`)).Want(http.StatusOK)
	if first.Find(".told > li").Length() != models.PageSize || !second.Has(".told > li") || second.Has("#"+first.Find(".told > li").Last().AttrOr("id", "")) {
		t.Error("the pages do not follow each other")
	}
}

func TestWhatOneIsToldOfIsChosen(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	if _, err := app.Store.CreateTeam(t.Context(), models.Actor{UserID: w.Consumer.ID}, "Other", false); err != nil {
		t.Fatal(err)
	}
	const portal, mail = `input[name=portal][value="balance.changed"]`, `input[name=mail][value="balance.changed"]`
	page := carl.Get("/account/notifications").Want(http.StatusOK)
	if !page.Has(portal+"[checked]") || page.Has(mail+"[checked]") || !page.Has(`input[name=mail][value="key.leaked"][checked][disabled]`) || !page.Has(`input[name=mail][value="topup.credited"][disabled]:not([checked])`) {
		t.Error("without a choice it is not as the table says")
	}
	saved := carl.Post("/account/notifications", "mail", "balance.changed", "mail", "topup.credited", "portal", "odd").Want(http.StatusOK)
	if saved.Has(portal+"[checked]") || !saved.Has(mail+"[checked]") || saved.Has(`input[name=mail][value="topup.credited"][checked]`) || !saved.Has(`input[name=portal][value="key.leaked"][checked]`) {
		t.Error("what was chosen is not kept, or more than that")
	}
	team := carl.Post("/account/notifications?team=other", "portal", "balance.changed").Want(http.StatusOK)
	if !team.Has(portal+"[checked]") || team.Has(mail+"[checked]") || !strings.Contains(team.Says("main"), "has choices of its own") {
		t.Errorf("the team reads %q", team.Says("main"))
	}
	if all := carl.Get("/account/notifications?team=providers"); all.Has(portal+"[checked]") || strings.Contains(all.Says("main"), "of its own") {
		t.Error("a team that is not theirs changes something")
	}
	back := carl.Post("/account/notifications?team=other", "as_all", "1").Want(http.StatusOK)
	if back.Has(portal+"[checked]") || !back.Has(mail+"[checked]") || back.Has("button[name=as_all]") {
		t.Error("the exception is not gone")
	}
}

// The link in a mail turns such mails off for whoever has it: asked first for people, at once for their programs.
func TestAMailTurnsItselfOff(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pause := func() []models.Mail {
		t.Helper()
		provider := models.Actor{UserID: w.Provider.ID}
		if err := app.Store.PauseSubscription(t.Context(), provider, models.ProviderSide, w.ProviderTeam.ID, w.Subscription.ID, ""); err != nil {
			t.Fatal(err)
		}
		if err := app.Store.ResumeSubscription(t.Context(), provider, models.ProviderSide, w.ProviderTeam.ID, w.Subscription.ID); err != nil {
			t.Fatal(err)
		}
		return app.Mails(t)
	}
	mails := pause()
	if len(mails) != 2 || mails[0].Recipient != w.Consumer.Email || mails[0].Unsubscribe == "" || !strings.Contains(mails[0].Text, mails[0].Unsubscribe) {
		t.Fatalf("%d mails: %+v", len(mails), mails)
	}
	link := strings.TrimPrefix(mails[0].Unsubscribe, app.Server.URL)
	visitor := app.Browser(t)
	asked := visitor.Get(link).Want(http.StatusOK)
	if !strings.Contains(asked.Says("main"), "A subscription is paused") || strings.Contains(asked.Says("body"), w.Consumer.Email) {
		t.Errorf("a visitor reads %q", asked.Says("main"))
	}
	if len(pause()) != 2 {
		t.Error("looking at the link turns mails off")
	}
	const form = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
	r := httptest.NewRequest(http.MethodPost, app.Server.URL+link, strings.NewReader(form))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b") // RFC 8058 has mail programs send either
	r.RequestURI = ""
	app.Browser(t).Do(r).Want(http.StatusOK)
	if mails := pause(); len(mails) != 0 {
		t.Errorf("%d mails after they were turned off", len(mails))
	}
	if page := app.As(t, w.Consumer).Get("/account/notifications"); page.Has(`input[name=mail][value="subscription.changed"][checked]`) || !page.Has(`input[name=portal][value="subscription.changed"][checked]`) {
		t.Error("the choices do not show it")
	}
	visitor.Submit(asked, "main form").Want(http.StatusOK)
	for _, odd := range []string{"/unsubscribe/odd", link[:len(link)-2], link + "A"} {
		visitor.Get(odd).Want(http.StatusNotFound)
		visitor.Post(odd).Want(http.StatusNotFound)
	}
}
