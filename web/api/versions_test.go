package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/api"
)

const ownVersion = ownAPIs + "/quotes/versions/v1"

// What a program sends about the end of a version is judged as on the pages, in whatever order it comes.
func TestTheEndOfAVersionIsGuarded(t *testing.T) {
	app, _, p := provider(t)
	at := func(days int) string {
		return app.Clock.Now().Add(time.Duration(days) * 24 * time.Hour).Format(time.RFC3339)
	}
	end := ownVersion + "/deprecation"
	for _, row := range []struct {
		what, method, path, body string
		status                   int
		says                     string
	}{
		{"what is not announced is not shown", "GET", end, "", 404, ""},
		{"nor changed", "PUT", end, `{"reason": "Old"}`, 409, ""},
		{"nor taken back", "DELETE", end, "", 409, ""},
		{"nor is the version retired", "POST", ownVersion + "/retire", `{"confirm": "quotes v1"}`, 409, ""},
		{"nor brought back", "POST", ownVersion + "/bring-back", "", 409, ""},
		{"a time that has passed", "POST", end, `{"reason": "Old", "deprecated_at": "2001-01-01T00:00:00Z"}`, 422, "#/deprecated_at"},
		{"a time that was not set is not at once", "POST", end, `{"reason": "Old", "deprecated_at": "0001-01-01T00:00:00Z"}`, 422, "#/deprecated_at"},
		{"a retirement that was not set is not none", "POST", end, `{"reason": "Old", "sunset_at": "0001-01-01T00:00:00Z"}`, 422, "#/sunset_at"},
		{"the year 1 in another zone", "POST", end, `{"reason": "Old", "sunset_at": "0001-01-01T05:00:00+05:00"}`, 422, "#/sunset_at"},
		{"a time without its zone", "POST", end, `{"reason": "Old", "sunset_at": "2030-01-01T00:00:00"}`, 422, "#/sunset_at"},
		{"a retirement in ten years", "POST", end, `{"reason": "Old", "sunset_at": "` + at(3650) + `"}`, 422, "#/sunset_at"},
		{"no times at all and no reason", "POST", end, `{"deprecated_at": null, "sunset_at": null}`, 422, "#/"},
		{"retired before it is deprecated", "POST", end, `{"reason": "Old", "deprecated_at": "` + at(9) + `", "sunset_at": "` + at(8) + `"}`, 422, "#/sunset_at"},
		{"neither a reason nor a successor", "POST", end, `{"sunset_at": "` + at(8) + `"}`, 422, "#/reason"},
		{"itself as the successor", "POST", end, `{"successor": {"version": "v1"}}`, 422, "#/successor/version"},
		{"a successor that is not there", "POST", end, `{"successor": {"version": "v9"}}`, 422, "#/successor/version"},
		{"two successors", "POST", end, `{"successor": {"version": "v1", "api": "quotes"}}`, 422, "#/successor/api"},
		{"announced", "POST", end, `{"reason": "Old", "deprecated_at": "` + at(1) + `", "sunset_at": "` + at(60) + `"}`, 201, at(60)},
		{"announced twice", "POST", end, `{"reason": "Old"}`, 409, ""},
		{"sooner without a word", "PUT", end, `{"reason": "Old", "deprecated_at": "` + at(1) + `", "sunset_at": "` + at(30) + `"}`, 422, "#/confirm"},
		{"at once without a word", "PUT", end, `{"reason": "Old"}`, 422, "#/confirm"},
		{"sooner, of another version", "PUT", end, `{"reason": "Old", "sunset_at": "` + at(30) + `", "confirm": "quotes v2"}`, 422, "#/confirm"},
		{"a retirement that was not set does not take the date away", "PUT", end, `{"reason": "Old", "sunset_at": "0001-01-01T00:00:00Z", "confirm": "quotes v1"}`, 422, "#/sunset_at"},
		{"sooner, confirmed", "PUT", end, `{"reason": "Old", "sunset_at": "` + at(30) + `", "confirm": "quotes v1"}`, 200, `"state":"deprecated"`},
		{"retired without its name", "POST", ownVersion + "/retire", `{"confirm": ""}`, 422, "#/confirm"},
		{"retired", "POST", ownVersion + "/retire", `{"confirm": "quotes v1"}`, 200, `"state":"retired"`},
		{"retired twice", "POST", ownVersion + "/retire", `{"confirm": "quotes v1"}`, 409, ""},
		{"taken back when it is retired", "DELETE", end, "", 409, ""},
		{"changed when it is retired", "PUT", end, `{"reason": "New", "confirm": "quotes v1"}`, 409, ""},
		{"published when it is retired", "POST", ownVersion + "/publish", `{}`, 409, "not_publishable"},
		{"rolled back when it is retired", "POST", ownVersion + "/releases/1/roll-back", `{}`, 409, ""},
		{"deleted when it is retired", "DELETE", ownVersion, "", 409, ""},
		{"brought back", "POST", ownVersion + "/bring-back", "", 200, `"sunset_at":null`},
		{"brought back twice", "POST", ownVersion + "/bring-back", "", 409, ""},
		{"taken back in the end", "DELETE", end, "", 204, ""},
		{"taken back twice", "DELETE", end, "", 409, ""},
	} {
		app.Clock.Move(time.Minute)
		if reply := p.Ask(row.method, row.path, row.body); reply.Status != row.status || !strings.Contains(reply.Body, row.says) {
			t.Errorf("%s: %d %s", row.what, reply.Status, reply.Body)
		}
	}
}

// A release is made of what the checks let through, at a time that comes, and once for each key.
func TestReleasesOfAVersionAreGuarded(t *testing.T) {
	app, w, p := provider(t)
	stranger := app.Program(t, app.Token(t, w.Consumer, "", everything()...))
	reader := app.Program(t, app.Token(t, w.Provider, "", models.MayManageAPIs))
	if status := stranger.Ask("GET", ownVersion, "").Status; status != http.StatusNotFound {
		t.Errorf("strangers are answered %d", status)
	}
	for what, reply := range map[string]int{
		"to publish without the scope":  reader.Ask("POST", ownVersion+"/publish", `{}`).Status,
		"to block without the scope":    reader.Ask("POST", ownVersion+"/block", `{"reason": "Abuse", "confirm": "quotes v1"}`).Status,
		"to announce without the scope": reader.Ask("POST", ownVersion+"/deprecation", `{"reason": "Old"}`).Status,
	} {
		if reply != http.StatusForbidden {
			t.Errorf("%s is answered %d", what, reply)
		}
	}
	for what, body := range map[string]string{
		"a time that has passed":      `{"at": "2001-01-01T00:00:00Z"}`,
		"a time that was not set":     `{"at": "0001-01-01T00:00:00Z"}`,
		"a time beyond all calendars": `{"at": "9999-12-31T23:59:59-23:59"}`,
		"a date":                      `{"at": "2030-01-01"}`,
	} {
		if reply := p.Ask("POST", ownVersion+"/publish", body); reply.Status != http.StatusUnprocessableEntity || !strings.Contains(reply.Body, "#/at") {
			t.Errorf("%s: %d %s", what, reply.Status, reply.Body)
		}
	}
	later := `{"note": "Later", "at": "` + app.Clock.Now().Add(48*time.Hour).In(time.FixedZone("", 5*3600+45*60)).Format(time.RFC3339) + `"}`
	var release, again api.VersionRelease
	p.Ask("POST", ownVersion+"/publish", later, "Idempotency-Key", "k1").Want(http.StatusCreated).Into(&release)
	p.Ask("POST", ownVersion+"/publish", later, "Idempotency-Key", "k1").Want(http.StatusCreated).Into(&again)
	if again.Number != release.Number || release.State != models.ReleaseScheduled || release.PublishAt == nil || release.PublishAt.Location() != time.UTC {
		t.Errorf("it is scheduled as %+v, and then %+v", release, again)
	}
	waiting := p.Ask("POST", ownVersion+"/publish", `{}`).Want(http.StatusConflict).Problem()
	if waiting.Code != "not_publishable" || len(waiting.Obstacles) != 1 {
		t.Errorf("a second one beside it: %+v", waiting)
	}
	p.Ask("POST", ownVersion+"/releases/2/roll-back", `{}`).Want(http.StatusConflict)
	p.Ask("POST", ownVersion+"/releases/1/roll-back", `{}`).Want(http.StatusConflict)
	p.Ask("POST", ownVersion+"/releases/2/cancel", "").Want(http.StatusOK)
	p.Ask("POST", ownVersion+"/releases/2/cancel", "").Want(http.StatusConflict)
	p.Ask("POST", ownVersion+"/releases/2/approve", `{}`).Want(http.StatusConflict)
	p.Ask("GET", ownVersion+"/releases/3", "").Want(http.StatusNotFound)
	p.Ask("GET", ownVersion+"/releases/99999999999999999999", "").Want(http.StatusUnprocessableEntity)
}
