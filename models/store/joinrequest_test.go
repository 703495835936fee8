package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/faregate/faregate/models"
)

// person is a new user with a verified address.
func (r *rig) person(email string) models.Actor {
	r.Helper()
	user, err := r.AddUser(ctx, models.NewUser{Name: "Somebody", Email: email}, "x")
	r.must(err)
	return models.Actor{UserID: user.ID}
}

// openTo lets people of a domain ask to join the consumers.
func (r *rig) openTo(domain string) {
	r.Helper()
	owner := r.person("boss@" + domain)
	r.addMember(owner, models.RoleOwner)
	r.must(r.SetJoinDomain(ctx, owner, r.consumer, domain))
}

func (r *rig) addMember(who models.Actor, role models.Role) {
	r.Helper()
	user, err := r.User(ctx, who.UserID)
	r.must(err)
	secret, err := r.invite(r.carl, user.Email, role)
	r.must(err)
	r.must(r.accept(who, secret))
}

func (r *rig) joinable(who models.Actor) []models.JoinableTeam {
	r.Helper()
	user, err := r.User(ctx, who.UserID)
	r.must(err)
	list, err := r.JoinableTeams(ctx, user, models.Page{})
	r.must(err)
	return list.Rows
}

func TestWhoMayAskToJoin(t *testing.T) {
	r := newRig(t)
	r.openTo("acme.example")
	unverified, err := r.SignUp(ctx, models.System, models.NewUser{Name: "New", Email: "new@acme.example"}, "x")
	r.must(err)
	member := r.person("member@acme.example")
	r.addMember(member, models.RoleViewer)
	waiting := r.person("waiting@acme.example")
	r.must(r.AskToJoin(ctx, waiting, r.consumer))
	for _, row := range []struct {
		sentence string
		who      models.Actor
		team     string
		sees     int
		err      error
	}{
		{"somebody of the domain", r.person("ada@acme.example"), r.consumer, 1, nil},
		{"somebody of the domain, of a team that takes no requests", r.person("bob@acme.example"), r.provider, 1, models.ErrNotFound},
		{"somebody of another domain", r.person("eve@other.example"), r.consumer, 0, models.ErrNotFound},
		{"somebody of a domain below it", r.person("eve@sub.acme.example"), r.consumer, 0, models.ErrNotFound},
		{"somebody who has not verified their address", models.Actor{UserID: unverified.ID}, r.consumer, 0, models.ErrNotFound},
		{"a member", member, r.consumer, 0, models.ErrConflict},
		{"somebody who is asking", waiting, r.consumer, 1, models.ErrConflict},
		{"nobody", models.Actor{UserID: "usr_nobody"}, r.consumer, -1, models.ErrNotFound},
	} {
		if row.sees >= 0 {
			if seen := r.joinable(row.who); len(seen) != row.sees {
				t.Errorf("%s sees %+v", row.sentence, seen)
			}
		}
		if err := r.AskToJoin(ctx, row.who, row.team); !errors.Is(err, row.err) {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
}

func TestARequestToJoinIsAnsweredOnce(t *testing.T) {
	r := newRig(t)
	r.openTo("acme.example")
	ada, bob, kim := r.person("ada@acme.example"), r.person("bob@acme.example"), r.person("kim@acme.example")
	for _, who := range []models.Actor{ada, bob, kim} {
		r.must(r.AskToJoin(ctx, who, r.consumer))
	}
	open, err := r.OpenJoinRequests(ctx, r.consumer, models.Page{})
	r.must(err)
	if len(open.Rows) != 3 || open.Rows[0].Email != "ada@acme.example" {
		t.Fatalf("open are %+v", open)
	}
	admin := r.person("admin@elsewhere.example")
	r.addMember(admin, models.RoleAdmin)
	developer := r.person("dev@elsewhere.example")
	r.addMember(developer, models.RoleDeveloper)
	for _, row := range []struct {
		sentence string
		err      error
		want     error
	}{
		{"a developer accepts", r.AcceptJoinRequest(ctx, developer, r.consumer, open.Rows[0].JoinRequest.ID, models.RoleViewer), models.ErrForbidden},
		{"a developer declines", r.DeclineJoinRequest(ctx, developer, r.consumer, open.Rows[0].JoinRequest.ID), models.ErrForbidden},
		{"whoever asks accepts it themselves", r.AcceptJoinRequest(ctx, ada, r.consumer, open.Rows[0].JoinRequest.ID, models.RoleViewer), models.ErrForbidden},
		{"an admin makes an owner", r.AcceptJoinRequest(ctx, admin, r.consumer, open.Rows[0].JoinRequest.ID, models.RoleOwner), models.ErrForbidden},
		{"another team's owner answers in their own team", r.AcceptJoinRequest(ctx, r.pia, r.provider, open.Rows[0].JoinRequest.ID, models.RoleViewer), models.ErrNotFound},
		{"an admin makes a developer", r.AcceptJoinRequest(ctx, admin, r.consumer, open.Rows[0].JoinRequest.ID, models.RoleDeveloper), nil},
		{"it is accepted again", r.AcceptJoinRequest(ctx, r.carl, r.consumer, open.Rows[0].JoinRequest.ID, models.RoleAdmin), models.ErrConflict},
		{"it is declined afterwards", r.DeclineJoinRequest(ctx, r.carl, r.consumer, open.Rows[0].JoinRequest.ID), models.ErrConflict},
		{"another one is declined", r.DeclineJoinRequest(ctx, admin, r.consumer, open.Rows[1].JoinRequest.ID), nil},
		{"whoever was declined asks again", r.AskToJoin(ctx, bob, r.consumer), models.ErrConflict},
		{"somebody withdraws", r.WithdrawJoinRequest(ctx, kim, r.consumer), nil},
		{"and withdraws again", r.WithdrawJoinRequest(ctx, kim, r.consumer), models.ErrNotFound},
		{"and asks again", r.AskToJoin(ctx, kim, r.consumer), nil},
	} {
		if !errors.Is(row.err, row.want) {
			t.Errorf("%s: %v", row.sentence, row.err)
		}
	}
	if role := r.roleOf(ada); role != models.RoleDeveloper {
		t.Errorf("ada's role is %q", role)
	}
	if role := r.roleOf(bob); role != "" {
		t.Errorf("bob's role is %q", role)
	}
}

// Whoever joins by an invitation asks for nothing any more.
func TestAnInvitationAnswersARequestToJoin(t *testing.T) {
	r := newRig(t)
	r.openTo("acme.example")
	ada := r.person("ada@acme.example")
	r.must(r.AskToJoin(ctx, ada, r.consumer))
	r.addMember(ada, models.RoleViewer)
	if open, err := r.OpenJoinRequests(ctx, r.consumer, models.Page{}); err != nil || len(open.Rows) != 0 {
		t.Errorf("open are %+v, %v", open, err)
	}
}

func TestTheDomainIsThatOfWhoSetsIt(t *testing.T) {
	r := newRig(t)
	owner, developer := r.person("boss@acme.example"), r.person("dev@acme.example")
	r.addMember(owner, models.RoleOwner)
	r.addMember(developer, models.RoleDeveloper)
	var invalid models.Invalid
	if err := r.SetJoinDomain(ctx, owner, r.consumer, "other.example"); !errors.As(err, &invalid) || invalid["domain"] == "" {
		t.Errorf("a foreign domain: %v", err)
	}
	if err := r.SetJoinDomain(ctx, developer, r.consumer, "acme.example"); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("a developer opens the team: %v", err)
	}
	if err := r.SetJoinDomain(ctx, owner, r.provider, "acme.example"); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("the owner of one team opens another: %v", err)
	}
	r.must(r.SetJoinDomain(ctx, owner, r.consumer, "acme.example"))
	ada := r.person("ada@acme.example")
	if len(r.joinable(ada)) != 1 {
		t.Error("the team is not to be found")
	}
	r.must(r.SetJoinDomain(ctx, owner, r.consumer, ""))
	if err := r.AskToJoin(ctx, ada, r.consumer); len(r.joinable(ada)) != 0 || !errors.Is(err, models.ErrNotFound) {
		t.Errorf("the team still takes requests: %v", err)
	}
}

// A request goes to those who can answer, in a mail each, and no further.
func TestARequestToJoinIsTold(t *testing.T) {
	r := newRig(t)
	r.openTo("acme.example")
	for i := range 25 {
		r.addMember(r.person(fmt.Sprintf("admin%d@acme.example", i)), models.RoleAdmin)
		if i%10 == 9 {
			r.clock.Move(models.InvitationLife) // no more than so many invitations an hour
		}
	}
	r.addMember(r.person("dev@acme.example"), models.RoleDeveloper)
	before := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'join_asked'`)
	r.must(r.AskToJoin(ctx, r.person("ada@acme.example"), r.consumer))
	if told := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'join_asked'`) - before; told != 20 {
		t.Errorf("%d were told", told)
	}
	if told := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'join_asked' AND CAST(payload AS TEXT) LIKE '%"dev@acme.example"%'`); told != 0 {
		t.Error("a developer was told")
	}
}

// From where somebody asked is not the team's business, and stays on record for the operator.
func TestTheTeamDoesNotReadFromWhereSomebodyAsked(t *testing.T) {
	r := newRig(t)
	r.openTo("acme.example")
	ada := r.person("ada@acme.example")
	ada.Address = "192.0.2.7"
	r.must(r.AskToJoin(ctx, ada, r.consumer))
	ours, err := r.TeamAudit(ctx, r.consumer, models.AuditFilter{Noun: "member"}, models.Page{Limit: 1})
	r.must(err)
	all, err := r.Audit(ctx, models.AuditFilter{Noun: "member"}, models.Page{Limit: 1})
	r.must(err)
	if o, a := ours.Rows[0].Entry, all.Rows[0].Entry; o.Action != models.AuditJoinAsked || o.Address != "" || a.Address != "192.0.2.7" {
		t.Errorf("the team reads %+v, the operator %+v", o, a)
	}
}
