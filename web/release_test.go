package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/webtest"
)

const (
	proposePath  = versionPath + "/propose"
	releasesPath = versionPath + "/releases"
	blockPath    = versionPath + "/block"
)

// colleague is another member of the providers.
func colleague(t *testing.T, app *webtest.App, w storetest.World, name string, role models.Role) models.User {
	t.Helper()
	user, err := app.Store.SignUp(t.Context(), models.System, models.NewUser{Name: name, Email: strings.ToLower(name) + "@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	secret := invite(t, app, w.ProviderTeam.ID, w.Provider, user.Email, role)
	if _, err := app.Store.AcceptInvitation(t.Context(), models.Actor{UserID: user.ID}, models.HashLinkToken(secret)); err != nil {
		t.Fatal(err)
	}
	return user
}

// saveDraft gives the version another upstream.
func saveDraft(b *webtest.Browser, upstream string) {
	b.Submit(b.Get(versionPath), "main form.form", "upstream", upstream).Want(http.StatusOK)
}

// A developer proposes, an owner who did not make it approves, and callers get what was proposed.
func TestAReleaseIsProposedAndReviewed(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	dev, pia := app.As(t, colleague(t, app, w, "Dev", models.RoleDeveloper)), app.As(t, w.Provider)
	settings := pia.Get("/t/providers/settings")
	pia.Submit(settings, `form[action$="/release-review"]`, "review", "wanted").Want(http.StatusOK)
	if p := pia.Get("/t/providers/settings"); !p.Has(`input[name=review][checked]`) {
		t.Error("the setting is not shown")
	}

	saveDraft(dev, "https://proposed.example")
	propose := dev.Get(publishPath).Want(http.StatusOK)
	if propose.Has(".form .btn .icon-rocket") || !strings.Contains(propose.Says(".changes"), "https://proposed.example") {
		t.Errorf("the developer is shown %q", propose.Says("main"))
	}
	proposed := dev.Submit(propose, "main form.form", "note", "Faster").Want(http.StatusOK)
	if text := proposed.Says("main"); proposed.Path != releasesPath+"/2" || !strings.Contains(text, "Another owner or admin") || !strings.Contains(proposed.Says("main dl"), "proposed") {
		t.Errorf("at %s it says %q", proposed.Path, text)
	}
	saveDraft(dev, "https://later.example")
	if p := dev.Get(publishPath); p.Has("main form.form") || !p.Has(`main a[href$="/releases/2"]`) {
		t.Error("a second one can be proposed")
	}
	dev.Post(releasesPath+"/2/review", "answer", "now").Want(http.StatusForbidden)

	if p := pia.Get("/t/providers/apis"); !strings.Contains(p.Says("main"), "1 release to be reviewed") {
		t.Errorf("my APIs say %q", p.Says("main"))
	}
	queue := pia.Get("/t/providers/requests")
	review := pia.Get(queue.Find("ul.rows a").AttrOr("href", "")).Want(http.StatusOK)
	if !strings.Contains(review.Says(".changes"), "https://proposed.example") || strings.Contains(review.Body, "https://later.example") || !review.Has(".checks") {
		t.Errorf("the reviewer is shown %q", review.Says("main"))
	}
	refused := pia.Submit(review, "main form.form", "answer", "decline").Want(http.StatusUnprocessableEntity)
	if !refused.Has("#f-comment-error") {
		t.Error("it was declined without a word")
	}
	app.Upstream = models.Sentence("Nobody answers there.")
	if p := pia.Submit(review, "main form.form", "answer", "now").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "forbids it") {
		t.Errorf("with an upstream that is gone: %q", p.Says("main"))
	}
	app.Upstream = nil
	pia.Submit(review, "main form.form", "answer", "now", "comment", "Good").Want(http.StatusOK)
	if got := upstreamOf(t, app, w); got != "https://proposed.example" {
		t.Errorf("calls go to %s", got)
	}
	if p := dev.Get(releasesPath + "/2"); !strings.Contains(p.Says("dl"), "Good") || !strings.Contains(p.Says("dl"), "published") {
		t.Errorf("the developer is shown %q", p.Says("dl"))
	}
	told := dev.Get("/notifications")
	if !strings.Contains(told.Says("main"), "approved your release of Quotes v1") {
		t.Errorf("the developer is told %q", told.Says("main"))
	}
	list, err := app.Store.Notifications(t.Context(), w.Provider.ID, models.NotificationFilter{}, models.Page{})
	if err != nil {
		t.Fatal(err)
	}
	opened := pia.Get("/notifications/" + list.Rows[0].Notification.ID)
	if opened.Path != releasesPath+"/2" {
		t.Errorf("the notification that one waits leads to %s", opened.Path)
	}
}

func upstreamOf(t *testing.T, app *webtest.App, w storetest.World) string {
	t.Helper()
	routes, err := app.Store.APIRoutes(t.Context(), w.API.API.ID)
	if err != nil {
		t.Fatal(err)
	}
	return routes[0].Upstream.URL
}

// Who publishes is kept from doing it alone where the team asks for a review, and from reviewing it.
func TestNobodyPublishesAloneWhereReviewsAreAskedFor(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	saveDraft(pia, "https://mine.example")
	if err := app.Store.SetReleaseReview(t.Context(), models.System, w.ProviderTeam.ID, true); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"", app.Clock.Now().Add(time.Hour).Format("2006-01-02T15:04")} {
		if p := pia.Post(publishPath, "at", at).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "only after another member has reviewed it") {
			t.Errorf("published at %q, it says %q", at, p.Says("main"))
		}
	}
	pia.Post(proposePath).Want(http.StatusOK)
	if p := pia.Get(releasesPath + "/2"); p.Has("#f-comment") {
		t.Error("one's own release can be reviewed")
	}
	if p := pia.Post(releasesPath+"/2/review", "answer", "now").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "Another member has to review it") {
		t.Errorf("it says %q", p.Says("main"))
	}
	pia.Post(releasesPath+"/2/review", "answer", "perhaps").Want(http.StatusBadRequest)
	pia.Submit(pia.Get(releasesPath+"/2"), `form[action$="/withdraw"]`).Want(http.StatusOK)
	if p := pia.Post(releasesPath + "/2/withdraw"); !strings.Contains(p.Says(".flash, [role=status]"), "in another state") {
		t.Errorf("twice, it says %q", p.Says("body"))
	}
	if got := upstreamOf(t, app, w); strings.Contains(got, "mine") {
		t.Errorf("calls go to %s", got)
	}
}

// A release takes a time in the team's zone, and can be cancelled before it.
func TestAReleaseIsScheduled(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	pia.Submit(pia.Get("/t/providers/limits"), "main form", "time_zone", "Asia/Tokyo").Want(http.StatusOK)
	saveDraft(pia, "https://soon.example")
	form := pia.Get(publishPath)
	if text := form.Says("#f-at-hint"); !strings.Contains(text, "Asia/Tokyo") {
		t.Errorf("the field says %q", text)
	}
	for at, want := range map[string]string{"2020-01-01T00:00": "passed", "soon": "Write date and time"} {
		if p := pia.Submit(form, "main form.form", "at", at).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("#f-at-error"), want) || p.Find("#f-at").AttrOr("value", "") != at {
			t.Errorf("%s: %q", at, p.Says("#f-at-error"))
		}
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	at := app.Clock.Now().Add(2 * time.Hour).Truncate(time.Minute)
	page := pia.Submit(form, "main form.form", "at", at.In(tokyo).Format("2006-01-02T15:04")).Want(http.StatusOK)
	waiting, err := app.Store.WaitingRelease(t.Context(), w.API.Version.ID)
	if err != nil || !waiting.PublishAt.Equal(at) || !strings.Contains(page.Says("dl"), "scheduled") {
		t.Errorf("it waits until %v (%v): %q", waiting.PublishAt, err, page.Says("dl"))
	}
	if p := pia.Get(versionPath); !strings.Contains(p.Says("aside"), "release 2") || !strings.Contains(p.Says("aside"), at.In(tokyo).Format("15:04")) {
		t.Errorf("the version says %q", p.Says("aside"))
	}
	pia.Submit(page, `form[action$="/cancel"]`).Want(http.StatusOK)
	if p := pia.Get(releasesPath); !strings.Contains(p.Says("tbody tr:first-child"), "withdrawn") {
		t.Errorf("the list says %q", p.Says("tbody"))
	}
}

// A rollback says what changes back, and does it.
func TestARollBackIsAskedForAndDone(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia, before := app.As(t, w.Provider), upstreamOf(t, app, w)
	saveDraft(pia, "https://second.example")
	pia.Submit(pia.Get(publishPath), "main form.form", "note", "Second").Want(http.StatusOK)
	ask := pia.Get(pia.Get(releasesPath+"/1").Find(`a[href$="/roll-back"]`).AttrOr("href", "")).Want(http.StatusOK)
	if text := ask.Says(".changes"); !strings.Contains(text, "https://second.example → "+before) {
		t.Errorf("it changes %q", text)
	}
	pia.Submit(ask, "main form.form", "note", strings.Repeat("x", 2001)).Want(http.StatusUnprocessableEntity)
	done := pia.Submit(ask, "main form.form", "note", "Slower").Want(http.StatusOK)
	if done.Path != releasesPath+"/3" || !strings.Contains(done.Says("dl"), "release 1") || upstreamOf(t, app, w) != before {
		t.Errorf("%s says %q, and calls go to %s", done.Path, done.Says("dl"), upstreamOf(t, app, w))
	}
	if p := pia.Get(releasesPath + "/3/roll-back"); p.Path != releasesPath+"/3" {
		t.Errorf("back to what is served leads to %s", p.Path)
	}
	pia.Get(releasesPath + "/9").Want(http.StatusNotFound)
	pia.Get(releasesPath + "/x").Want(http.StatusNotFound)
}

// A team blocks a version and takes it back; what an administrator blocks it cannot.
func TestAVersionIsBlocked(t *testing.T) {
	app, root, _ := rooted(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	blocked := func() bool {
		t.Helper()
		routes, err := app.Store.APIRoutes(t.Context(), w.API.API.ID)
		if err != nil {
			t.Fatal(err)
		}
		return routes[0].Terms.Blocked
	}
	ask := pia.Get(blockPath).Want(http.StatusOK)
	p := pia.Submit(ask, "main form.form", "reason", "", "confirm", "quotes").Want(http.StatusUnprocessableEntity)
	if !p.Has("#f-reason-error") || !p.Has("#f-confirm-error") || blocked() {
		t.Error("it was blocked without its name, or a reason")
	}
	p = pia.Submit(ask, "main form.form", "reason", "Being mended", "confirm", "quotes v1").Want(http.StatusOK)
	if p.Path != versionPath || !strings.Contains(p.Says("main"), "Blocked by your team") || !strings.Contains(p.Says("main"), "Being mended") || !blocked() {
		t.Errorf("%s says %q", p.Path, p.Says("main"))
	}

	ada := app.As(t, root)
	list := ada.Get("/admin/apis")
	versions := ada.Get(list.Find(`a[href="/admin/apis/quotes"]`).AttrOr("href", "")).Want(http.StatusOK)
	ask = ada.Get(versions.Find(`a[href$="/block"]`).AttrOr("href", "")).Want(http.StatusOK)
	ada.Submit(ask, "main form.form", "reason", "Leaks addresses", "confirm", "quotes v1").Want(http.StatusOK)
	pia.Submit(pia.Get(versionPath), `form[action$="/unblock"]`).Want(http.StatusOK)
	if p := pia.Get(versionPath); !blocked() || !strings.Contains(p.Says("main"), "Leaks addresses") || p.Has(`form[action$="/unblock"]`) {
		t.Errorf("the team has lifted an administrator's block: %q", p.Says("main"))
	}
	pia.Post(versionPath + "/unblock").Want(http.StatusOK)
	if !blocked() {
		t.Error("the team has lifted an administrator's block")
	}
	ada.Submit(ada.Get("/admin/apis/quotes"), `form[action$="/unblock"]`).Want(http.StatusOK)
	if blocked() {
		t.Error("it is blocked still")
	}
	pia.Get("/admin/apis/quotes").Want(http.StatusNotFound)
	ada.Get("/admin/apis/nothing").Want(http.StatusNotFound)
	ada.Get("/admin/apis/quotes/v9/block").Want(http.StatusNotFound)
}

// What the rules say of a version besides its document stands among the checks and beside the document, and forbids nothing.
func TestChecksSayWhatCallersMiss(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia, actor := app.As(t, w.Provider), models.Actor{UserID: w.Provider.ID}
	const noPlan, nobody = "No plan is open, so nobody new can subscribe", "The API names nobody to turn to"
	for _, step := range []struct {
		sentence string
		do       func() error
		says     []string
		not      []string
	}{
		{"at first", func() error { return nil }, []string{nobody}, []string{noPlan}},
		{"without an open plan", func() error {
			return app.Store.OpenPlan(t.Context(), actor, w.ProviderTeam.ID, w.API.API.ID, w.API.Plan.ID, false)
		}, []string{nobody, noPlan}, nil},
		{"with a page of support", func() error {
			return app.Store.EditProfile(t.Context(), actor, w.ProviderTeam.ID, w.API.API.ID, models.APIDraft{Name: "Quotes", Visibility: models.Public, SupportURL: "https://help.example.test"})
		}, []string{noPlan}, []string{nobody}},
	} {
		must(t, step.do())
		publish, document := pia.Get(publishPath).Want(http.StatusOK), pia.Get(versionPath+"/document").Want(http.StatusOK)
		for address, text := range map[string]string{"publish": publish.Says(".checks .tone-attention"), "document": document.Says(".findings .tone-attention")} {
			for _, want := range step.says {
				if !strings.Contains(text, want) {
					t.Errorf("%s the page %s does not say %q: %q", step.sentence, address, want, text)
				}
			}
			for _, not := range step.not {
				if strings.Contains(text, not) {
					t.Errorf("%s the page %s says %q", step.sentence, address, not)
				}
			}
		}
		if publish.Has("main form .btn.primary[disabled]") {
			t.Errorf("%s nothing can be published", step.sentence)
		}
	}
}
