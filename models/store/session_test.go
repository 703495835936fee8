package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestSessions(t *testing.T) {
	r := newRig(t)
	session := models.Session{TokenHash: []byte("hash"), UserID: r.carl.UserID, Data: []byte("a"), CreatedAt: r.clock.Now(), ExpiresAt: r.clock.Now().Add(time.Hour)}
	r.must(r.SaveSession(ctx, session))
	session.Data = []byte("b")
	r.must(r.RenewSession(ctx, session))
	got, err := r.Session(ctx, session.TokenHash)
	if diff := cmp.Diff(session, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	r.clock.Move(time.Hour - time.Millisecond)
	if _, err := r.Session(ctx, session.TokenHash); err != nil {
		t.Errorf("in its last millisecond: %v", err)
	}
	r.clock.Move(time.Millisecond)
	if _, err := r.Session(ctx, session.TokenHash); !is(err, models.ErrNotFound) {
		t.Errorf("once it is over: %v", err)
	}
	for want := int64(1); want >= 0; want-- {
		if n, err := r.DropExpiredSessions(ctx); err != nil || n != want {
			t.Errorf("%d were dropped, %v", n, err)
		}
	}
	session.ExpiresAt = r.clock.Now().Add(time.Hour)
	r.must(r.SaveSession(ctx, session))
	r.must(r.DeleteSession(ctx, session.TokenHash))
	r.must(r.DeleteSession(ctx, session.TokenHash))
	r.must(r.RenewSession(ctx, session)) // by a request that had read it before
	if _, err := r.Session(ctx, session.TokenHash); !is(err, models.ErrNotFound) {
		t.Errorf("once it was ended: %v", err)
	}
}
