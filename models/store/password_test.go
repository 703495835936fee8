package store_test

import (
	"testing"

	"github.com/faregate/faregate/models"
)

func TestAChangedPasswordEndsTheOtherSessionsAndOpenLinks(t *testing.T) {
	r := newRig(t)
	for _, token := range []string{"a", "b", "c"} {
		r.session(r.carl.UserID, token)
	}
	r.session(r.pia.UserID, "p")
	mine, others, verify := r.offer(r.world.Consumer, models.LinkReset), r.offer(r.world.Provider, models.LinkReset), r.offer(r.world.Consumer, models.LinkVerify)
	r.must(r.ChangePassword(ctx, r.carl, r.carl.UserID, "new hash", "ses_b"))
	if carl, pia := r.sessions(r.carl.UserID), r.sessions(r.pia.UserID); carl != "ses_b" || pia != "ses_p" {
		t.Errorf("left are %s and %s", carl, pia)
	}
	if r.holds(models.LinkReset, mine) || !r.holds(models.LinkReset, others) || !r.holds(models.LinkVerify, verify) {
		t.Error("the wrong links work")
	}
	carl, err := r.User(ctx, r.carl.UserID)
	if err != nil || carl.PasswordHash != "new hash" {
		t.Errorf("%+v, %v", carl, err)
	}
	if pia, err := r.User(ctx, r.pia.UserID); err != nil || pia.PasswordHash == "new hash" {
		t.Errorf("%+v, %v", pia, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'password_changed' AND CAST(payload AS TEXT) LIKE '%carl@example.test%'`); n != 1 {
		t.Errorf("%d notices are promised", n)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'user.password_changed' AND user_id = ? AND request_id = 'req_1'`, carl.ID); n != 1 {
		t.Errorf("%d audit entries", n)
	}
	if err := r.ChangePassword(ctx, models.System, "usr_nobody", "x", ""); !is(err, models.ErrNotFound) {
		t.Errorf("nobody's password: %v", err)
	}
}
