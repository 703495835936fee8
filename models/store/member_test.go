package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/faregate/faregate/models"
)

// join makes a user who is a member of the consumers' team.
func (r *rig) join(name string, role models.Role) models.Actor {
	r.Helper()
	u, err := r.SignUp(ctx, models.System, models.NewUser{Name: name, Email: name + "@example.test"}, "x")
	r.must(err)
	r.exec(`INSERT INTO members (team_id, user_id, role, created_at) VALUES (?, ?, ?, 1)`, r.consumer, u.ID, string(role))
	return models.Actor{UserID: u.ID}
}

func (r *rig) roleOf(who models.Actor) models.Role {
	r.Helper()
	m, err := r.TeamMember(ctx, r.consumer, who.UserID)
	if is(err, models.ErrNotFound) {
		return ""
	}
	r.must(err)
	return m.Member.Role
}

func TestRolesAreChangedByThoseWhoMay(t *testing.T) {
	for _, row := range []struct {
		what     string
		actor    models.Role
		from, to models.Role
		want     error
	}{
		{"an owner makes an owner", models.RoleOwner, models.RoleViewer, models.RoleOwner, nil},
		{"an owner unmakes another owner", models.RoleOwner, models.RoleOwner, models.RoleViewer, nil},
		{"an admin makes an admin", models.RoleAdmin, models.RoleViewer, models.RoleAdmin, nil},
		{"an admin makes no owner", models.RoleAdmin, models.RoleViewer, models.RoleOwner, models.ErrForbidden},
		{"an admin unmakes no owner", models.RoleAdmin, models.RoleOwner, models.RoleViewer, models.ErrForbidden},
		{"an admin removes an admin", models.RoleAdmin, models.RoleAdmin, "", nil},
		{"an admin removes no owner", models.RoleAdmin, models.RoleOwner, "", models.ErrForbidden},
		{"a developer changes nobody", models.RoleDeveloper, models.RoleViewer, models.RoleBilling, models.ErrForbidden},
		{"a viewer removes nobody", models.RoleViewer, models.RoleViewer, "", models.ErrForbidden},
		{"a stranger changes nobody", "", models.RoleViewer, models.RoleAdmin, models.ErrForbidden},
	} {
		r := newRig(t)
		actor, member := r.pia, r.join("mia", row.from)
		if row.actor != "" {
			actor = r.join("ada", row.actor)
		}
		var err error
		if row.to == "" {
			err = r.RemoveMember(ctx, actor, r.consumer, member.UserID)
		} else {
			err = r.SetRole(ctx, actor, r.consumer, member.UserID, row.to)
		}
		want := row.to
		if row.want != nil {
			want = row.from
		}
		if !is(err, row.want) || r.roleOf(member) != want {
			t.Errorf("%s: %v, and the member is %q", row.what, err, r.roleOf(member))
		}
		if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action LIKE 'member.%'`); (n == 1) != (row.want == nil) {
			t.Errorf("%s: %d audit entries", row.what, n)
		}
	}
	r := newRig(t)
	if err := r.SetRole(ctx, r.carl, r.consumer, r.carl.UserID, "king"); err == nil {
		t.Error("there is a role of king")
	}
	if err := r.SetRole(ctx, r.carl, r.consumer, r.pia.UserID, models.RoleAdmin); !is(err, models.ErrNotFound) {
		t.Errorf("a stranger became a member by a change of role: %v", err)
	}
}

func TestATeamKeepsAnOwner(t *testing.T) {
	r := newRig(t)
	for what, err := range map[string]error{
		"the only owner leaves":           r.LeaveTeam(ctx, r.carl, r.consumer),
		"the only owner removes themself": r.RemoveMember(ctx, r.carl, r.consumer, r.carl.UserID),
		"the only owner becomes a viewer": r.SetRole(ctx, r.carl, r.consumer, r.carl.UserID, models.RoleViewer),
	} {
		if !is(err, models.ErrLastOwner) || r.roleOf(r.carl) != models.RoleOwner {
			t.Errorf("%s: %v", what, err)
		}
	}
	ada := r.join("ada", models.RoleViewer)
	r.must(r.LeaveTeam(ctx, ada, r.consumer))
	if r.roleOf(ada) != "" {
		t.Error("a viewer cannot leave")
	}
	if err := r.LeaveTeam(ctx, ada, r.consumer); !is(err, models.ErrNotFound) {
		t.Errorf("leaving again: %v", err)
	}

	// An owner whose account is gone is none.
	bea := r.join("bea", models.RoleOwner)
	r.exec(`UPDATE users SET deleted_at = 1 WHERE id = ?`, bea.UserID)
	if err := r.LeaveTeam(ctx, r.carl, r.consumer); !is(err, models.ErrLastOwner) {
		t.Errorf("the team is left to an account that is gone: %v", err)
	}
}

// Ten owners who leave at once leave one after the other, and the last one stays.
func TestOfOwnersWhoLeaveAtOnceOneStays(t *testing.T) {
	r := newRig(t)
	owners := []models.Actor{r.carl}
	for i := range 9 {
		owners = append(owners, r.join(fmt.Sprintf("owner%d", i), models.RoleOwner))
	}
	var leaving sync.WaitGroup
	stayed := make(chan error, len(owners))
	for _, o := range owners {
		leaving.Go(func() {
			if err := r.LeaveTeam(ctx, o, r.consumer); err != nil {
				stayed <- err
			}
		})
	}
	leaving.Wait()
	close(stayed)
	n := 0
	for err := range stayed {
		if n++; !is(err, models.ErrLastOwner) {
			t.Error(err)
		}
	}
	if left := r.number(`SELECT COUNT(*) FROM members WHERE team_id = ?`, r.consumer); n != 1 || left != 1 {
		t.Errorf("%d were kept, %d are members", n, left)
	}
}

func TestATeamIsHandedOver(t *testing.T) {
	r := newRig(t)
	ada := r.join("ada", models.RoleDeveloper)
	for what, row := range map[string]struct {
		actor models.Actor
		to    string
		want  error
	}{
		"by a developer":  {ada, r.carl.UserID, models.ErrForbidden},
		"to a stranger":   {r.carl, r.pia.UserID, models.ErrNotFound},
		"by a stranger":   {r.pia, ada.UserID, models.ErrForbidden},
		"to another team": {r.carl, "usr_nobody", models.ErrNotFound},
	} {
		if err := r.HandOverTeam(ctx, row.actor, r.consumer, row.to); !is(err, row.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := r.HandOverTeam(ctx, r.carl, r.consumer, r.carl.UserID); err == nil {
		t.Error("a team is handed to who has it")
	}
	r.must(r.HandOverTeam(ctx, r.carl, r.consumer, ada.UserID))
	if r.roleOf(ada) != models.RoleOwner || r.roleOf(r.carl) != models.RoleAdmin {
		t.Errorf("the new owner is %s, the old one %s", r.roleOf(ada), r.roleOf(r.carl))
	}
}

func TestMembersAreListedByRoleAndName(t *testing.T) {
	r := newRig(t)
	for i, role := range []models.Role{models.RoleViewer, models.RoleBilling, models.RoleOwner, models.RoleAdmin, models.RoleDeveloper, models.RoleViewer} {
		r.join(string(rune('f'-i)), role)
	}
	gone := r.join("gone", models.RoleViewer)
	r.exec(`UPDATE users SET deleted_at = 1 WHERE id = ?`, gone.UserID)
	var got []string
	for page := (models.Page{Limit: 2}); ; {
		list, err := r.Members(ctx, r.consumer, page)
		r.must(err)
		for _, m := range list.Rows {
			got = append(got, m.Name)
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	if fmt.Sprint(got) != "[Carl Consumer d c b e a f]" {
		t.Errorf("%v", got)
	}
	if list, err := r.Members(ctx, r.consumer, models.Page{After: r.pia.UserID}); err != nil || len(list.Rows) != 0 {
		t.Errorf("a cursor of somebody else: %+v, %v", list.Rows, err)
	}
	r.token(r.carl, r.consumer, models.MayView)
	r.token(r.carl, "", models.MayView) // his own, which is worth nothing in a team that he has left
	carl, err := r.TeamMember(ctx, r.consumer, r.carl.UserID)
	if carl.Tokens != 1 {
		t.Errorf("carl made %d tokens of the team", carl.Tokens)
	}
	if err != nil || carl.Keys != 1 || carl.Email != "carl@example.test" || carl.Member.Role != models.RoleOwner {
		t.Errorf("%+v, %v", carl, err)
	}
	if _, err := r.TeamMember(ctx, r.provider, r.carl.UserID); !is(err, models.ErrNotFound) {
		t.Errorf("a member of another team: %v", err)
	}
}
