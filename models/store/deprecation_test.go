package store_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

const day = 24 * time.Hour

// keep runs the job until nothing is left to do.
func (r *rig) keep() {
	r.Helper()
	for {
		kept, err := r.KeepLifecycles(ctx)
		r.must(err)
		if kept == 0 {
			return
		}
	}
}

// toldOf are the first lines of the notifications of an audience that were written since it was asked the last time.
func (r *rig) toldOf(kind models.NotificationKind) (lines []string) {
	r.Helper()
	rows, err := r.raw.QueryContext(ctx, `SELECT n.text, u.name FROM notifications n JOIN notification_readers r ON r.notification_id = n.id
		JOIN users u ON u.id = r.user_id WHERE n.kind = ? ORDER BY n.id, u.name`, kind)
	r.must(err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text, name string
		r.must(rows.Scan(&text, &name))
		line, _, _ := strings.Cut(text, "\n")
		lines = append(lines, name+": "+line)
	}
	r.must(rows.Err())
	r.exec(`DELETE FROM notification_readers`)
	return lines
}

// secondVersion publishes another version of the world's API and returns it.
func (r *rig) secondVersion() models.Version {
	r.Helper()
	v, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v2", r.world.API.Version.ID)
	r.must(err)
	_, err = r.PublishVersion(ctx, r.pia, r.provider, v.ID, "")
	r.must(err)
	return v
}

// A version goes from published to retired by the clock alone: everybody reads the state at their instant, and the job writes it
// down, tells subscribers once, and can come late.
func TestAVersionEndsAtItsTimes(t *testing.T) {
	for _, late := range []bool{false, true} {
		r := newRig(t)
		id, now := r.world.API.Version.ID, r.clock.Now()
		deprecated, sunset := now.Add(10*day).Truncate(time.Minute), now.Add(50*day).Truncate(time.Minute)
		r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, id, models.DeprecationDraft{DeprecatedAt: deprecated, SunsetAt: sunset, Reason: "Too old."}))
		if told := r.toldOf("version.end"); len(told) != 1 || !strings.HasSuffix(told[0], ": Providers announces the end of Quotes v1.") {
			t.Errorf("told of the announcement are %q", told)
		}
		for _, step := range []struct {
			sentence string
			at       time.Time
			state    models.VersionState
			listed   bool
			told     string
		}{
			{"a moment before it is deprecated", deprecated.Add(-time.Millisecond), models.Published, true, ""},
			{"when it is", deprecated, models.Deprecated, true, ""},
			{"30 days before it is retired", sunset.Add(-30 * day), models.Deprecated, true, "Quotes v1 is retired in 30 days."},
			{"a minute later", sunset.Add(-30*day + time.Minute), models.Deprecated, true, ""},
			{"7 days before", sunset.Add(-7 * day), models.Deprecated, true, "Quotes v1 is retired in 7 days."},
			{"1 day before", sunset.Add(-day), models.Deprecated, true, "Quotes v1 is retired in 1 day."},
			{"a moment before", sunset.Add(-time.Millisecond), models.Deprecated, true, ""},
			{"at its minute", sunset, models.Retired, false, "Quotes v1 is retired."},
			{"long after", sunset.Add(day), models.Retired, false, ""},
		} {
			r.clock.Move(step.at.Sub(r.clock.Now()))
			for _, when := range []string{"before the job", "after it"} {
				row, err := r.CatalogueVersion(ctx, models.Viewer{}, "quotes", "v1")
				r.must(err)
				routes, err := r.APIRoutes(ctx, r.api)
				r.must(err)
				list, err := r.Catalogue(ctx, models.Viewer{}, "", models.Page{})
				r.must(err)
				if row.Version.State != step.state || routes[0].Terms.StateAt(r.clock.Now()) != step.state || (len(list.Rows) == 1) != step.listed {
					t.Errorf("%s, %s: %s, %s to the gateway, listed %t", step.sentence, when, row.Version.State, routes[0].Terms.StateAt(r.clock.Now()), len(list.Rows) == 1)
				}
				if late {
					break
				}
				r.keep()
			}
			if told := r.toldOf("version.end"); !late && (len(told) != 0) != (step.told != "") || len(told) > 0 && !strings.HasSuffix(told[0], ": "+step.told) {
				t.Errorf("%s: told are %q", step.sentence, told)
			}
		}
		r.keep()
		if told := r.toldOf("version.end"); late && (len(told) != 1 || !strings.HasSuffix(told[0], "Quotes v1 is retired.")) {
			t.Errorf("after a standstill over all of it, told are %q", told)
		}
		if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action IN ('version.deprecated', 'version.retired') AND user_id = ''`); n != 2 {
			t.Errorf("%d entries say that it was deprecated and retired", n)
		}
		if n := r.number(`SELECT COUNT(*) FROM versions WHERE state = 'retired' AND deprecation_due_at IS NULL`); n != 1 {
			t.Error("its state was not written down, or something is still due")
		}
	}
}

// From the very instant on at which its main version is retired, an API is shown with another one, and what is shown of it does not
// wait for the job.
func TestAnotherVersionIsShownFromTheInstantOn(t *testing.T) {
	r := newRig(t)
	first, second := r.world.API.Version.ID, r.secondVersion().ID
	in := func(d time.Duration) time.Time { return r.clock.Now().Add(d).Truncate(time.Minute) }
	gone, later, last := in(time.Hour), in(2*time.Hour), in(3*time.Hour)
	r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, second, models.DeprecationDraft{DeprecatedAt: gone, SunsetAt: gone, Reason: "r"}))
	r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, first, models.DeprecationDraft{DeprecatedAt: later, SunsetAt: last, Reason: "r"}))
	for _, step := range []struct {
		sentence string
		at       time.Time
		main     string
		state    models.VersionState
		listed   bool
		next     *time.Time
	}{
		{"a moment before the newest is retired", gone.Add(-time.Millisecond), "v2", models.Published, true, &gone},
		{"when it is, the older one is shown", gone, "v1", models.Published, true, &later},
		{"and when that is deprecated", later, "v1", models.Deprecated, true, &last},
		{"a moment before that is retired", last.Add(-time.Millisecond), "v1", models.Deprecated, true, &last},
		{"when both are, neither is listed, and the newest has the page", last, "v2", models.Retired, false, nil},
	} {
		r.clock.Move(step.at.Sub(r.clock.Now()))
		for _, when := range []string{"before the job", "after it"} {
			at := step.sentence + ", " + when
			page, err := r.CatalogueAPI(ctx, models.Viewer{}, "quotes")
			r.must(err)
			if page.Version.Name != step.main || page.Version.State != step.state || page.MainVersion != page.Version.ID {
				t.Errorf("%s: its page shows %s, %s", at, page.Version.Name, page.Version.State)
			}
			list, err := r.Catalogue(ctx, models.Viewer{}, "", models.Page{})
			r.must(err)
			rows, err := r.CatalogueRows(ctx, models.Viewer{}, []string{r.api})
			r.must(err)
			row, err := r.IndexedAPI(ctx, r.api)
			if len(list.Rows) == 1 != step.listed || len(rows) == 1 != step.listed || (err == nil) != step.listed {
				t.Errorf("%s: %d and %d are listed, %v", at, len(list.Rows), len(rows), err)
			}
			if step.listed && (row.VersionName != step.main || row.State != step.state || row.ChangesAt == nil || !row.ChangesAt.Equal(*step.next)) {
				t.Errorf("%s: the index is told of %s, %s, until %v", at, row.VersionName, row.State, row.ChangesAt)
			}
			r.keep()
		}
	}
}

// Nobody new may have what is deprecated, from that instant on; those who have it go on.
func TestWhoMayHaveWhatIsDeprecated(t *testing.T) {
	r := newRig(t)
	dora := r.person("dora@example.test")
	team, err := r.CreateTeam(ctx, dora, "Newcomers", false)
	r.must(err)
	subscribe := func() error {
		_, err := r.Subscribe(ctx, dora, team.ID, r.api, models.PlanChoice{})
		return err
	}
	at := r.clock.Now().Add(time.Hour)
	r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, r.world.API.Version.ID, models.DeprecationDraft{DeprecatedAt: at, Reason: "r"}))
	r.clock.Move(time.Hour)
	if err := subscribe(); !is(err, models.ErrNoNewSubscribers) {
		t.Errorf("at its instant: %v", err)
	}
	if _, found, err := r.LiveSubscription(ctx, r.consumer, r.api); !found || err != nil {
		t.Errorf("who had it before: %t, %v", found, err)
	}
	r.keep()
	r.secondVersion()
	if err := subscribe(); err != nil {
		t.Errorf("once another version is published: %v", err)
	}
}

func TestTheEndOfAVersionIsChangedAndTakenBack(t *testing.T) {
	r := newRig(t)
	id := r.world.API.Version.ID
	version := func() models.Version {
		row, err := r.TeamVersion(ctx, r.provider, "quotes", "v1")
		r.must(err)
		return row.Version
	}
	first := models.DeprecationDraft{DeprecatedAt: r.clock.Now().Add(day), SunsetAt: r.clock.Now().Add(60 * day), Reason: "r"}
	if err := r.ChangeDeprecation(ctx, r.pia, r.provider, id, first, true); !is(err, models.ErrConflict) {
		t.Errorf("changing what was not announced: %v", err)
	}
	if err := r.RetireVersion(ctx, r.pia, r.provider, id); !is(err, models.ErrConflict) {
		t.Errorf("retiring what nobody was told of: %v", err)
	}
	r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, id, first))
	if err := r.AnnounceDeprecation(ctx, r.pia, r.provider, id, first); !is(err, models.ErrConflict) {
		t.Errorf("announcing it twice: %v", err)
	}
	r.must(r.AcknowledgeDeprecation(ctx, r.carl, r.consumer, id))
	r.must(r.AcknowledgeDeprecation(ctx, r.carl, r.consumer, id))
	if read, all, err := r.CountAcknowledged(ctx, r.api, id); read != 1 || all != 1 || err != nil {
		t.Errorf("%d of %d have read it, %v", read, all, err)
	}

	sooner := first
	sooner.SunsetAt = first.SunsetAt.Add(-time.Hour)
	if err := r.ChangeDeprecation(ctx, r.pia, r.provider, id, sooner, false); !is(err, models.ErrSooner) {
		t.Errorf("leaving less time: %v", err)
	}
	if notices, err := r.TeamDeprecations(ctx, r.consumer); err != nil || len(notices) != 1 || notices[0].AcknowledgedBy == "" {
		t.Errorf("what was not changed has to be read anew: %+v, %v", notices, err)
	}
	r.must(r.ChangeDeprecation(ctx, r.pia, r.provider, id, sooner, true))
	if notices, err := r.TeamDeprecations(ctx, r.consumer); err != nil || len(notices) != 1 || notices[0].AcknowledgedAt != nil || !notices[0].SunsetAt.Equal(sooner.SunsetAt) {
		t.Errorf("the team is told %+v, %v", notices, err)
	}

	r.clock.Move(2 * day) // and no job has come by
	r.must(r.RetireVersion(ctx, r.pia, r.provider, id))
	if v := version(); v.State != models.Retired || !v.Deprecation.SunsetAt.Equal(r.clock.Now()) || v.Deprecation.DueAt != nil {
		t.Errorf("retired before its time it is %+v", v)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'version.deprecated'`); n != 1 {
		t.Errorf("%d entries say that it was deprecated on the way", n)
	}
	if err := r.UndoDeprecation(ctx, r.pia, r.provider, id); !is(err, models.ErrConflict) {
		t.Errorf("taking back the end of what is retired: %v", err)
	}
	if _, err := r.PublishVersion(ctx, r.pia, r.provider, id, ""); err == nil {
		t.Error("what is retired was published")
	}
	r.must(r.BringBackVersion(ctx, r.pia, r.provider, id))
	if v := version(); v.State != models.Deprecated || v.Deprecation.SunsetAt != nil {
		t.Errorf("brought back it is %+v", v)
	}
	r.must(r.UndoDeprecation(ctx, r.pia, r.provider, id))
	if v := version(); v.State != models.Published || v.Deprecation != (models.Deprecation{}) {
		t.Errorf("taken back it is %+v", v)
	}
	r.clock.Move(100 * day)
	r.keep()
	if v := version(); v.State != models.Published {
		t.Errorf("long after, it is %s", v.State)
	}
	told := r.toldOf("version.end")
	want := []string{"announces the end of Quotes v1.", "changed what it had announced of the end of Quotes v1.", "Quotes v1 is retired.",
		"brought Quotes v1 back: calls are served again, and no date is set for its retirement", "took back that Quotes v1 ends: it goes on as before, and takes new subscribers"}
	if !slices.EqualFunc(told, want, strings.HasSuffix) {
		t.Errorf("subscribers were told %q", told)
	}
	foreign := r.carl
	for sentence, do := range map[string]func() error{
		"announcing":                          func() error { return r.AnnounceDeprecation(ctx, foreign, r.consumer, id, first) },
		"changing":                            func() error { return r.ChangeDeprecation(ctx, foreign, r.consumer, id, first, true) },
		"taking back":                         func() error { return r.UndoDeprecation(ctx, foreign, r.consumer, id) },
		"retiring":                            func() error { return r.RetireVersion(ctx, foreign, r.consumer, id) },
		"bringing back":                       func() error { return r.BringBackVersion(ctx, foreign, r.consumer, id) },
		"acknowledging what is not announced": func() error { return r.AcknowledgeDeprecation(ctx, foreign, r.consumer, id) },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s through another team: %v", sentence, err)
		}
	}
}

func TestWhatCanComeAfterAVersion(t *testing.T) {
	r := newRig(t)
	first, second := r.world.API.Version, r.secondVersion()
	other, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: "Sayings", Slug: "sayings", UpstreamURL: "http://upstream.test", Visibility: models.Public})
	r.must(err)
	secret, err := r.CreateAPI(ctx, r.carl, r.consumer, models.APIDraft{Name: "Secret", Slug: "secret", UpstreamURL: "http://upstream.test", Visibility: models.Private})
	r.must(err)
	draft, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v3", first.ID)
	r.must(err)
	publish := func() { _, err := r.PublishAPI(ctx, r.pia, r.provider, other.API.ID, ""); r.must(err) }
	visibility := func(v models.Visibility) {
		row, err := r.TeamAPI(ctx, r.provider, "sayings")
		r.must(err)
		d := row.Draft()
		d.Visibility = v
		r.must(r.EditProfile(ctx, r.pia, r.provider, other.API.ID, d))
	}
	for _, row := range []struct {
		sentence string
		draft    models.DeprecationDraft
		before   func()
		field    string
	}{
		{"itself", models.DeprecationDraft{SuccessorVersionID: first.ID}, nil, "successor"},
		{"a draft", models.DeprecationDraft{SuccessorVersionID: draft.ID}, nil, "successor"},
		{"a version of another API", models.DeprecationDraft{SuccessorVersionID: other.Version.ID}, nil, "successor"},
		{"an API that is not published", models.DeprecationDraft{SuccessorAPIID: other.API.ID}, nil, "successor_api"},
		{"an API that the provider cannot see", models.DeprecationDraft{SuccessorAPIID: secret.API.ID}, nil, "successor_api"},
		{"an API that its callers cannot see", models.DeprecationDraft{SuccessorAPIID: other.API.ID}, func() { publish(); visibility(models.Private) }, "successor_api"},
		{"an API that they can", models.DeprecationDraft{SuccessorAPIID: other.API.ID}, func() { visibility(models.Internal) }, ""},
		{"another version", models.DeprecationDraft{SuccessorVersionID: second.ID}, func() { r.must(r.UndoDeprecation(ctx, r.pia, r.provider, first.ID)) }, ""},
	} {
		if row.before != nil {
			row.before()
		}
		err := r.AnnounceDeprecation(ctx, r.pia, r.provider, first.ID, row.draft)
		var invalid models.Invalid
		errors.As(err, &invalid)
		if (err == nil) != (row.field == "") || row.field != "" && invalid[row.field] == "" {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
	if next, err := r.Successor(ctx, first.ID); err != nil || next.String() != "Quotes v2" {
		t.Errorf("the successor is %q, %v", next, err)
	}
	r.must(r.ChangeDeprecation(ctx, r.pia, r.provider, first.ID, models.DeprecationDraft{SuccessorAPIID: other.API.ID}, true))
	visibility(models.Private)
	if routes, err := r.APIRoutes(ctx, r.api); err != nil || routes[0].Successor != (models.Successor{}) {
		t.Errorf("callers are led to what they cannot see: %+v, %v", routes[0].Successor, err)
	}
}

func TestWhoCallsAVersion(t *testing.T) {
	r := newRig(t)
	id, now := r.world.API.Version.ID, r.clock.Now()
	for i := range 30 {
		r.exec(`INSERT INTO api_keys (id, team_id, user_id, name, hash, hint, state, created_at) VALUES (?, ?, '', ?, ?, 'fg_live_x', 'active', 0)`,
			models.NewID(models.KindKey)+string(rune('a'+i)), r.consumer, "key", []byte{byte(i)})
	}
	r.exec(`INSERT INTO usage_subjects (team_id, key_id, api_id, version_id, ai_model) SELECT team_id, id, ?, ?, '' FROM api_keys WHERE name = 'key'`, r.api, id)
	columns := `subject_id, quarter, code, calls, status_1xx, status_2xx, status_3xx, status_4xx, status_5xx, amount, written_off, caller_gone, last_call,
		took_5ms, took_10ms, took_25ms, took_50ms, took_100ms, took_250ms, took_500ms, took_1s, took_2500ms, took_5s, took_10s, took_longer`
	r.exec(`INSERT INTO usage_lines (`+columns+`) SELECT s.id, ? - d.value * 96, '', 10, 0, 0, 0, 0, 0, 0, 0, 0, (s.id + 1000 - d.value) << 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
		FROM usage_subjects s CROSS JOIN json_each('[0, 1, 40]') d WHERE s.version_id = ?`, int64(models.QuarterOf(now)), id)
	since := now.AddDate(0, 0, -models.CallerDays)
	seen := map[string]bool{}
	for page := (models.Page{}); ; {
		list, err := r.VersionCallers(ctx, r.api, id, since, page)
		r.must(err)
		for _, c := range list.Rows {
			if c.Calls != 20 || seen[c.KeyID] || c.TeamName != "Consumers" {
				t.Errorf("%+v", c)
			}
			seen[c.KeyID] = true
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	teams, keys, err := r.CountVersionCallers(ctx, r.api, id, since)
	if len(seen) != 30 || teams != 1 || keys != 30 || err != nil {
		t.Errorf("%d are listed, %d keys of %d teams counted, %v", len(seen), keys, teams, err)
	}
	if list, err := r.VersionCallers(ctx, r.api, id, since, models.Page{After: "nonsense"}); err != nil || len(list.Rows) != 0 {
		t.Errorf("after what is no cursor: %+v, %v", list, err)
	}
	days, err := r.VersionDays(ctx, r.api, id, models.CallerDays, time.FixedZone("east", 5*3600+45*60))
	if err != nil || len(days) != models.CallerDays || days[29].Calls != 300 || days[28].Calls != 300 || days[0].Calls != 0 {
		t.Errorf("by day: %+v, %v", days, err)
	}
}

// What was announced before ends were kept is in the feeds after the migration, once, and as it holds by then.
func TestTheMigrationTellsOfEndsThatWereAnnouncedBefore(t *testing.T) {
	for name, test := range map[string]struct {
		begin func(*rig, string)
		act   models.LifecycleAct // "" for none
	}{
		"a version of which nothing is announced has no end": {func(*rig, string) {}, ""},
		"one that ends later is announced": {func(r *rig, id string) {
			r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, id, models.DeprecationDraft{DeprecatedAt: r.clock.Now().Add(day), Reason: "Old"}))
		}, models.ActAnnounce},
		"one that is deprecated and blocked is announced": {func(r *rig, id string) {
			r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, id, models.DeprecationDraft{SunsetAt: r.clock.Now().Add(3 * day), Reason: "Old"}))
			r.must(r.BlockVersion(ctx, r.pia, models.ByTeam, r.provider, id, "Abuse"))
		}, models.ActAnnounce},
		"one whose announcement was taken back has no end": {func(r *rig, id string) {
			r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, id, models.DeprecationDraft{Reason: "Old"}))
			r.must(r.UndoDeprecation(ctx, r.pia, r.provider, id))
		}, ""},
		"one that is retired is retired": {func(r *rig, id string) {
			r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, id, models.DeprecationDraft{Reason: "Old"}))
			r.clock.Move(day)
			r.must(r.RetireVersion(ctx, r.pia, r.provider, id))
		}, models.ActRetire},
		"one that was brought back is announced": {func(r *rig, id string) {
			r.must(r.AnnounceDeprecation(ctx, r.pia, r.provider, id, models.DeprecationDraft{Reason: "Old"}))
			r.must(r.RetireVersion(ctx, r.pia, r.provider, id))
			r.must(r.BringBackVersion(ctx, r.pia, r.provider, id))
		}, models.ActAnnounce},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			test.begin(r, r.world.API.Version.ID)
			text, err := os.ReadFile("migrations/0038_ends_before.sql")
			r.must(err)
			r.exec(`DELETE FROM version_ends`)
			for range 2 {
				r.exec(string(text))
			}
			changes, err := r.CatalogueChanges(ctx, models.Viewer{UserID: r.pia.UserID}, "", 10)
			r.must(err)
			var acts []models.LifecycleAct
			for _, change := range changes {
				if change.Act != "" {
					acts = append(acts, change.Act)
				}
				if change.Act == models.ActRetire && !change.CreatedAt.Equal(r.clock.Now()) {
					t.Errorf("it was retired at %v", change.CreatedAt)
				}
				if change.Act != "" && !models.IsID(models.KindEnd, change.ID) {
					t.Errorf("%q is no id", change.ID)
				}
			}
			if want := slices.DeleteFunc([]models.LifecycleAct{test.act}, func(a models.LifecycleAct) bool { return a == "" }); !slices.Equal(acts, want) {
				t.Errorf("the feed tells %v, want %v", acts, want)
			}
		})
	}
}
