package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// token makes a token with the scopes, of a team or, if that is "", the actor's own.
func (r *rig) token(actor models.Actor, teamID string, scopes ...models.Permission) (models.APIToken, string) {
	r.Helper()
	secret := models.NewTokenSecret()
	token, err := r.CreateToken(ctx, actor, teamID, models.NewAPIToken{Name: "nightly build", Scopes: scopes}, secret)
	r.must(err)
	return token, secret
}

// grants says whether a secret opens anything now.
func (r *rig) grants(secret string) bool {
	r.Helper()
	_, err := r.TokenGrant(ctx, secret, r.clock.Now())
	if err != nil && !is(err, models.ErrNotFound) {
		r.Fatal(err)
	}
	return err == nil
}

func TestATokenWorksForAsLongAsItsOwnerDoes(t *testing.T) {
	personal := func(r *rig, ada models.Actor) string { _, s := r.token(ada, "", models.MayView); return s }
	teams := func(r *rig, ada models.Actor) string { _, s := r.token(ada, r.consumer, models.MayView); return s }
	for _, row := range []struct {
		sentence string
		make     func(r *rig, ada models.Actor) string
		then     func(r *rig, ada models.Actor)
		want     bool
	}{
		{"a personal token works", personal, func(*rig, models.Actor) {}, true},
		{"not while its owner is suspended", personal, func(r *rig, ada models.Actor) { r.must(r.SuspendUser(ctx, r.root("root"), ada.UserID, false)) }, false},
		{"after that it works again", personal, func(r *rig, ada models.Actor) {
			root := r.root("root")
			r.must(r.SuspendUser(ctx, root, ada.UserID, false))
			r.must(r.ReactivateUser(ctx, root, ada.UserID))
		}, true},
		{"not when its owner's account is deleted", personal, func(r *rig, ada models.Actor) { r.must(r.DeleteUser(ctx, ada)) }, false},
		{"it outlives a team of its owner's", personal, func(r *rig, _ models.Actor) { r.must(r.DeleteTeam(ctx, r.carl, r.consumer)) }, true},
		{"a team's token goes on when its maker leaves", teams, func(r *rig, ada models.Actor) { r.must(r.LeaveTeam(ctx, ada, r.consumer)) }, true},
		{"and when their account is deleted", teams, func(r *rig, ada models.Actor) { r.must(r.DeleteUser(ctx, ada)) }, true},
		{"and when they are suspended", teams, func(r *rig, ada models.Actor) { r.must(r.SuspendUser(ctx, r.root("root"), ada.UserID, false)) }, true},
		{"but not if what they made for teams ends with that", teams, func(r *rig, ada models.Actor) { r.must(r.SuspendUser(ctx, r.root("root"), ada.UserID, true)) }, false},
		{"a suspended team is no obstacle", teams, func(r *rig, _ models.Actor) { r.exec(`UPDATE teams SET suspended = TRUE WHERE id = ?`, r.consumer) }, true},
		{"it ends with the team", teams, func(r *rig, _ models.Actor) { r.must(r.DeleteTeam(ctx, r.carl, r.consumer)) }, false},
	} {
		r := newRig(t)
		ada := r.join("ada", models.RoleAdmin)
		secret := row.make(r, ada)
		row.then(r, ada)
		if got := r.grants(secret); got != row.want {
			t.Errorf("%s: it works: %t", row.sentence, got)
		}
	}
}

func TestAGrantSaysWhoAsksAndNotesTheUse(t *testing.T) {
	r := newRig(t)
	token, secret := r.token(r.carl, "", models.MayView, models.ScopeAccount)
	grant, err := r.TokenGrant(ctx, secret, r.clock.Now())
	r.must(err)
	if grant.Token.ID != token.ID || grant.User.ID != r.carl.UserID || !slices.Equal(grant.Token.Scopes, token.Scopes) {
		t.Errorf("granted is %+v", grant)
	}
	used := func() time.Time {
		token, err := r.Token(ctx, models.TokenOwner{UserID: r.carl.UserID}, token.ID)
		r.must(err)
		return *token.LastUsedAt
	}
	first := r.clock.Now()
	r.clock.Move(models.TokenSeenEvery - time.Millisecond)
	if !r.grants(secret) || !used().Equal(first) {
		t.Error("a use within the minute is written down")
	}
	r.clock.Move(time.Millisecond)
	if !r.grants(secret) || !used().Equal(r.clock.Now()) {
		t.Error("a use after a minute is not written down")
	}
	_, secret = r.token(r.carl, r.consumer, models.MayView)
	if grant, err = r.TokenGrant(ctx, secret, r.clock.Now()); err != nil || grant.User.ID != "" || grant.Token.UserID != r.carl.UserID || grant.Token.TeamID != r.consumer {
		t.Errorf("a team's token grants %+v, %v", grant, err)
	}
	if r.grants(models.NewTokenSecret()) || r.grants("fgp_") || r.grants(models.NewKeySecret()) || r.grants("") {
		t.Error("what is no token opens something")
	}
}

func TestTokensAreListedByTheirOwnerAndState(t *testing.T) {
	r := newRig(t)
	soon := r.clock.Now().Add(time.Hour)
	expired, err := r.CreateToken(ctx, r.carl, "", models.NewAPIToken{Name: "old", Scopes: []models.Permission{models.MayView}, ExpiresAt: &soon}, models.NewTokenSecret())
	r.must(err)
	revoked, revokedSecret := r.token(r.carl, "", models.MayView)
	first, _ := r.token(r.carl, "", models.MayView)
	second, _ := r.token(r.carl, "", models.MayView)
	teams, _ := r.token(r.carl, r.consumer, models.MayView)
	carl, consumer := models.TokenOwner{UserID: r.carl.UserID}, models.TokenOwner{TeamID: r.consumer}
	r.must(r.RevokeToken(ctx, r.carl, carl, revoked.ID))
	r.must(r.RevokeToken(ctx, r.carl, carl, revoked.ID))
	if r.grants(revokedSecret) || r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'token.revoked'`) != 1 {
		t.Error("a revoked token works, or is revoked twice")
	}
	r.clock.Move(time.Hour)
	for _, row := range []struct {
		owner models.TokenOwner
		state models.TokenState
		want  []string
	}{
		{carl, "", []string{second.ID, first.ID, revoked.ID, expired.ID}},
		{carl, models.TokenActive, []string{second.ID, first.ID}},
		{carl, models.TokenExpired, []string{expired.ID}},
		{carl, models.TokenRevoked, []string{revoked.ID}},
		{consumer, "", []string{teams.ID}},
		{models.TokenOwner{UserID: r.pia.UserID}, "", nil},
		{models.TokenOwner{TeamID: r.provider}, "", nil},
	} {
		var got []string
		for page := (models.Page{Limit: 1}); ; {
			list, err := r.Tokens(ctx, row.owner, row.state, page)
			r.must(err)
			for _, l := range list.Rows {
				got = append(got, l.Token.ID)
			}
			if page.After = list.Next; list.Next == "" {
				break
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%+v %q: %v, want %v", row.owner, row.state, got, row.want)
		}
	}
	for _, owner := range []models.TokenOwner{consumer, {UserID: r.pia.UserID}, {TeamID: r.provider}} {
		if _, err := r.Token(ctx, owner, first.ID); !is(err, models.ErrNotFound) {
			t.Errorf("%+v has somebody else's token: %v", owner, err)
		}
		if err := r.RevokeToken(ctx, r.carl, owner, first.ID); !is(err, models.ErrNotFound) {
			t.Errorf("%+v revokes somebody else's token: %v", owner, err)
		}
	}
}

func TestNobodyMakesATokenThatMayMoreThanThey(t *testing.T) {
	for _, row := range []struct {
		sentence string
		role     models.Role
		scope    models.Permission
		want     error
	}{
		{"an owner gives what they may", models.RoleOwner, models.MayPublish, nil},
		{"an admin gives what they may", models.RoleAdmin, models.MayManageTeam, nil},
		{"nobody gives the team away", models.RoleOwner, models.MayOwnTeam, models.ErrForbidden},
		{"what no role includes", models.RoleOwner, models.MayOperateTeams, models.ErrForbidden},
		{"a developer makes none for the team", models.RoleDeveloper, models.MayView, models.ErrForbidden},
		{"nor does a stranger", "", models.MayView, models.ErrForbidden},
	} {
		r := newRig(t)
		who := r.pia
		if row.role != "" {
			who = r.join("ada", row.role)
		}
		n := models.NewAPIToken{Name: "x", Scopes: []models.Permission{row.scope}}
		if _, err := r.CreateToken(ctx, who, r.consumer, n, models.NewTokenSecret()); !is(err, row.want) {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
	r := newRig(t)
	token, _ := r.token(r.carl, "", models.MayManageTeam)
	byToken := models.Actor{UserID: r.carl.UserID, TokenID: token.ID}
	n := models.NewAPIToken{Name: "x", Scopes: []models.Permission{models.MayView}}
	for _, team := range []string{"", r.consumer} {
		if _, err := r.CreateToken(ctx, byToken, team, n, models.NewTokenSecret()); !is(err, models.ErrForbidden) {
			t.Errorf("a token makes a token: %v", err)
		}
	}
	for range models.MaxTokens - 1 {
		_, err := r.CreateToken(ctx, r.carl, "", n, models.NewTokenSecret())
		r.must(err)
	}
	if _, err := r.CreateToken(ctx, r.carl, "", n, models.NewTokenSecret()); !is(err, models.ErrTooManyTokens) {
		t.Errorf("one too many: %v", err)
	}
	if _, err := r.CreateToken(ctx, r.carl, r.consumer, n, models.NewTokenSecret()); err != nil {
		t.Errorf("the team's are counted with a person's: %v", err)
	}
}

func TestWhoActsByATokenMayNoMoreThanItsScopes(t *testing.T) {
	for _, row := range []struct {
		sentence string
		teams    bool
		scope    models.Permission
		from, to models.Role
		want     error
	}{
		{"an owner's token that manages the team makes an admin", false, models.MayManageTeam, models.RoleViewer, models.RoleAdmin, nil},
		{"it makes no owner", false, models.MayManageTeam, models.RoleViewer, models.RoleOwner, models.ErrForbidden},
		{"one that owns the team does", false, models.MayOwnTeam, models.RoleViewer, models.RoleOwner, nil},
		{"one that sees changes nobody", false, models.MayView, models.RoleViewer, models.RoleAdmin, models.ErrForbidden},
		{"a team's token makes an admin", true, models.MayManageTeam, models.RoleViewer, models.RoleAdmin, nil},
		{"a team's token makes no owner", true, models.MayManageTeam, models.RoleViewer, models.RoleOwner, models.ErrForbidden},
		{"a team's token unmakes no owner", true, models.MayManageTeam, models.RoleOwner, models.RoleViewer, models.ErrForbidden},
	} {
		r := newRig(t)
		member := r.join("mia", row.from)
		actor, owner := r.carl, models.TokenOwner{UserID: r.carl.UserID}
		token := models.APIToken{}
		if row.teams {
			token, _ = r.token(r.carl, r.consumer, row.scope)
			actor, owner = models.Actor{}, models.TokenOwner{TeamID: r.consumer}
		} else {
			token, _ = r.token(r.carl, "", row.scope)
		}
		actor.TokenID = token.ID
		if err := r.SetRole(ctx, actor, r.consumer, member.UserID, row.to); !is(err, row.want) {
			t.Errorf("%s: %v", row.sentence, err)
		}
		r.must(r.RevokeToken(ctx, r.carl, owner, token.ID))
		if err := r.RemoveMember(ctx, actor, r.consumer, member.UserID); !is(err, models.ErrForbidden) {
			t.Errorf("%s: revoked, it goes on: %v", row.sentence, err)
		}
	}
	r := newRig(t)
	foreign, _ := r.token(r.pia, r.provider, models.MayManageTeam)
	if err := r.RemoveMember(ctx, models.Actor{TokenID: foreign.ID}, r.consumer, r.carl.UserID); !is(err, models.ErrForbidden) {
		t.Errorf("another team's token removes a member: %v", err)
	}
	root := r.root("root")
	token, _ := r.token(root, "", models.MayOwnTeam)
	root.TokenID = token.ID
	if err := r.SuspendUser(ctx, root, r.pia.UserID, false); !is(err, models.ErrForbidden) {
		t.Errorf("an administrator's token administers: %v", err)
	}
}

func TestTheAuditSaysByWhichTokenSomethingWasDone(t *testing.T) {
	r := newRig(t)
	personal, _ := r.token(r.carl, "", models.MayManageTeam)
	teams, _ := r.token(r.carl, r.consumer, models.MayManageTeam)
	r.must(r.RenameTeam(ctx, models.Actor{UserID: r.carl.UserID, TokenID: personal.ID}, r.consumer, "Buyers"))
	r.must(r.RenameTeam(ctx, models.Actor{TokenID: teams.ID}, r.consumer, "Shoppers"))
	for _, row := range []struct {
		sentence, person string
		want             int
	}{
		{"by the person's token", personal.ID, 1},
		{"by the team's token", teams.ID, 1},
		{"the system has done nothing", models.AuditSystem, 0},
	} {
		list, err := r.TeamAudit(ctx, r.consumer, models.AuditFilter{Person: row.person, Noun: "team"}, models.Page{})
		r.must(err)
		if len(list.Rows) != row.want || row.want == 1 && (list.Rows[0].TokenName != "nightly build" || list.Rows[0].Entry.TokenID != row.person) {
			t.Errorf("%s: %+v", row.sentence, list.Rows)
		}
	}
}
