package store_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestSetUp(t *testing.T) {
	r := newRig(t)
	needs := func(want bool) {
		t.Helper()
		if got, err := r.NeedsSetUp(ctx); err != nil || got != want {
			t.Errorf("needs set-up: %t, %v", got, err)
		}
	}
	valid := func(token string, want bool) {
		t.Helper()
		if got, err := r.ValidSetUp(ctx, token); err != nil || got != want {
			t.Errorf("%q is valid: %t, %v", token, got, err)
		}
	}
	needs(true)
	valid("", false)
	r.must(r.OfferSetUp(ctx, "old"))
	r.must(r.OfferSetUp(ctx, "new"))
	valid("old", false)
	valid("new", true)
	person := models.NewUser{Name: "Root", Email: "carl@example.test"}
	if _, err := r.SetUp(ctx, models.System, "old", person, "x"); !is(err, models.ErrForbidden) {
		t.Errorf("%v", err)
	}
	if _, err := r.SetUp(ctx, models.System, "new", person, "x"); !is(err, models.ErrConflict) {
		t.Errorf("an address that is taken: %v", err)
	}
	valid("new", true) // the failure did not use it up
	person.Email = "root@example.test"
	var made atomic.Int64
	var running sync.WaitGroup
	for range 5 {
		running.Go(func() {
			if user, err := r.SetUp(ctx, models.System, "new", person, "x"); err == nil && user.Administrator {
				made.Add(1)
			} else if !is(err, models.ErrForbidden) {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if made.Load() != 1 {
		t.Errorf("the link was used %d times", made.Load())
	}
	needs(false)
	valid("new", false)
	valid("", false)
}
