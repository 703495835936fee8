package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// second makes another member of the providers who may publish.
func (r *rig) second() models.Actor {
	r.Helper()
	olga := r.person("olga@example.com")
	r.exec(`INSERT INTO members (team_id, user_id, role, created_at) VALUES (?, ?, 'admin', 0)`, r.provider, olga.UserID)
	return olga
}

// edited is the world's version with another upstream in its draft.
func (r *rig) edited(upstream string) string {
	r.Helper()
	id := r.world.API.Version.ID
	r.must(r.EditVersion(ctx, r.pia, r.provider, id, models.VersionDraft{UpstreamURL: upstream}))
	return id
}

// served is where the gateway forwards calls of the world's API.
func (r *rig) served() string {
	r.Helper()
	routes, err := r.APIRoutes(ctx, r.api)
	r.must(err)
	return routes[0].Upstream.URL
}

func (r *rig) notified(user string) (texts []string) {
	r.Helper()
	list, err := r.Notifications(ctx, user, models.NotificationFilter{}, models.Page{})
	r.must(err)
	for _, n := range list.Rows {
		texts = append(texts, n.Words())
	}
	return texts
}

// A member proposes, another one approves, and both are told; what is edited meanwhile is in neither.
func TestAReleaseIsReviewedByAnotherMember(t *testing.T) {
	r := newRig(t)
	olga, version := r.second(), r.edited("http://proposed.test")
	r.must(r.SetReleaseReview(ctx, r.pia, r.provider, true))
	if _, err := r.PublishVersion(ctx, r.pia, r.provider, version, ""); !is(err, models.ErrNeedsReview) {
		t.Errorf("published without a review: %v", err)
	}
	if _, err := r.ScheduleRelease(ctx, r.pia, r.provider, version, "", r.clock.Now().Add(time.Hour)); !is(err, models.ErrNeedsReview) {
		t.Errorf("scheduled without a review: %v", err)
	}
	proposed, err := r.ProposeRelease(ctx, r.pia, r.provider, version, "Better", nil)
	r.must(err)
	r.edited("http://later.test")
	if told := r.notified(olga.UserID); len(told) != 1 || !strings.Contains(told[0], "proposes release 2 of Quotes v1") {
		t.Errorf("the reviewers are told %q", told)
	}
	if _, err := r.ProposeRelease(ctx, olga, r.provider, version, "", nil); !is(err, models.ErrReleaseWaits) {
		t.Errorf("a second one waits: %v", err)
	}
	if n, err := r.CountReleasesToReview(ctx, r.provider); err != nil || n != 1 {
		t.Errorf("%d wait: %v", n, err)
	}
	if list, err := r.ReleasesToReview(ctx, r.provider, models.Page{}); err != nil || len(list.Rows) != 1 || list.Rows[0].APISlug != "quotes" || list.Rows[0].CreatorName != r.world.Provider.Name {
		t.Errorf("the queue is %+v: %v", list, err)
	}
	approved, err := r.ReviewRelease(ctx, olga, r.provider, proposed.ID, models.ReleaseReview{Approve: true, Comment: "Good"})
	if err != nil || approved.State != models.ReleasePublished || r.served() != "http://proposed.test" {
		t.Errorf("approved is %+v (%v), and calls go to %s", approved, err, r.served())
	}
	if told := r.notified(r.pia.UserID); len(told) == 0 || !strings.Contains(told[0], "approved your release of Quotes v1: release 2: Good") {
		t.Errorf("the proposer is told %q", told)
	}
	if _, err := r.ReviewRelease(ctx, olga, r.provider, proposed.ID, models.ReleaseReview{Comment: "No"}); !is(err, models.ErrConflict) {
		t.Errorf("declined after that: %v", err)
	}
	row, err := r.VersionRelease(ctx, version, 2)
	if err != nil || row.ReviewerName != "Somebody" || row.Release.Comment != "Good" {
		t.Errorf("it is kept as %+v: %v", row, err)
	}
	if before, err := r.ReleaseBefore(ctx, row.Release); err != nil || before.Number != 1 {
		t.Errorf("before it callers had %+v: %v", before, err)
	}
}

// Whoever made a release cannot review it, whichever way they come.
func TestNobodyReviewsTheirOwnRelease(t *testing.T) {
	for sentence, row := range map[string]struct {
		maker, reviewer func(pia, olga models.Actor) models.Actor
		want            error
	}{
		"oneself":                                         {as, as, models.ErrOwnRelease},
		"oneself, by a token of one's own":                {as, by("tok_own"), models.ErrOwnRelease},
		"what one's own token made":                       {by("tok_own"), as, models.ErrOwnRelease},
		"what a token of the team made that one had made": {team("tok_team"), as, models.ErrOwnRelease},
		"a token of the team":                             {as, team("tok_team"), models.ErrNoReviewer},
		"an administrator as somebody else":               {as, through, models.ErrForbidden},
		"another member":                                  {as, other, nil},
		"another member, of a token's":                    {team("tok_team"), other, nil},
		"another member, by a token of theirs": {as, func(_, olga models.Actor) models.Actor {
			olga.TokenID = "tok_hers"
			return olga
		}, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := newRig(t)
			olga, version := r.second(), r.edited("http://proposed.test")
			r.exec(`INSERT INTO api_tokens (id, user_id, team_id, name, secret_hash, hint, scopes, created_at) VALUES ('tok_team', ?, ?, 'CI', x'01', 'x', '[]', 0)`, r.pia.UserID, r.provider)
			made, err := r.ProposeRelease(ctx, row.maker(r.pia, olga), r.provider, version, "", nil)
			r.must(err)
			for _, approve := range []bool{false, true} {
				if _, err := r.ReviewRelease(ctx, row.reviewer(r.pia, olga), r.provider, made.ID, models.ReleaseReview{Approve: approve, Comment: "x"}); row.want != nil && !is(err, row.want) || row.want == nil && approve == (err == nil) {
					t.Errorf("approving is %t: %v", approve, err)
				}
			}
		})
	}
}

func as(pia, _ models.Actor) models.Actor     { return pia }
func other(_, olga models.Actor) models.Actor { return olga }

func through(_, olga models.Actor) models.Actor {
	olga.ImpersonatorID = "usr_admin"
	return olga
}

func by(token string) func(models.Actor, models.Actor) models.Actor {
	return func(pia, _ models.Actor) models.Actor {
		pia.TokenID = token
		return pia
	}
}

func team(token string) func(models.Actor, models.Actor) models.Actor {
	return func(models.Actor, models.Actor) models.Actor { return models.Actor{TokenID: token} }
}

// What never took effect brings a version that was never published back to a draft.
func TestAFirstReleaseIsInReviewUntilItIsAnswered(t *testing.T) {
	r := newRig(t)
	olga := r.second()
	made, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v2", r.world.API.Version.ID)
	r.must(err)
	state := func() models.VersionState {
		row, err := r.TeamVersion(ctx, r.provider, "quotes", "v2")
		r.must(err)
		return row.Version.State
	}
	propose := func(at *time.Time) models.Release {
		release, err := r.ProposeRelease(ctx, r.pia, r.provider, made.ID, "", at)
		r.must(err)
		if got := state(); got != models.InReview {
			t.Errorf("proposed, the version is %s", got)
		}
		return release
	}
	_, err = r.ReviewRelease(ctx, olga, r.provider, propose(nil).ID, models.ReleaseReview{Comment: "Not yet"})
	r.must(err)
	if got := state(); got != models.Draft {
		t.Errorf("declined, the version is %s", got)
	}
	if told := r.notified(r.pia.UserID); len(told) == 0 || !strings.Contains(told[0], "declined your release of Quotes v2: release 1: Not yet") {
		t.Errorf("the proposer is told %q", told)
	}
	r.must(r.WithdrawRelease(ctx, r.pia, r.provider, propose(nil).ID))
	if got := state(); got != models.Draft {
		t.Errorf("withdrawn, the version is %s", got)
	}
	at := r.clock.Now().Add(time.Hour)
	_, err = r.ReviewRelease(ctx, olga, r.provider, propose(&at).ID, models.ReleaseReview{Approve: true})
	r.must(err)
	if waiting, err := r.WaitingRelease(ctx, made.ID); err != nil || waiting.State != models.ReleaseScheduled || !waiting.PublishAt.Equal(at) {
		t.Errorf("approved for its time, it is %+v: %v", waiting, err)
	}
	if got := state(); got != models.Draft {
		t.Errorf("scheduled, the version is %s", got)
	}
}

// A version whose only release was withdrawn was never published, and can be deleted with it; not while one waits.
func TestAVersionIsDeletedWithWhatWasWithdrawn(t *testing.T) {
	r := newRig(t)
	made, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v2", r.world.API.Version.ID)
	r.must(err)
	release, err := r.ScheduleRelease(ctx, r.pia, r.provider, made.ID, "", r.clock.Now().Add(time.Hour))
	r.must(err)
	if err := r.DeleteVersion(ctx, r.pia, r.provider, made.ID); !is(err, models.ErrConflict) {
		t.Errorf("while one waits: %v", err)
	}
	r.must(r.CancelRelease(ctx, r.pia, r.provider, release.ID))
	r.must(r.DeleteVersion(ctx, r.pia, r.provider, made.ID))
}

// A scheduled release takes effect at its time, whatever became of the draft, and those who can publish are told.
func TestAScheduledReleaseTakesEffect(t *testing.T) {
	r := newRig(t)
	olga, version := r.second(), r.edited("http://scheduled.test")
	at := r.clock.Now().Add(time.Hour)
	release, err := r.ScheduleRelease(ctx, r.pia, r.provider, version, "Soon", at)
	r.must(err)
	r.edited("http://later.test")
	r.must(r.PublishDue(ctx, release.ID, ""))
	if due, err := r.DueReleases(ctx); err != nil || len(due) > 0 || r.served() != "http://upstream.test" {
		t.Errorf("before its time %+v are due (%v), and calls go to %s", due, err, r.served())
	}
	if _, err := r.PublishVersion(ctx, r.pia, r.provider, version, ""); !is(err, models.ErrReleaseWaits) {
		t.Errorf("another one was published meanwhile: %v", err)
	}
	r.clock.Move(time.Hour)
	due, err := r.DueReleases(ctx)
	if err != nil || len(due) != 1 || due[0].ID != release.ID || due[0].UpstreamURL != "http://scheduled.test" {
		t.Fatalf("%+v are due: %v", due, err)
	}
	for range 2 { // after a crash it may be asked for twice
		r.must(r.PublishDue(ctx, release.ID, "The upstream did not answer."))
	}
	if r.served() != "http://scheduled.test" {
		t.Errorf("calls go to %s", r.served())
	}
	if told := r.notified(olga.UserID); len(told) != 2 || !strings.Contains(told[0], "Quotes v1 serves what was scheduled: release 2. The upstream did not answer.") {
		t.Errorf("those who publish are told %q", told)
	}
	if told := r.notified(r.carl.UserID); len(told) != 1 || !strings.Contains(told[0], "published a release of Quotes v1") {
		t.Errorf("the subscribers are told %q", told)
	}
}

// What can be published no more when its time comes is withdrawn, with the reason.
func TestAScheduledReleaseThatCannotTakeEffect(t *testing.T) {
	for sentence, row := range map[string]struct{ undo, why string }{
		"the version is retired":           {`UPDATE versions SET state = 'retired' WHERE api_id = ?`, "A retired version cannot be published again."},
		"the team is no provider any more": {`UPDATE teams SET provider = FALSE WHERE id = (SELECT team_id FROM apis WHERE id = ?)`, "The team is no provider any more."},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := newRig(t)
			version := r.edited("http://scheduled.test")
			release, err := r.ScheduleRelease(ctx, r.pia, r.provider, version, "", r.clock.Now().Add(time.Hour))
			r.must(err)
			r.exec(row.undo, r.api)
			r.clock.Move(time.Hour)
			r.must(r.PublishDue(ctx, release.ID, ""))
			got, err := r.VersionRelease(ctx, version, release.Number)
			if err != nil || got.Release.State != models.ReleaseWithdrawn || r.served() != "http://upstream.test" {
				t.Errorf("it is %+v (%v), and calls go to %s", got.Release, err, r.served())
			}
			if told := r.notified(r.pia.UserID); len(told) == 0 || !strings.Contains(told[0], row.why) {
				t.Errorf("whoever scheduled it is told %q", told)
			}
		})
	}
}

// A rollback is a release of its own that serves what an earlier one did.
func TestARollBack(t *testing.T) {
	r := newRig(t)
	version := r.edited("http://second.test")
	_, err := r.PublishVersion(ctx, r.pia, r.provider, version, "")
	r.must(err)
	r.must(r.SetReleaseReview(ctx, r.pia, r.provider, true))
	if _, err := r.RollBack(ctx, r.pia, r.provider, version, 2, ""); !is(err, models.ErrConflict) {
		t.Errorf("to what is served now: %v", err)
	}
	if _, err := r.RollBack(ctx, r.pia, r.provider, version, 7, ""); !is(err, models.ErrNotFound) {
		t.Errorf("to what is not there: %v", err)
	}
	back, err := r.RollBack(ctx, r.pia, r.provider, version, 1, "The new one is slow")
	if err != nil || back.Number != 3 || back.AsNumber != 1 || r.served() != "http://upstream.test" {
		t.Errorf("back is %+v (%v), and calls go to %s", back, err, r.served())
	}
	row, err := r.TeamVersion(ctx, r.provider, "quotes", "v1")
	if err != nil || row.Version.DraftUpstreamURL != "http://second.test" {
		t.Errorf("the draft is %+v: %v", row.Version, err)
	}
	if states := r.number(`SELECT COUNT(*) FROM releases WHERE version_id = ? AND state = 'replaced'`, version); states != 2 {
		t.Errorf("%d are replaced", states)
	}
}

// What a release serves is held by the database itself.
func TestWhatAReleaseServesIsNeverChanged(t *testing.T) {
	r := newRig(t)
	if _, err := r.raw.ExecContext(ctx, `UPDATE releases SET upstream_url = 'http://evil.test'`); err == nil || !strings.Contains(err.Error(), "never changed") {
		t.Errorf("it was: %v", err)
	}
}

// Another team's releases are not there.
func TestReleasesOfAnotherTeam(t *testing.T) {
	r := newRig(t)
	version := r.edited("http://proposed.test")
	release, err := r.ProposeRelease(ctx, r.pia, r.provider, version, "", nil)
	r.must(err)
	for sentence, do := range map[string]func() error{
		"proposing": func() error { _, err := r.ProposeRelease(ctx, r.carl, r.consumer, version, "", nil); return err },
		"scheduling": func() error {
			_, err := r.ScheduleRelease(ctx, r.carl, r.consumer, version, "", r.clock.Now().Add(time.Hour))
			return err
		},
		"reviewing": func() error {
			_, err := r.ReviewRelease(ctx, r.carl, r.consumer, release.ID, models.ReleaseReview{Approve: true})
			return err
		},
		"withdrawing":  func() error { return r.WithdrawRelease(ctx, r.carl, r.consumer, release.ID) },
		"cancelling":   func() error { return r.CancelRelease(ctx, r.carl, r.consumer, release.ID) },
		"rolling back": func() error { _, err := r.RollBack(ctx, r.carl, r.consumer, version, 1, ""); return err },
		"finding":      func() error { _, _, err := r.VersionOfRelease(ctx, r.consumer, release.ID); return err },
		"blocking":     func() error { return r.BlockVersion(ctx, r.carl, models.ByTeam, r.consumer, version, "x") },
		"unblocking":   func() error { return r.UnblockVersion(ctx, r.carl, models.ByTeam, r.consumer, version) },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}
