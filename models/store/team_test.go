package store_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestTeams(t *testing.T) {
	r := newRig(t)
	slugs := map[string]bool{}
	for i := range 25 {
		team, err := r.CreateTeam(ctx, r.carl, "Same name!", false)
		r.must(err)
		if want := []string{"same-name", "same-name-2", "same-name-3"}; i < 3 && team.Slug != want[i] || slugs[team.Slug] || !strings.HasPrefix(team.Slug, "same-name") {
			t.Errorf("team %d is at %q", i, team.Slug)
		}
		slugs[team.Slug] = true
	}
	chosen, err := r.CreateTeamAt(ctx, r.carl, "Chosen", "here", true)
	if err != nil || chosen.Slug != "here" || !chosen.Provider {
		t.Errorf("%+v, %v", chosen, err)
	}
	if _, err := r.CreateTeamAt(ctx, r.carl, "Other", "here", false); !is(err, models.ErrConflict) {
		t.Errorf("the address again: %v", err)
	}
	if _, err := r.CreateTeam(ctx, models.Actor{UserID: "usr_nobody"}, "X", false); !is(err, models.ErrNotFound) {
		t.Errorf("a team of nobody: %v", err)
	}
	m, err := r.Membership(ctx, r.carl.UserID, "here")
	if err != nil || m.Role != models.RoleOwner || m.Team.ID != chosen.ID || !m.Team.CreatedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := r.Membership(ctx, r.pia.UserID, "here"); !is(err, models.ErrNotFound) {
		t.Errorf("a stranger learns of the team: %v", err)
	}
	if byID, err := r.MembershipByID(ctx, r.carl.UserID, chosen.ID); err != nil || byID != m {
		t.Errorf("by its id: %+v, %v", byID, err)
	}
	if _, err := r.MembershipByID(ctx, r.pia.UserID, chosen.ID); !is(err, models.ErrNotFound) {
		t.Errorf("a stranger learns of the team by its id: %v", err)
	}
	all, err := r.Memberships(ctx, r.pia.UserID)
	if err != nil || len(all) != 1 || all[0].Team.ID != r.provider || all[0].Role != models.RoleOwner {
		t.Errorf("%+v, %v", all, err)
	}
	if w := r.wallet(chosen.ID); w != (models.Wallet{TeamID: chosen.ID}) {
		t.Errorf("a new wallet: %+v", w)
	}
	r.exec(`INSERT INTO members (team_id, user_id, role, created_at) VALUES (?, ?, 'developer', 1)`, chosen.ID, r.pia.UserID)
	payers, err := r.Payers(ctx, chosen.ID)
	if err != nil || len(payers) != 1 || payers[0].ID != r.carl.UserID {
		t.Errorf("who may pay: %+v, %v", payers, err)
	}
	r.must(r.SetProvider(ctx, models.System, chosen.ID, false))
	r.must(r.SetStripeCustomer(ctx, chosen.ID, "cus_1"))
	r.must(r.SetStripeCustomer(ctx, chosen.ID, "cus_2"))
	r.must(r.ForgetStripeCustomer(ctx, chosen.ID, "cus_2"))
	if got, err := r.TeamBySlug(ctx, "here"); err != nil || got.Provider || got.StripeCustomerID != "cus_1" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := r.SetProvider(ctx, models.System, "team_nothing", true); !is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	list, err := r.Teams(ctx, "Chosen", models.Page{})
	if err != nil || len(list.Rows) != 1 || list.Rows[0].Members != 2 || list.Rows[0].Team.ID != chosen.ID {
		t.Errorf("%+v, %v", list, err)
	}
	r.exec(`UPDATE teams SET deleted_at = 1 WHERE id = ?`, chosen.ID)
	if _, err := r.TeamBySlug(ctx, "here"); !is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := r.Membership(ctx, r.carl.UserID, "here"); !is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := r.MembershipByID(ctx, r.carl.UserID, chosen.ID); !is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestALostStripeCustomerIsForgottenOnce(t *testing.T) {
	for _, row := range []struct{ sentence, forget, left string }{
		{"the one that is lost goes, and another can come", "cus_lost", "cus_new"},
		{"one that was replaced meanwhile stays", "cus_older", "cus_lost"},
		{"of another spelling it stays", "CUS_LOST", "cus_lost"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			team, err := r.CreateTeam(ctx, r.carl, "Payers", false)
			r.must(err)
			other, err := r.CreateTeam(ctx, r.carl, "Others", false)
			r.must(err)
			for _, id := range []string{team.ID, other.ID} {
				r.must(r.SetStripeCustomer(ctx, id, "cus_lost"))
			}
			r.must(r.ForgetStripeCustomer(ctx, team.ID, row.forget))
			r.must(r.SetStripeCustomer(ctx, team.ID, "cus_new"))
			if got, err := r.TeamBySlug(ctx, team.Slug); err != nil || got.StripeCustomerID != row.left {
				t.Errorf("the team's customer is %q, want %q: %v", got.StripeCustomerID, row.left, err)
			}
			if got, err := r.TeamBySlug(ctx, other.Slug); err != nil || got.StripeCustomerID != "cus_lost" {
				t.Errorf("another team's customer became %q, %v", got.StripeCustomerID, err)
			}
		})
	}
}
