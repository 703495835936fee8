package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// invite invites an address to the consumers' team and returns the secret of the link.
func (r *rig) invite(actor models.Actor, email string, role models.Role) (string, error) {
	secret := models.NewLinkToken()
	_, err := r.Invite(ctx, actor, r.consumer, models.NewInvitation{Email: email, Role: role},
		models.InvitationSecret{Hash: models.HashLinkToken(secret), Sealed: "sealed"})
	return secret, err
}

func (r *rig) standing(secret string) models.InvitationState {
	r.Helper()
	l, err := r.InvitationBySecret(ctx, models.HashLinkToken(secret))
	r.must(err)
	return l.Standing(r.clock.Now())
}

func (r *rig) accept(who models.Actor, secret string) error {
	_, err := r.AcceptInvitation(ctx, who, models.HashLinkToken(secret))
	return err
}

func TestAnInvitationIsTakenOnce(t *testing.T) {
	r := newRig(t)
	secret, err := r.invite(r.carl, "new@example.test", models.RoleDeveloper)
	r.must(err)
	due, err := r.DueMessages(ctx, 10)
	r.must(err)
	var p models.TeamInvitationPayload
	if len(due) != 1 || due[0].Kind != models.TeamInvitation || json.Unmarshal(due[0].Payload, &p) != nil ||
		p.Email != "new@example.test" || p.TeamName != "Consumers" || p.InviterName != "Carl Consumer" || p.SealedSecret != "sealed" {
		t.Errorf("the mail that was promised: %+v", due)
	}
	if n := r.number(`SELECT COUNT(*) FROM invitations WHERE CAST(secret_hash AS TEXT) LIKE ?`, "%"+secret+"%"); n != 0 {
		t.Error("the secret itself is stored")
	}
	m, err := r.AcceptInvitation(ctx, r.pia, models.HashLinkToken(secret))
	if err != nil || m.Role != models.RoleDeveloper || m.Team.ID != r.consumer || r.roleOf(r.pia) != models.RoleDeveloper {
		t.Errorf("%+v, %v", m, err)
	}
	ada, err := r.SignUp(ctx, models.System, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "x")
	r.must(err)
	if err := r.accept(models.Actor{UserID: ada.ID}, secret); !is(err, models.ErrConflict) || r.standing(secret) != models.InvitationAccepted {
		t.Errorf("it was taken twice: %v", err)
	}
	if err := r.accept(r.pia, "something else"); !is(err, models.ErrNotFound) {
		t.Errorf("a wrong link: %v", err)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action IN ('invitation.sent', 'member.joined') AND details LIKE 'developer, %new@example.test'`); n != 2 {
		t.Errorf("%d audit entries", n)
	}
}

func TestInvitationsEnd(t *testing.T) {
	for _, row := range []struct {
		what string
		end  func(r *rig, id string)
		want models.InvitationState
	}{
		{"after seven days", func(r *rig, _ string) { r.clock.Move(models.InvitationLife) }, models.InvitationExpired},
		{"when it is withdrawn", func(r *rig, id string) { r.must(r.WithdrawInvitation(ctx, r.carl, r.consumer, id)) }, models.InvitationWithdrawn},
		{"when it is sent again", func(r *rig, id string) {
			_, err := r.ResendInvitation(ctx, r.carl, r.consumer, id, models.InvitationSecret{Hash: []byte("x")})
			r.must(err)
		}, models.InvitationReplaced},
		{"when the team is deleted", func(r *rig, _ string) { r.must(r.DeleteTeam(ctx, r.carl, r.consumer)) }, models.InvitationWithdrawn},
	} {
		r := newRig(t)
		secret, err := r.invite(r.carl, "new@example.test", models.RoleViewer)
		r.must(err)
		if r.standing(secret) != models.InvitationOpen {
			t.Fatalf("a new one is %s", r.standing(secret))
		}
		open, err := r.OpenInvitations(ctx, r.consumer)
		r.must(err)
		row.end(r, open[0].Invitation.ID)
		if err := r.accept(r.pia, secret); !is(err, models.ErrConflict) || r.standing(secret) != row.want {
			t.Errorf("%s: %v, and it stands as %s", row.what, err, r.standing(secret))
		}
	}
	// One moment before it ends it is taken.
	r := newRig(t)
	secret, err := r.invite(r.carl, "new@example.test", models.RoleViewer)
	r.must(err)
	r.clock.Move(models.InvitationLife - time.Millisecond)
	r.must(r.accept(r.pia, secret))
}

func TestAMemberWhoTakesAnInvitationDoesNotUseItUp(t *testing.T) {
	r := newRig(t)
	secret, err := r.invite(r.carl, "new@example.test", models.RoleViewer)
	r.must(err)
	if err := r.accept(r.carl, secret); !is(err, models.ErrConflict) || r.standing(secret) != models.InvitationOpen || r.roleOf(r.carl) != models.RoleOwner {
		t.Errorf("%v, it is %s and the member %s", err, r.standing(secret), r.roleOf(r.carl))
	}
}

func TestWhoInvitesAndWhom(t *testing.T) {
	r := newRig(t)
	ada, dev := r.join("ada", models.RoleAdmin), r.join("dev", models.RoleDeveloper)
	for _, row := range []struct {
		what  string
		actor models.Actor
		email string
		role  models.Role
		want  error // nil where it goes through
	}{
		{"an admin invites an admin", ada, "a@example.test", models.RoleAdmin, nil},
		{"an admin invites no owner", ada, "b@example.test", models.RoleOwner, models.ErrForbidden},
		{"an owner invites an owner", r.carl, "c@example.test", models.RoleOwner, nil},
		{"a developer invites nobody", dev, "d@example.test", models.RoleViewer, models.ErrForbidden},
		{"a stranger invites nobody", r.pia, "e@example.test", models.RoleViewer, models.ErrForbidden},
		{"an address with an account is invited like any other", ada, "pia@example.test", models.RoleViewer, nil},
		{"an address without one too", ada, "nobody@example.test", models.RoleViewer, nil},
	} {
		if _, err := r.invite(row.actor, row.email, row.role); !is(err, row.want) {
			t.Errorf("%s: %v", row.what, err)
		}
	}
	var invalid models.Invalid
	for what, email := range map[string]string{"twice": "a@example.test", "a member": "carl@example.test"} {
		if _, err := r.invite(ada, email, models.RoleViewer); !errors.As(err, &invalid) || invalid["email"] == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	open, err := r.OpenInvitations(ctx, r.consumer)
	if err != nil || len(open) != 4 || open[0].Invitation.Email != "nobody@example.test" || open[0].InviterName != "ada" {
		t.Errorf("%+v, %v", open, err)
	}
	owners := open[2].Invitation
	if err := r.WithdrawInvitation(ctx, ada, r.consumer, owners.ID); !is(err, models.ErrForbidden) {
		t.Errorf("an admin withdraws an owner's invitation: %v", err)
	}
	if err := r.WithdrawInvitation(ctx, r.pia, r.provider, owners.ID); !is(err, models.ErrNotFound) {
		t.Errorf("another team withdraws it: %v", err)
	}
}

// An invitation stands for as long as whoever sent it could send it: nobody leaves themself a way back.
func TestInvitationsEndWithTheRightToSendThem(t *testing.T) {
	for _, row := range []struct {
		what string
		end  func(r *rig, ada models.Actor) error
		left []models.Role // of one invitation to each role
	}{
		{"an owner who stays one", func(r *rig, ada models.Actor) error {
			return r.SetRole(ctx, r.carl, r.consumer, ada.UserID, models.RoleOwner)
		}, models.Roles()},
		{"an owner who becomes an admin", func(r *rig, ada models.Actor) error {
			return r.SetRole(ctx, r.carl, r.consumer, ada.UserID, models.RoleAdmin)
		}, models.Roles()[1:]},
		{"an owner who hands the team over", func(r *rig, ada models.Actor) error { return r.HandOverTeam(ctx, ada, r.consumer, r.carl.UserID) }, models.Roles()[1:]},
		{"an owner who becomes a viewer", func(r *rig, ada models.Actor) error {
			return r.SetRole(ctx, r.carl, r.consumer, ada.UserID, models.RoleViewer)
		}, nil},
		{"an owner who is removed", func(r *rig, ada models.Actor) error { return r.RemoveMember(ctx, r.carl, r.consumer, ada.UserID) }, nil},
		{"an owner who leaves", func(r *rig, ada models.Actor) error { return r.LeaveTeam(ctx, ada, r.consumer) }, nil},
	} {
		r := newRig(t)
		ada := r.join("ada", models.RoleOwner)
		for _, role := range models.Roles() {
			_, err := r.invite(ada, string(role)+"@example.test", role)
			r.must(err)
		}
		_, err := r.invite(r.carl, "other@example.test", models.RoleOwner)
		r.must(err)
		r.must(row.end(r, ada))
		open, err := r.OpenInvitations(ctx, r.consumer)
		r.must(err)
		var left []models.Role
		for _, l := range slices.Backward(open) {
			if l.Invitation.InvitedBy == ada.UserID {
				left = append(left, l.Invitation.Role)
			}
		}
		if !slices.Equal(left, row.left) || len(open) != len(left)+1 {
			t.Errorf("of %s there are left %v, and %d in all", row.what, left, len(open))
		}
	}
}

func TestAnExpiredAddressIsInvitedAnew(t *testing.T) {
	r := newRig(t)
	old, err := r.invite(r.carl, "new@example.test", models.RoleViewer)
	r.must(err)
	r.clock.Move(models.InvitationLife)
	_, err = r.invite(r.carl, "new@example.test", models.RoleAdmin)
	r.must(err)
	if r.standing(old) != models.InvitationReplaced {
		t.Errorf("the old one is %s", r.standing(old))
	}
}

func TestInvitationsAreBounded(t *testing.T) {
	r := newRig(t)
	for i := range models.MaxInvitationsPerHour {
		_, err := r.invite(r.carl, fmt.Sprintf("n%d@example.test", i), models.RoleViewer)
		r.must(err)
	}
	if _, err := r.invite(r.carl, "more@example.test", models.RoleViewer); !is(err, models.ErrTooManySent) {
		t.Errorf("within the hour: %v", err)
	}
	open, err := r.OpenInvitations(ctx, r.consumer)
	r.must(err)
	if _, err := r.ResendInvitation(ctx, r.carl, r.consumer, open[0].Invitation.ID, models.InvitationSecret{Hash: []byte("x")}); !is(err, models.ErrTooManySent) {
		t.Errorf("sending again is bounded too: %v", err)
	}
	if _, err := r.CreateTeam(ctx, r.carl, "Another", false); err != nil {
		t.Fatal(err)
	}
	other, err := r.TeamBySlug(ctx, "another")
	r.must(err)
	if _, err := r.Invite(ctx, r.carl, other.ID, models.NewInvitation{Email: "x@example.test", Role: models.RoleViewer}, models.InvitationSecret{Hash: []byte("y")}); !is(err, models.ErrTooManySent) {
		t.Errorf("another team of the same user: %v", err)
	}
	for i := models.MaxInvitationsPerHour; i < models.MaxOpenInvitations; i++ {
		if i%models.MaxInvitationsPerHour == 0 {
			r.clock.Move(time.Hour)
		}
		_, err := r.invite(r.carl, fmt.Sprintf("n%d@example.test", i), models.RoleViewer)
		r.must(err)
	}
	r.clock.Move(time.Hour)
	if _, err := r.invite(r.carl, "more@example.test", models.RoleViewer); !is(err, models.ErrTooManyOpen) {
		t.Errorf("beyond the most that are open: %v", err)
	}
	open, err = r.OpenInvitations(ctx, r.consumer)
	r.must(err)
	_, err = r.ResendInvitation(ctx, r.carl, r.consumer, open[0].Invitation.ID, models.InvitationSecret{Hash: []byte("z")})
	r.must(err)
	if strings.Contains(fmt.Sprint(models.ErrTooManyOpen, models.ErrTooManySent), "%") ||
		!strings.HasPrefix(string(models.ErrTooManyOpen), fmt.Sprint(models.MaxOpenInvitations)) || !strings.HasPrefix(string(models.ErrTooManySent), fmt.Sprint(models.MaxInvitationsPerHour)) {
		t.Error("the sentences name other bounds than those that hold")
	}
}

func TestOfManyWhoTakeAnInvitationAtOnceOneJoins(t *testing.T) {
	r := newRig(t)
	secret, err := r.invite(r.carl, "new@example.test", models.RoleViewer)
	r.must(err)
	var taking sync.WaitGroup
	var joined atomic.Int64
	for i := range 8 {
		u, err := r.SignUp(ctx, models.System, models.NewUser{Name: "X", Email: fmt.Sprintf("x%d@example.test", i)}, "x")
		r.must(err)
		taking.Go(func() {
			switch err := r.accept(models.Actor{UserID: u.ID}, secret); {
			case err == nil:
				joined.Add(1)
			case !is(err, models.ErrConflict):
				t.Error(err)
			}
		})
	}
	taking.Wait()
	if n := r.number(`SELECT COUNT(*) FROM members WHERE team_id = ?`, r.consumer); joined.Load() != 1 || n != 2 {
		t.Errorf("%d joined, %d are members", joined.Load(), n)
	}
}
