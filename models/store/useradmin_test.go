package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// root makes an administrator of the platform.
func (r *rig) root(name string) models.Actor {
	r.Helper()
	u, err := r.AddAdministrator(ctx, models.NewUser{Name: name, Email: name + "@example.test"}, "x")
	r.must(err)
	return models.Actor{UserID: u.ID}
}

func (r *rig) hasSession(hash []byte) bool {
	r.Helper()
	_, err := r.Session(ctx, hash)
	if !is(err, models.ErrNotFound) {
		r.must(err)
	}
	return err == nil
}

func TestOnlyAdministratorsOfThisInstantChangeUsers(t *testing.T) {
	r := newRig(t)
	root, other := r.root("root"), r.root("other")
	gone := r.root("gone")
	r.must(r.SuspendUser(ctx, root, gone.UserID, false))
	past := r.root("past")
	r.must(r.SetAdministrator(ctx, root, past.UserID, false))
	for what, do := range map[string]func(models.Actor) error{
		"make an administrator": func(a models.Actor) error { return r.SetAdministrator(ctx, a, r.carl.UserID, true) },
		"unmake one":            func(a models.Actor) error { return r.SetAdministrator(ctx, a, other.UserID, false) },
		"suspend":               func(a models.Actor) error { return r.SuspendUser(ctx, a, r.carl.UserID, true) },
		"reactivate":            func(a models.Actor) error { return r.ReactivateUser(ctx, a, gone.UserID) },
		"send a link":           func(a models.Actor) error { return r.SendReset(ctx, a, r.carl.UserID) },
		"sign out":              func(a models.Actor) error { return r.SignOutUser(ctx, a, r.carl.UserID) },
	} {
		before := r.number(`SELECT COUNT(*) FROM audit_entries`)
		for who, actor := range map[string]models.Actor{
			"a user": r.pia, "oneself": r.carl, "nobody": {}, "a suspended administrator": gone, "a past administrator": past,
		} {
			if err := do(actor); !is(err, models.ErrForbidden) {
				t.Errorf("%s may %s: %v", who, what, err)
			}
		}
		if n := r.number(`SELECT COUNT(*) FROM audit_entries`); n != before {
			t.Errorf("%s left %d entries of what was not done", what, n-before)
		}
	}
	if err := r.SendReset(ctx, root, "usr_nobody"); !is(err, models.ErrNotFound) {
		t.Errorf("an act on nobody: %v", err)
	}
}

func TestThePortalKeepsAnAdministratorWhoCanSignIn(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	if err := r.SetAdministrator(ctx, root, root.UserID, false); !is(err, models.ErrLastAdministrator) {
		t.Errorf("the last one leaves: %v", err)
	}
	if err := r.SuspendUser(ctx, root, root.UserID, false); !is(err, models.ErrOneself) {
		t.Errorf("somebody suspends themselves: %v", err)
	}
	other := r.root("other")
	r.must(r.SuspendUser(ctx, root, other.UserID, false))
	if err := r.SetAdministrator(ctx, root, root.UserID, false); !is(err, models.ErrLastAdministrator) {
		t.Errorf("one who is suspended counts as left: %v", err)
	}
	if err := r.DeleteUser(ctx, root); !is(err, models.ErrConflict) {
		t.Errorf("the last one who can sign in deletes their account: %v", err)
	}
	r.must(r.ReactivateUser(ctx, root, other.UserID))
	r.must(r.SetAdministrator(ctx, root, root.UserID, false))
	if changes, _ := r.changes(models.AuditAdministrator); changes != `[{"field":"Administrator","before":"yes","after":"no"}]` {
		t.Errorf("recorded is %s", changes)
	}
}

// Of administrators who unmake each other at once, one is left.
func TestAdministratorsWhoUnmakeEachOtherAtOnceLeaveOne(t *testing.T) {
	r := newRig(t)
	admins := make([]models.Actor, 6)
	for i := range admins {
		admins[i] = r.root(fmt.Sprintf("root%d", i))
	}
	var wait sync.WaitGroup
	for i, a := range admins {
		wait.Go(func() {
			err := r.SetAdministrator(ctx, a, admins[(i+1)%len(admins)].UserID, false)
			if err != nil && !is(err, models.ErrLastAdministrator) && !is(err, models.ErrForbidden) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := r.number(`SELECT COUNT(*) FROM users WHERE administrator`); n < 1 {
		t.Errorf("%d administrators are left", n)
	}
}

func TestASuspendedUserIsOutAtOnceAndTheirKeysGoOn(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	before, other := r.session(r.carl.UserID, "before").TokenHash, r.session(r.pia.UserID, "other").TokenHash
	r.must(r.SuspendUser(ctx, root, r.carl.UserID, false))
	after := r.session(r.carl.UserID, "after").TokenHash // begun by somebody who was a moment faster
	if r.hasSession(before) || r.hasSession(after) || !r.hasSession(other) {
		t.Error("a suspended user has a session, or somebody else has lost theirs")
	}
	if key, err := r.TeamKey(ctx, r.consumer, r.world.Key.ID); err != nil || key.State != models.KeyActive {
		t.Errorf("the key is %s, %v", key.State, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'account_standing'`); n != 1 {
		t.Errorf("%d mails", n)
	}
	if changes, _ := r.changes(models.AuditUserSuspended); changes != `[{"field":"May sign in","before":"yes","after":"no"}]` {
		t.Errorf("recorded is %s", changes)
	}
	r.must(r.SuspendUser(ctx, root, r.carl.UserID, true)) // again: nothing
	r.must(r.ReactivateUser(ctx, root, r.carl.UserID))
	r.must(r.ReactivateUser(ctx, root, r.carl.UserID))
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action IN ('user.suspended', 'user.reactivated')`); n != 2 {
		t.Errorf("doing it twice is recorded %d times", n)
	}
	if r.hasSession(before) {
		t.Error("an ended session came back")
	}
	if user, err := r.User(ctx, r.carl.UserID); err != nil || user.Suspended() {
		t.Errorf("still suspended: %v", err)
	}
}

func TestSuspendingMayRevokeTheKeysOfAUser(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	var told []models.KeyHash
	r.Listen(store.Listener{Key: func(h models.KeyHash) { told = append(told, h) }})
	theirs, err := r.CreateKey(ctx, r.pia, r.consumer, "not Carl's", models.NewKeySecret(), models.KeyRules{})
	r.must(err)
	told = nil
	if facts, err := r.UserFacts(ctx, r.carl.UserID); err != nil || facts.Keys != 1 {
		t.Errorf("the page says %d facts.Keys, %v", facts.Keys, err)
	}
	r.must(r.SuspendUser(ctx, root, r.carl.UserID, true))
	for id, want := range map[string]models.KeyState{r.world.Key.ID: models.KeyRevoked, theirs.ID: models.KeyActive} {
		if key, err := r.TeamKey(ctx, r.consumer, id); err != nil || key.State != want {
			t.Errorf("%s is %s, %v", key.Name, key.State, err)
		}
	}
	if !slices.Equal(told, []models.KeyHash{models.KeyHash(r.world.Key.Hash)}) {
		t.Errorf("the gateway was told of %d keys", len(told))
	}
	entries, err := r.TeamAudit(ctx, r.consumer, models.AuditFilter{Subject: r.world.Key.ID}, models.Page{Limit: 1})
	r.must(err)
	if l := entries.Rows[0]; l.Entry.Action != models.AuditKeyTakenAway || !l.Operator || l.Entry.UserID != "" {
		t.Errorf("the team reads %+v", l)
	}
}

func TestASignedOutUserMaySignInAgain(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	first, second := r.session(r.carl.UserID, "first").TokenHash, r.session(r.carl.UserID, "second").TokenHash
	if facts, err := r.UserFacts(ctx, r.carl.UserID); err != nil || facts.Sessions != 2 || facts.SeenAt == nil || facts.SecondFactor {
		t.Errorf("the page says %+v, %v", facts, err)
	}
	r.must(r.SignOutUser(ctx, root, r.carl.UserID))
	if r.hasSession(first) || r.hasSession(second) || !r.hasSession(r.session(r.carl.UserID, "third").TokenHash) {
		t.Error("a session went on, or none can be begun any more")
	}
}

// Whoever has lost the program that makes codes, and the recovery codes too, is let in by an administrator's act.
func TestAnAdministratorTakesASecondFactorAway(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	if err := r.TakeSecondFactor(ctx, root, r.carl.UserID, true, true); !is(err, models.ErrNotFound) {
		t.Errorf("where there is none: %v", err)
	}
	r.factor(r.carl.UserID, "")
	session := r.session(r.carl.UserID, "one").TokenHash
	if err := r.TakeSecondFactor(ctx, r.pia, r.carl.UserID, true, false); !is(err, models.ErrForbidden) {
		t.Errorf("by somebody who is no administrator: %v", err)
	}
	if facts, err := r.UserFacts(ctx, r.carl.UserID); err != nil || !facts.SecondFactor {
		t.Errorf("before, the page says %+v, %v", facts, err)
	}
	r.must(r.TakeSecondFactor(ctx, root, r.carl.UserID, true, false))
	if facts, err := r.UserFacts(ctx, r.carl.UserID); err != nil || facts.SecondFactor || r.hasSession(session) {
		t.Errorf("afterwards, the page says %+v, %v", facts, err)
	}
	if told := r.told(models.FactorRemoved); told != 1 {
		t.Errorf("%d mails were promised", told)
	}
}

func TestUsersAreSearchedAndPaged(t *testing.T) {
	r := newRig(t)
	for i := range 30 {
		r.join(fmt.Sprintf("person%d", i), models.RoleViewer)
	}
	first, err := r.Users(ctx, "PERSON", models.Page{})
	r.must(err)
	second, err := r.Users(ctx, "PERSON", models.Page{After: first.Next})
	r.must(err)
	if len(first.Rows) != models.PageSize || len(second.Rows) != 5 || second.Next != "" || first.Rows[0].User.Name != "person29" || first.Rows[0].Teams != 1 {
		t.Errorf("%d and %d users, the first %+v", len(first.Rows), len(second.Rows), first.Rows[0])
	}
	for text, want := range map[string]int{"carl@": 1, "Consumer": 1, "%": 0, "_": 0, "nobody": 0} {
		if found, err := r.Users(ctx, text, models.Page{}); err != nil || len(found.Rows) != want {
			t.Errorf("%q finds %d users, %v", text, len(found.Rows), err)
		}
	}
	vic := r.join("owner", models.RoleOwner)
	if teams, err := r.UserTeams(ctx, vic.UserID); err != nil || len(teams) != 1 || teams[0].Role != models.RoleOwner || teams[0].Owners != 2 {
		t.Errorf("%+v, %v", teams, err)
	}
}
