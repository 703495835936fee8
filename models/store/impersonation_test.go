package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// signedIn gives a user a whole session and returns it as it is stored.
func (r *rig) signedIn(user string) models.Session {
	r.Helper()
	s := models.Session{
		TokenHash: []byte(models.NewID("token")), ID: models.NewID(models.KindSession), UserID: user, Data: []byte{},
		CreatedAt: r.clock.Now(), SeenAt: r.clock.Now(), ProvedAt: r.clock.Now(), ExpiresAt: r.clock.Now().Add(24 * time.Hour),
	}
	r.must(r.SaveSession(ctx, s))
	return s
}

// seen is whom a session shows the portal as now, "" for its own user.
func (r *rig) seen(s models.Session) string {
	r.Helper()
	stored, err := r.Session(ctx, s.TokenHash)
	r.must(err)
	return stored.ActsAs(r.clock.Now())
}

func TestWhoSeesThePortalAsWhom(t *testing.T) {
	r := newRig(t)
	root, other := r.root("root"), r.root("other")
	own, theirs := r.signedIn(root.UserID), r.signedIn(r.pia.UserID)
	nora := r.join("nora", models.RoleViewer)
	r.must(r.SuspendUser(ctx, root, nora.UserID, false))
	gone := r.join("gone", models.RoleViewer)
	r.must(r.DeleteUser(ctx, gone))
	through := root
	through.UserID, through.ImpersonatorID = other.UserID, root.UserID
	for what, row := range map[string]struct {
		actor   models.Actor
		session models.Session
		user    string
		want    error
	}{
		"a user as another":                      {r.pia, theirs, r.carl.UserID, models.ErrForbidden},
		"an administrator as another":            {root, own, other.UserID, models.ErrNoImpersonation},
		"an administrator as themselves":         {root, own, root.UserID, models.ErrNoImpersonation},
		"an administrator as a suspended user":   {root, own, nora.UserID, models.ErrNoImpersonation},
		"an administrator as a deleted user":     {root, own, gone.UserID, models.ErrNotFound},
		"an administrator as nobody":             {root, own, "usr_nobody", models.ErrNotFound},
		"an administrator, by another's session": {root, theirs, r.carl.UserID, models.ErrNotFound},
		"from within an impersonation":           {through, own, r.carl.UserID, models.ErrForbidden},
	} {
		if err := r.Impersonate(ctx, row.actor, row.session.ID, row.user, "why"); !is(err, row.want) {
			t.Errorf("%s: %v, want %v", what, err, row.want)
		}
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE noun = 'impersonation'`); n != 0 {
		t.Errorf("%d entries of what was refused", n)
	}
	r.must(r.Impersonate(ctx, root, own.ID, r.carl.UserID, "why"))
	if err := r.Impersonate(ctx, root, own.ID, r.pia.UserID, "why"); !is(err, models.ErrNotFound) {
		t.Errorf("as another before the first is over: %v", err)
	}
	if got := r.seen(own); got != r.carl.UserID {
		t.Errorf("the session shows the portal as %q", got)
	}
}

func TestAnImpersonationEnds(t *testing.T) {
	for how, end := range map[string]func(r *rig, root models.Actor, s models.Session) error{
		"after half an hour": func(r *rig, _ models.Actor, _ models.Session) error {
			r.clock.Move(models.ImpersonationLife)
			return nil
		},
		"by the button": func(r *rig, root models.Actor, s models.Session) error {
			return r.EndImpersonation(ctx, root, s.ID, "by the button")
		},
		"with the user's suspension": func(r *rig, root models.Actor, _ models.Session) error {
			return r.SuspendUser(ctx, root, r.carl.UserID, false)
		},
		"with the user's becoming an administrator": func(r *rig, root models.Actor, _ models.Session) error {
			return r.SetAdministrator(ctx, root, r.carl.UserID, true)
		},
		"with the administrator's becoming none, and stays so": func(r *rig, root models.Actor, _ models.Session) error {
			other := r.root("other")
			if err := r.SetAdministrator(ctx, other, root.UserID, false); err != nil {
				return err
			}
			return r.SetAdministrator(ctx, other, root.UserID, true)
		},
		"with the user's account": func(r *rig, _ models.Actor, _ models.Session) error {
			nora := r.join("nora", models.RoleOwner)
			r.must(r.SetRole(ctx, nora, r.consumer, r.carl.UserID, models.RoleViewer))
			return r.DeleteUser(ctx, r.carl)
		},
	} {
		t.Run(how, func(t *testing.T) {
			r := newRig(t)
			root := r.root("root")
			s := r.signedIn(root.UserID)
			r.must(r.Impersonate(ctx, root, s.ID, r.carl.UserID, "why"))
			r.clock.Move(models.ImpersonationLife - time.Minute)
			if r.seen(s) != r.carl.UserID {
				t.Fatal("it ended by itself too early")
			}
			r.clock.Move(time.Millisecond)
			r.must(end(r, root, s))
			if got := r.seen(s); got != "" {
				t.Errorf("the session goes on to show the portal as %s", got)
			}
		})
	}
}

func TestSuspendingAnAdministratorEndsTheirImpersonation(t *testing.T) {
	r := newRig(t)
	root, other := r.root("root"), r.root("other")
	s := r.signedIn(root.UserID)
	r.must(r.Impersonate(ctx, root, s.ID, r.carl.UserID, "why"))
	r.must(r.SuspendUser(ctx, other, root.UserID, false))
	if r.hasSession(s.TokenHash) {
		t.Error("their session goes on")
	}
}

// The user is told by mail and finds each time with the name and the reason, in the copy of their data too.
func TestTheUserLearnsWhoLookedAndWhy(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	s := r.signedIn(root.UserID)
	r.must(r.Impersonate(ctx, root, s.ID, r.carl.UserID, "refused calls"))
	r.must(r.EndImpersonation(ctx, root, s.ID, "by the button"))
	if err := r.EndImpersonation(ctx, root, s.ID, "by the button"); !is(err, models.ErrNotFound) {
		t.Errorf("it ends twice: %v", err)
	}
	due, err := r.DueMessages(ctx, 100)
	r.must(err)
	var told []models.ImpersonatedPayload
	for _, m := range due {
		if m.Kind == models.Impersonated {
			var p models.ImpersonatedPayload
			r.must(json.Unmarshal(m.Payload, &p))
			told = append(told, p)
		}
	}
	if len(told) != 1 || told[0].Email != "carl@example.test" || told[0].By != "root" || told[0].Reason != "refused calls" {
		t.Errorf("the mails are %+v", told)
	}
	looks, err := r.Impersonations(ctx, r.carl.UserID, 5)
	r.must(err)
	if len(looks) != 1 || looks[0].By != "root" || looks[0].Reason != "refused calls" || !looks[0].At.Equal(r.clock.Now()) {
		t.Errorf("the account lists %+v", looks)
	}
	data, err := r.PersonalData(ctx, r.carl.UserID)
	r.must(err)
	if len(data.SeenBy) != 1 || data.SeenBy[0].By != "root" || data.SeenBy[0].Reason != "refused calls" {
		t.Errorf("the copy of personal data has %+v", data.SeenBy)
	}
	all, err := r.Audit(ctx, models.AuditFilter{Noun: "impersonation", Person: root.UserID}, models.Page{})
	r.must(err)
	if len(all.Rows) != 2 || all.Rows[0].Entry.Details != "by the button" || all.Rows[1].Entry.Subject != r.carl.UserID || all.Rows[1].Subject.Name != "Carl Consumer" {
		t.Errorf("the audit log has %+v", all.Rows)
	}
}

// What is done meanwhile names both; from where the administrator did it is not the team's business.
func TestTheAuditNamesBoth(t *testing.T) {
	r := newRig(t)
	root := r.root("root")
	both := models.Actor{UserID: r.carl.UserID, ImpersonatorID: root.UserID, Address: "192.0.2.1", RequestID: "web_1"}
	hook := r.hook(r.carl, r.consumer)
	r.must(r.RenameTeam(ctx, both, r.consumer, "Buyers"))
	if _, said := r.sent(hook); len(said) != 1 || said[0].Data.By != r.carl.UserID || said[0].Data.Through != root.UserID {
		t.Errorf("webhooks are told %+v", said)
	}
	for list, read := range map[string]func() (models.Paged[models.AuditListing], error){
		"": func() (models.Paged[models.AuditListing], error) {
			return r.TeamAudit(ctx, r.consumer, models.AuditFilter{}, models.Page{Limit: 1})
		},
		"192.0.2.1": func() (models.Paged[models.AuditListing], error) {
			return r.Audit(ctx, models.AuditFilter{}, models.Page{Limit: 1})
		},
	} {
		rows, err := read()
		r.must(err)
		l := rows.Rows[0]
		if l.UserName != "Carl Consumer" || l.ImpersonatorName != "root" || l.Entry.ImpersonatorID != root.UserID || l.Entry.Address != list {
			t.Errorf("%+v", l)
		}
	}
}
