package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// Each side lifts its own block, and calls go through when neither is left.
func TestEachSideBlocksForItself(t *testing.T) {
	r := newRig(t)
	version := r.world.API.Version.ID
	blocked := func() bool {
		routes, err := r.APIRoutes(ctx, r.api)
		r.must(err)
		return routes[0].Terms.Blocked
	}
	ada := models.Actor{UserID: "usr_ada"}
	for _, step := range []struct {
		sentence string
		do       func() error
		want     error
		blocked  bool
	}{
		{"the team lifts what nobody blocked", func() error { return r.UnblockVersion(ctx, r.pia, models.ByTeam, r.provider, version) }, models.ErrConflict, false},
		{"an administrator blocks", func() error { return r.BlockVersion(ctx, ada, models.ByOperator, r.provider, version, "Leaks data") }, nil, true},
		{"and once more", func() error { return r.BlockVersion(ctx, ada, models.ByOperator, r.provider, version, "x") }, models.ErrConflict, true},
		{"the team lifts it", func() error { return r.UnblockVersion(ctx, r.pia, models.ByTeam, r.provider, version) }, models.ErrConflict, true},
		{"the team blocks too", func() error { return r.BlockVersion(ctx, r.pia, models.ByTeam, r.provider, version, "Being mended") }, nil, true},
		{"the administrator lifts", func() error { return r.UnblockVersion(ctx, ada, models.ByOperator, r.provider, version) }, nil, true},
		{"the team lifts", func() error { return r.UnblockVersion(ctx, r.pia, models.ByTeam, r.provider, version) }, nil, false},
	} {
		if err := step.do(); !is(err, step.want) {
			t.Errorf("%s: %v", step.sentence, err)
		}
		if got := blocked(); got != step.blocked {
			t.Errorf("%s: blocked is %t", step.sentence, got)
		}
	}
	told := strings.Join(r.notified(r.carl.UserID), "\n")
	for _, want := range []string{"The administrators of this portal blocked Quotes v1; calls get 403: Leaks data", r.world.ProviderTeam.Name + " blocked Quotes v1; calls get 403: Being mended", "does not block"} {
		if !strings.Contains(told, want) {
			t.Errorf("the subscribers are told %q", told)
		}
	}
	if told := strings.Join(r.notified(r.pia.UserID), "\n"); !strings.Contains(told, "blocked Quotes v1: Leaks data") || strings.Contains(told, "Being mended") {
		t.Errorf("the owners are told %q", told)
	}
	draft, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v2", version)
	r.must(err)
	if err := r.BlockVersion(ctx, r.pia, models.ByTeam, r.provider, draft.ID, "x"); !is(err, models.ErrNotBlockable) {
		t.Errorf("a draft: %v", err)
	}
}

// Callers are the teams that called a version lately and still can.
func TestCallingTeams(t *testing.T) {
	r := newRig(t)
	callers := func() []models.CallingTeam {
		list, total, err := r.CallingTeams(ctx, r.world.API.Version, r.clock.Now().AddDate(0, 0, -30), 5)
		if err != nil || total != int64(len(list)) {
			t.Errorf("%d are %+v: %v", total, list, err)
		}
		return list
	}
	if got := callers(); len(got) != 0 {
		t.Errorf("nobody called, and there are %+v", got)
	}
	r.grant(r.consumer, models.Unit)
	call := r.call(r.consumer, 1)
	r.settle(call)
	r.must(r.FollowCalls(ctx, 0))
	if got := callers(); len(got) != 1 || got[0].TeamName != r.world.ConsumerTeam.Name || got[0].LastCall != call.ID {
		t.Errorf("the callers are %+v", got)
	}
	other, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v2", r.world.API.Version.ID)
	r.must(err)
	if list, _, err := r.CallingTeams(ctx, other, r.clock.Now().AddDate(0, 0, -30), 5); err != nil || len(list) != 0 {
		t.Errorf("of the other version: %+v, %v", list, err)
	}
	r.clock.Move(31 * 24 * time.Hour)
	if got := callers(); len(got) != 0 {
		t.Errorf("after a month: %+v", got)
	}
}
