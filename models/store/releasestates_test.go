package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
)

// machine does whatever people and time can do with one version, in any order, and remembers what it has seen.
type machine struct {
	*rig
	api, version string
	olga         models.Actor // another who may publish
	seen         map[int]models.Release
	edits        int
}

func newMachine(r *rig, olga models.Actor) *machine {
	made, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: "Machine", Slug: models.NewID("m"), UpstreamURL: "http://first.test"})
	r.must(err)
	r.must(r.SetReleaseReview(ctx, r.pia, r.provider, false))
	return &machine{rig: r, api: made.API.ID, version: made.Version.ID, olga: olga, seen: map[int]models.Release{}}
}

func (m *machine) releases() []models.Release {
	var all []models.Release
	for page := (models.Page{}); ; {
		list, err := m.VersionReleases(ctx, m.version, page)
		m.must(err)
		for _, l := range list.Rows {
			all = append(all, l.Release)
		}
		if page.After = list.Next; page.After == "" {
			return all
		}
	}
}

func (m *machine) row() models.Version {
	row, err := m.APIOfVersion(ctx, m.version)
	m.must(err)
	return row.Version
}

// does notes what an act did: which releases moved has to be what the table of rules says of that act.
func (m *machine) does(t *rapid.T, act models.ReleaseAct, err error) {
	rule := models.ReleaseRuleOf(act)
	for _, now := range m.releases() {
		before, known := m.seen[now.Number]
		switch {
		case err != nil && (!known || before.State != now.State):
			t.Fatalf("%s was refused (%v) and moved release %d from %q to %q", act, err, now.Number, before.State, now.State)
		case err != nil || known && before.State == now.State:
		case known && before.State == models.ReleasePublished && now.State == models.ReleaseReplaced:
			if !slices.Contains(rule.To, models.ReleasePublished) {
				t.Fatalf("%s replaced what is served", act)
			}
		case !slices.Contains(rule.To, now.State):
			t.Fatalf("%s led release %d from %q to %q", act, now.Number, before.State, now.State)
		case known && !slices.Contains(rule.From, before.State):
			t.Fatalf("%s moved release %d, which was %q", act, now.Number, before.State)
		case !known && len(rule.From) > 0 && act != models.ActRollBack:
			t.Fatalf("%s made release %d", act, now.Number)
		}
	}
}

// hold checks what is true at every moment.
func (m *machine) hold(t *rapid.T) {
	v, all := m.row(), m.releases()
	var running, proposed, waiting []models.Release
	for _, r := range all {
		if before, known := m.seen[r.Number]; known && (!before.Serves(r) || before.Changelog != r.Changelog || before.CreatedBy != r.CreatedBy) {
			t.Fatalf("release %d was %+v and is %+v", r.Number, before, r)
		}
		if m.seen[r.Number] = r; r.State == models.ReleasePublished {
			running = append(running, r)
		}
		if r.State.Waits() {
			waiting = append(waiting, r)
		}
		if r.State == models.ReleaseProposed {
			proposed = append(proposed, r)
		}
		if (r.PublishedAt != nil) != (r.State == models.ReleasePublished || r.State == models.ReleaseReplaced) {
			t.Fatalf("release %d is %s, published at %v", r.Number, r.State, r.PublishedAt)
		}
	}
	if len(running) > 1 || len(waiting) > 1 {
		t.Fatalf("%d are published and %d wait", len(running), len(waiting))
	}
	if never := len(running) == 0; never != (v.State == models.Draft || v.State == models.InReview) || never != (v.RunningReleaseID == "") {
		t.Fatalf("%d are published, and the version is %s with %q", len(running), v.State, v.RunningReleaseID)
	}
	if (v.State == models.InReview) != (len(running) == 0 && len(proposed) == 1) {
		t.Fatalf("%d are published, %d proposed, and the version is %s", len(running), len(proposed), v.State)
	}
	if v.Blocked != (v.TeamBlock.At != nil || v.OperatorBlock.At != nil) {
		t.Fatalf("blocked is %t, by the team %v, by administrators %v", v.Blocked, v.TeamBlock.At, v.OperatorBlock.At)
	}
	routes, err := m.APIRoutes(ctx, m.api)
	m.must(err)
	for _, route := range routes {
		if len(running) == 0 || route.Upstream.URL != running[0].UpstreamURL || route.Terms.ReleaseID != running[0].ID || route.Terms.Blocked != v.Blocked || route.Terms.State != v.State {
			t.Fatalf("the gateway serves %+v", route)
		}
	}
}

func (m *machine) actor(t *rapid.T) models.Actor {
	return rapid.SampledFrom([]models.Actor{m.pia, m.olga}).Draw(t, "actor")
}

func (m *machine) later(t *rapid.T) time.Time {
	return m.clock.Now().Add(time.Duration(rapid.IntRange(1, 120).Draw(t, "minutes")) * time.Minute)
}

func (m *machine) waiting() (models.Release, bool) {
	r, err := m.WaitingRelease(ctx, m.version)
	if errors.Is(err, models.ErrNotFound) {
		return models.Release{ID: "rel_none"}, false
	}
	m.must(err)
	return r, true
}

// refusal fails on an error that is no word to people.
func refusal(t *rapid.T, err error) {
	var said models.Sentence
	if err != nil && !errors.As(err, &said) && !errors.Is(err, models.ErrConflict) && !errors.Is(err, models.ErrNotFound) {
		t.Fatal(err)
	}
}

// Whatever people and time do with a version, releases move as the one table has it, what they serve never changes, and the
// gateway serves the one that is published.
func TestReleasesMoveAsTheTableSays(t *testing.T) {
	r := newRig(t)
	olga := r.person("olga@example.com")
	r.exec(`INSERT INTO members (team_id, user_id, role, created_at) VALUES (?, ?, 'admin', 0)`, r.provider, olga.UserID)
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(r, olga)
		act := func(does models.ReleaseAct, do func(t *rapid.T) error) func(*rapid.T) {
			return func(t *rapid.T) {
				err := do(t)
				refusal(t, err)
				m.does(t, does, err)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"edit": func(t *rapid.T) {
				m.edits++
				m.must(m.EditVersion(ctx, m.pia, m.provider, m.version, models.VersionDraft{UpstreamURL: "http://edit.test/" + string(rune('a'+m.edits%26))}))
			},
			"publish": act(models.ActPublish, func(t *rapid.T) error {
				_, err := m.PublishVersion(ctx, m.actor(t), m.provider, m.version, "")
				return err
			}),
			"schedule": act(models.ActSchedule, func(t *rapid.T) error {
				_, err := m.ScheduleRelease(ctx, m.actor(t), m.provider, m.version, "", m.later(t))
				return err
			}),
			"propose": act(models.ActPropose, func(t *rapid.T) error {
				var at *time.Time
				if rapid.Bool().Draw(t, "at a time") {
					then := m.later(t)
					at = &then
				}
				_, err := m.ProposeRelease(ctx, m.actor(t), m.provider, m.version, "", at)
				return err
			}),
			"approve": act(models.ActApproveRelease, func(t *rapid.T) error {
				actor := m.actor(t)
				waiting, _ := m.waiting()
				_, err := m.ReviewRelease(ctx, actor, m.provider, waiting.ID, models.ReleaseReview{Approve: true, Now: rapid.Bool().Draw(t, "now")})
				if err == nil && actor.UserID == waiting.CreatedBy {
					t.Fatalf("whoever made it has approved it")
				}
				return err
			}),
			"decline": act(models.ActDeclineRelease, func(t *rapid.T) error {
				waiting, _ := m.waiting()
				_, err := m.ReviewRelease(ctx, m.actor(t), m.provider, waiting.ID, models.ReleaseReview{Comment: "No"})
				return err
			}),
			"withdraw": act(models.ActWithdrawRelease, func(t *rapid.T) error {
				waiting, _ := m.waiting()
				return m.WithdrawRelease(ctx, m.actor(t), m.provider, waiting.ID)
			}),
			"cancel": act(models.ActCancelRelease, func(t *rapid.T) error {
				waiting, _ := m.waiting()
				return m.CancelRelease(ctx, m.actor(t), m.provider, waiting.ID)
			}),
			"roll back": act(models.ActRollBack, func(t *rapid.T) error {
				_, err := m.RollBack(ctx, m.actor(t), m.provider, m.version, rapid.IntRange(1, len(m.seen)+1).Draw(t, "number"), "")
				return err
			}),
			"time passes": act(models.ActTakeEffect, func(t *rapid.T) error {
				waiting, _ := m.waiting()
				m.clock.Move(time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute)
				due, err := m.DueReleases(ctx)
				m.must(err)
				if mine := slices.ContainsFunc(due, func(d models.DueRelease) bool { return d.ID == waiting.ID }); mine != (waiting.State == models.ReleaseScheduled && waiting.DueAt(m.clock.Now())) {
					t.Fatalf("%+v is due: %t", waiting, mine)
				}
				return m.PublishDue(ctx, waiting.ID, "")
			}),
			"ask for review, or not": func(t *rapid.T) {
				m.must(m.SetReleaseReview(ctx, m.pia, m.provider, rapid.Bool().Draw(t, "review")))
			},
			"block": func(t *rapid.T) {
				by := rapid.SampledFrom([]models.Blocker{models.ByTeam, models.ByOperator}).Draw(t, "by")
				err := m.BlockVersion(ctx, m.pia, by, m.provider, m.version, "Why")
				if live := m.row().State.Callable(); !live && err == nil {
					t.Fatal("what nobody can call was blocked")
				}
				refusal(t, err)
			},
			"unblock": func(t *rapid.T) {
				by := rapid.SampledFrom([]models.Blocker{models.ByTeam, models.ByOperator}).Draw(t, "by")
				refusal(t, m.UnblockVersion(ctx, m.pia, by, m.provider, m.version))
			},
			"deprecate or retire": func(t *rapid.T) {
				next := map[models.VersionState]models.VersionState{models.Published: models.Deprecated, models.Deprecated: models.Retired}
				if state, ok := next[m.row().State]; ok && rapid.IntRange(0, 4).Draw(t, "one in five") == 0 {
					m.exec(`UPDATE versions SET state = ? WHERE id = ?`, state, m.version)
				}
			},
			"": m.hold,
		})
	})
}
