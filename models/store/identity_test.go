package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

const issuer = "https://login.example"

// idaOn is who Ida is at the provider, in some groups.
func idaOn(groups ...string) models.SignOn {
	return models.SignOn{Issuer: issuer, Subject: "ida-1", Email: "ida@example.test", EmailVerified: true, Name: "Ida", Groups: groups, GroupsKnown: true}
}

func (r *rig) ida(groups ...string) models.User {
	r.Helper()
	user, err := r.SignUpBySignOn(ctx, models.Actor{Address: "192.0.2.7"}, idaOn(groups...), nil)
	r.must(err)
	return user
}

// acts are the audit's acts about members of a team that groups have led to, the newest first.
func (r *rig) acts(teamID string) (acts []string) {
	r.Helper()
	rows, err := r.raw.QueryContext(ctx, `SELECT action || ' ' || details FROM audit_entries WHERE team_id = ? AND (action LIKE '%by_group' OR action LIKE '%last_owner') ORDER BY id`, teamID)
	r.must(err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var act string
		r.must(rows.Scan(&act))
		acts = append(acts, act)
	}
	r.must(rows.Err())
	return acts
}

// place is somebody's role in the consumers' team and where it comes from, "" if they are no member.
func (r *rig) place(userID string) string {
	r.Helper()
	m, err := r.TeamMember(ctx, r.consumer, userID)
	if errors.Is(err, models.ErrNotFound) {
		return ""
	}
	r.must(err)
	return strings.TrimSpace(string(m.Member.Role) + " " + m.Member.Source)
}

// administrator is somebody who may make rules.
func (r *rig) administrator() models.Actor {
	r.Helper()
	user, err := r.AddAdministrator(ctx, models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	r.must(err)
	return models.Actor{UserID: user.ID}
}

func (r *rig) rule(by models.Actor, group string, role models.Role) {
	r.Helper()
	r.must(r.AddGroupRule(ctx, by, models.NewGroupRule{Group: group, TeamSlug: r.world.ConsumerTeam.Slug, Role: role}))
}

func TestAnIdentityIsOnePersonsForGood(t *testing.T) {
	r := newRig(t)
	if _, err := r.SignOn(ctx, models.Actor{}, idaOn()); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("nobody has it: %v", err)
	}
	ida := r.ida()
	if !ida.Verified() || ida.PasswordHash != "" {
		t.Errorf("the account is %+v", ida)
	}
	r.clock.Move(time.Hour)
	moved := idaOn()
	moved.Email = "ida@elsewhere.test"
	user, err := r.SignOn(ctx, models.Actor{}, moved)
	r.must(err)
	all, err := r.Identities(ctx, ida.ID)
	r.must(err)
	if user.ID != ida.ID || user.Email != ida.Email || len(all) != 1 || all[0].Email != "ida@elsewhere.test" || !all[0].UsedAt.Equal(r.clock.Now()) {
		t.Errorf("with another address: %+v, %+v", user, all)
	}
	elsewhere := idaOn()
	elsewhere.Issuer = "https://other.example"
	if _, err := r.SignOn(ctx, models.Actor{}, elsewhere); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("the subject of another issuer: %v", err)
	}
	if _, err := r.SignUpBySignOn(ctx, models.Actor{}, elsewhere, nil); !errors.Is(err, models.ErrConflict) {
		t.Errorf("an address that is taken: %v", err)
	}
	if err := r.LinkIdentity(ctx, r.carl, idaOn()); !errors.Is(err, models.ErrIdentityTaken) {
		t.Errorf("somebody else's identity: %v", err)
	}
	me := models.Actor{UserID: ida.ID}
	r.must(r.LinkIdentity(ctx, me, idaOn()))
	if err := r.UnlinkIdentity(ctx, r.carl, all[0].ID, ""); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("somebody else unlinks: %v", err)
	}
	if err := r.UnlinkIdentity(ctx, me, all[0].ID, ""); !errors.Is(err, models.ErrOnlyWayIn) {
		t.Errorf("the only way in: %v", err)
	}
	r.must(r.ChangePassword(ctx, me, ida.ID, "hash", ""))
	r.must(r.UnlinkIdentity(ctx, me, all[0].ID, ""))
	if _, err := r.SignOn(ctx, models.Actor{}, idaOn()); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("unlinked, it signs in: %v", err)
	}
}

func TestMembershipsFollowTheGroups(t *testing.T) {
	many := make([]string, 5000)
	for i := range many {
		many[i] = models.NewID("group")
	}
	for _, tc := range []struct {
		name          string
		before, after []string
		want          string
	}{
		{"somebody comes into a group", nil, []string{"devs"}, "developer devs"},
		{"somebody comes in one of thousands of groups", nil, slices.Concat(many, []string{"devs"}), "developer devs"},
		{"the strongest of two rules holds", nil, []string{"staff", "devs"}, "developer devs"},
		{"a stronger group is added", []string{"staff"}, []string{"staff", "devs"}, "developer devs"},
		{"a weaker group is left", []string{"devs"}, []string{"staff"}, "viewer staff"},
		{"all groups are left", []string{"devs", "staff"}, nil, ""},
		{"a group is written otherwise", nil, []string{"Devs", "devs "}, ""},
		{"a group makes owners", nil, []string{"chiefs"}, "owner chiefs"},
		{"one of two owners leaves the group", []string{"chiefs"}, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := newRig(t)
			root := r.administrator()
			r.rule(root, "staff", models.RoleViewer)
			r.rule(root, "devs", models.RoleDeveloper)
			r.rule(root, "chiefs", models.RoleOwner)
			ida := r.ida(tc.before...)
			_, err := r.SignOn(ctx, models.Actor{}, idaOn(tc.after...))
			r.must(err)
			if got := r.place(ida.ID); got != tc.want {
				t.Errorf("the place is %q, want %q; %v", got, tc.want, r.acts(r.consumer))
			}
			before := len(r.acts(r.consumer))
			_, err = r.SignOn(ctx, models.Actor{}, idaOn(tc.after...))
			r.must(err)
			if got := r.acts(r.consumer); len(got) != before {
				t.Errorf("the same groups once more are told again: %v", got)
			}
		})
	}
}

// That a team has no owner who can sign in is no reason to keep its other members from signing in.
func TestGroupsAreFollowedWhereTheOwnerIsGone(t *testing.T) {
	for name, gone := range map[string]func(*rig, models.Actor){
		"the only owner is suspended": func(r *rig, root models.Actor) {
			r.must(r.SuspendUser(ctx, root, r.carl.UserID, false))
		},
		"the team is deleted, and then its owner's account": func(r *rig, _ models.Actor) {
			r.must(r.DeleteTeam(ctx, r.carl, r.consumer))
			r.must(r.DeleteUser(ctx, r.carl))
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			root := r.administrator()
			r.rule(root, "staff", models.RoleViewer)
			r.rule(root, "devs", models.RoleDeveloper)
			r.ida("staff")
			gone(r, root)
			for _, groups := range [][]string{{"staff"}, {"devs"}, nil} {
				if _, err := r.SignOn(ctx, models.Actor{}, idaOn(groups...)); err != nil {
					t.Errorf("in %v: %v", groups, err)
				}
			}
		})
	}
}

func TestTheAuditNamesTheRuleOfEachChange(t *testing.T) {
	r := newRig(t)
	root := r.administrator()
	r.rule(root, "staff", models.RoleViewer)
	r.rule(root, "devs", models.RoleDeveloper)
	r.ida("staff")
	for _, groups := range [][]string{{"devs"}, nil} {
		_, err := r.SignOn(ctx, models.Actor{}, idaOn(groups...))
		r.must(err)
	}
	want := "member.joined_by_group group “staff” → viewer|member.role_changed_by_group group “devs” → developer|member.left_by_group came by group “devs”"
	if got := strings.Join(r.acts(r.consumer), "|"); got != want {
		t.Errorf("the audit says %s", got)
	}
}

func TestGroupsLeaveAloneWhatPeopleMade(t *testing.T) {
	r := newRig(t)
	root := r.administrator()
	r.rule(root, "devs", models.RoleDeveloper)
	ida := r.ida("devs")
	r.must(r.SetRole(ctx, r.carl, r.consumer, ida.ID, models.RoleAdmin))
	for _, groups := range [][]string{{"devs"}, nil} {
		_, err := r.SignOn(ctx, models.Actor{}, idaOn(groups...))
		r.must(err)
		if got := r.place(ida.ID); got != "admin" {
			t.Errorf("in %v the place is %q", groups, got)
		}
	}
	r.must(r.RemoveMember(ctx, r.carl, r.consumer, ida.ID))
	_, err := r.SignOn(ctx, models.Actor{}, models.SignOn{Issuer: issuer, Subject: "ida-1", Groups: []string{"devs"}})
	r.must(err)
	if got := r.place(ida.ID); got != "" {
		t.Errorf("groups that are not known have led to %q", got)
	}
	_, err = r.SignOn(ctx, models.Actor{}, idaOn("devs"))
	r.must(err)
	_, err = r.SignOn(ctx, models.Actor{}, models.SignOn{Issuer: issuer, Subject: "ida-1"})
	r.must(err)
	if got := r.place(ida.ID); got != "developer devs" {
		t.Errorf("without known groups the place is %q", got)
	}
}

func TestGroupsNeverTakeTheLastOwner(t *testing.T) {
	for name, after := range map[string][]string{"all groups are left": nil, "a weaker rule is left": {"devs"}} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			root := r.administrator()
			r.rule(root, "chiefs", models.RoleOwner)
			r.rule(root, "devs", models.RoleDeveloper)
			ida := r.ida("chiefs")
			r.must(r.LeaveTeam(ctx, r.carl, r.consumer))
			for range 2 {
				_, err := r.SignOn(ctx, models.Actor{}, idaOn(after...))
				r.must(err)
			}
			if got := r.place(ida.ID); got != "owner" {
				t.Errorf("the place is %q", got)
			}
			if acts := r.acts(r.consumer); len(acts) != 2 || !strings.HasPrefix(acts[1], "member.kept_as_last_owner") {
				t.Errorf("the audit says %v", acts)
			}
		})
	}
}

func TestUnlinkingEndsWhatTheGroupsHaveMade(t *testing.T) {
	r := newRig(t)
	r.rule(r.administrator(), "devs", models.RoleDeveloper)
	ida := r.ida("devs")
	me := models.Actor{UserID: ida.ID}
	r.must(r.ChangePassword(ctx, me, ida.ID, "hash", ""))
	all, err := r.Identities(ctx, ida.ID)
	r.must(err)
	r.must(r.UnlinkIdentity(ctx, me, all[0].ID, ""))
	if got := r.place(ida.ID); got != "" {
		t.Errorf("the place is %q", got)
	}
}

// Who claims an address at a provider that vouches for nothing has no way into the account once its owner has shown up.
func TestAResetTakesTheAccountFromWhoOnlyClaimedTheAddress(t *testing.T) {
	for verified, want := range map[bool]int64{false: 0, true: 1} {
		r := newRig(t)
		on := idaOn()
		on.EmailVerified = verified
		user, err := r.SignUpBySignOn(ctx, models.Actor{}, on, nil)
		r.must(err)
		r.passkey(user.ID, "Mine")
		r.factor(user.ID, "")
		_, secret := r.token(models.Actor{UserID: user.ID}, "", models.ScopeAccount)
		r.must(r.OfferLink(ctx, models.MailLink{TokenHash: models.HashLinkToken("t"), UserID: user.ID, Purpose: models.LinkReset, Email: user.Email}))
		r.must(r.ResetPassword(ctx, models.Actor{}, "t", "hash"))
		for _, table := range []string{"user_identities", "passkeys", "second_factors"} {
			if left := r.number(`SELECT COUNT(*) FROM `+table+` WHERE user_id = ?`, user.ID); left != want {
				t.Errorf("verified %v: %d %s are left, want %d", verified, left, table, want)
			}
		}
		if r.grants(secret) != verified {
			t.Errorf("verified %v: the token opens %v", verified, r.grants(secret))
		}
	}
}

func TestRulesForGroups(t *testing.T) {
	r := newRig(t)
	root, slug := r.administrator(), r.world.ConsumerTeam.Slug
	for name, tc := range map[string]struct {
		by    models.Actor
		rule  models.NewGroupRule
		field string // of the sentence; "" is a refusal
	}{
		"by somebody who is no administrator": {r.carl, models.NewGroupRule{Group: "devs", TeamSlug: slug, Role: models.RoleViewer}, ""},
		"without a group":                     {root, models.NewGroupRule{Group: " ", TeamSlug: slug, Role: models.RoleViewer}, "group"},
		"a group of two lines":                {root, models.NewGroupRule{Group: "a\nb", TeamSlug: slug, Role: models.RoleViewer}, "group"},
		"a group that is too long":            {root, models.NewGroupRule{Group: strings.Repeat("g", 256), TeamSlug: slug, Role: models.RoleViewer}, "group"},
		"of a team that is not there":         {root, models.NewGroupRule{Group: "devs", TeamSlug: "nobody", Role: models.RoleViewer}, "team"},
		"of a role that is none":              {root, models.NewGroupRule{Group: "devs", TeamSlug: slug, Role: "king"}, "role"},
	} {
		err := r.AddGroupRule(ctx, tc.by, tc.rule)
		var invalid models.Invalid
		if tc.field == "" && !errors.Is(err, models.ErrForbidden) && !errors.Is(err, models.ErrNotFound) || tc.field != "" && (!errors.As(err, &invalid) || invalid[tc.field] == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.rule(root, "devs", models.RoleDeveloper)
	var invalid models.Invalid
	if err := r.AddGroupRule(ctx, root, models.NewGroupRule{Group: "devs", TeamSlug: slug, Role: models.RoleOwner}); !errors.As(err, &invalid) {
		t.Errorf("a second rule for the same: %v", err)
	}
	list, err := r.GroupRules(ctx, "DEV", models.Page{})
	r.must(err)
	if len(list.Rows) != 1 || list.Rows[0].TeamSlug != slug {
		t.Fatalf("the list has %+v", list.Rows)
	}
	if none, err := r.GroupRules(ctx, "%", models.Page{}); err != nil || len(none.Rows) != 0 {
		t.Errorf("a search for %%: %+v, %v", none.Rows, err)
	}
	id := list.Rows[0].Rule.ID
	if err := r.RemoveGroupRule(ctx, r.carl, id); err == nil {
		t.Error("anybody removes it")
	}
	r.must(r.RemoveGroupRule(ctx, root, id))
	if err := r.RemoveGroupRule(ctx, root, id); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("removing it twice: %v", err)
	}
}
