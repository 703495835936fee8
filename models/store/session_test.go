package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
)

func TestSessions(t *testing.T) {
	r := newRig(t)
	now := r.clock.Now()
	session := models.Session{
		TokenHash: []byte("hash"), ID: "ses_1", UserID: r.carl.UserID, Browser: "Firefox on Linux", Address: "192.0.2.1", Data: []byte("a"),
		CreatedAt: now, SeenAt: now, ProvedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	r.must(r.SaveSession(ctx, session))
	session.Data, session.Address, session.SeenAt = []byte("b"), "192.0.2.2", now.Add(time.Millisecond)
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
	if err := r.RenewSession(ctx, session); !is(err, models.ErrNotFound) {
		t.Errorf("renewed by a request that had read it before: %v", err)
	}
	if err := r.RotateSession(ctx, session.TokenHash, session); !is(err, models.ErrNotFound) {
		t.Errorf("rotated by a request that had read it before: %v", err)
	}
	if _, err := r.Session(ctx, session.TokenHash); !is(err, models.ErrNotFound) {
		t.Errorf("once it was ended: %v", err)
	}
}

// session begins a session of a user, which is named after its token.
func (r *rig) session(user, token string) models.Session {
	r.Helper()
	now := r.clock.Now()
	s := models.Session{
		TokenHash: []byte(token), ID: "ses_" + token, UserID: user, Data: []byte{0}, CreatedAt: now, SeenAt: now, ProvedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	r.must(r.SaveSession(ctx, s))
	return s
}

// sessions are the ids of a user's sessions, in their order.
func (r *rig) sessions(user string) string {
	r.Helper()
	list, err := r.SessionsOf(ctx, user)
	r.must(err)
	ids := []string{}
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	return strings.Join(ids, " ")
}

func TestUsersEndTheirOwnSessionsOnly(t *testing.T) {
	r := newRig(t)
	for _, token := range []string{"a", "b", "c"} {
		r.session(r.carl.UserID, token)
		r.clock.Move(time.Minute)
	}
	r.session(r.pia.UserID, "p")
	if got := r.sessions(r.carl.UserID); got != "ses_c ses_b ses_a" {
		t.Fatalf("they are %s", got)
	}
	for sentence, id := range map[string]string{"another user's": "ses_p", "none": "ses_nobody", "no": ""} {
		if err := r.EndSession(ctx, r.carl, r.carl.UserID, id); !is(err, models.ErrNotFound) {
			t.Errorf("%s session was ended: %v", sentence, err)
		}
	}
	r.must(r.EndSession(ctx, r.carl, r.carl.UserID, "ses_b"))
	if got := r.sessions(r.carl.UserID); got != "ses_c ses_a" {
		t.Errorf("after one was ended they are %s", got)
	}
	for want := int64(1); want >= 0; want-- {
		if n, err := r.EndOtherSessions(ctx, r.carl, r.carl.UserID, "ses_a"); err != nil || n != want {
			t.Errorf("%d others were ended, %v", n, err)
		}
	}
	if carl, pia := r.sessions(r.carl.UserID), r.sessions(r.pia.UserID); carl != "ses_a" || pia != "ses_p" {
		t.Errorf("left are %s and %s", carl, pia)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'session.ended' AND user_id = ? AND request_id = 'req_1'`, r.carl.UserID); n != 2 {
		t.Errorf("%d audit entries", n)
	}
	r.clock.Move(time.Hour)
	if got := r.sessions(r.carl.UserID); got != "" {
		t.Errorf("listed after its end: %s", got)
	}
}

func TestASessionGetsAnotherToken(t *testing.T) {
	r := newRig(t)
	s := r.session(r.carl.UserID, "old")
	r.clock.Move(time.Minute)
	s.TokenHash, s.ProvedAt, s.SeenAt, s.ExpiresAt = []byte("new"), r.clock.Now(), r.clock.Now(), r.clock.Now().Add(time.Hour)
	r.must(r.RotateSession(ctx, []byte("old"), s))
	if _, err := r.Session(ctx, []byte("old")); !is(err, models.ErrNotFound) {
		t.Errorf("the old token: %v", err)
	}
	got, err := r.Session(ctx, []byte("new"))
	if diff := cmp.Diff(s, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestNobodyHasTooManySessions(t *testing.T) {
	r := newRig(t)
	r.session(r.pia.UserID, "p")
	for i := range models.MaxSessions + 2 {
		r.session(r.carl.UserID, fmt.Sprintf("%03d", i))
		r.clock.Move(time.Second)
	}
	got := strings.Fields(r.sessions(r.carl.UserID))
	if len(got) != models.MaxSessions || got[0] != "ses_051" || got[len(got)-1] != "ses_002" || r.sessions(r.pia.UserID) != "ses_p" {
		t.Errorf("%d are left: %v", len(got), got)
	}
}

// Who was signed in before the upgrade stays so, and finds the session in their list.
func TestTheUpgradeKeepsSessions(t *testing.T) {
	r := newRig(t)
	s := r.session(r.carl.UserID, "kept")
	r.must(r.Store.Close(ctx))
	for _, table := range []string{"sessions", "second_factors", "recovery_codes"} {
		r.exec(`DROP TABLE ` + table)
	}
	r.exec(`CREATE TABLE sessions (token_hash BLOB PRIMARY KEY, user_id TEXT NOT NULL, data BLOB NOT NULL, created_at DATETIME NOT NULL, expires_at DATETIME NOT NULL) WITHOUT ROWID`)
	r.exec(`INSERT INTO sessions VALUES (?, ?, ?, ?, ?)`, s.TokenHash, s.UserID, s.Data, s.CreatedAt, s.ExpiresAt)
	r.exec(`DELETE FROM schema_migrations WHERE id = '0013_sign_in'`)
	r.Store = storetest.OpenIn(t, r.dir, r.clock)
	got, err := r.Session(ctx, s.TokenHash)
	if err != nil || got.UserID != s.UserID || !got.SeenAt.Equal(s.CreatedAt) || !got.ProvedAt.Equal(s.CreatedAt) || r.sessions(s.UserID) != got.ID || got.ID == "" {
		t.Errorf("%+v, %v", got, err)
	}
}
