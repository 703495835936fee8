package store_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
)

// offer sends a user a link and returns its token.
func (r *rig) offer(u models.User, purpose models.LinkPurpose) string {
	r.Helper()
	token := models.NewLinkToken()
	r.must(r.OfferLink(ctx, models.MailLink{TokenHash: models.HashLinkToken(token), UserID: u.ID, Purpose: purpose, Email: u.Email}))
	return token
}

// holds says whether a link works.
func (r *rig) holds(purpose models.LinkPurpose, token string) bool {
	r.Helper()
	user, err := r.LinkHolder(ctx, purpose, token)
	if err != nil && !is(err, models.ErrNotFound) {
		r.Fatal(err)
	}
	return err == nil && user.ID != ""
}

func TestALinkWorksForItsUserPurposeAddressAndTime(t *testing.T) {
	r := newRig(t)
	carl := r.world.Consumer
	token := r.offer(carl, models.LinkReset)
	if n := r.number(`SELECT COUNT(*) FROM mail_links WHERE CAST(token_hash AS TEXT) LIKE '%' || ? || '%'`, token); n != 0 {
		t.Error("the token itself is stored")
	}
	if !r.holds(models.LinkReset, token) || r.holds(models.LinkVerify, token) || r.holds(models.LinkReset, "guessed") {
		t.Error("the wrong links work")
	}
	for sentence, change := range map[string][2]string{
		"an address that is not the user's any more": {`UPDATE users SET email = 'new@example.test' WHERE id = ?`, `UPDATE users SET email = 'carl@example.test' WHERE id = ?`},
		"a user who was deleted":                     {`UPDATE users SET deleted_at = 1 WHERE id = ?`, `UPDATE users SET deleted_at = NULL WHERE id = ?`},
	} {
		r.exec(change[0], carl.ID)
		if err := r.ResetPassword(ctx, models.System, token, "x"); r.holds(models.LinkReset, token) || !is(err, models.ErrNotFound) {
			t.Errorf("%s: the link works, %v", sentence, err)
		}
		r.exec(change[1], carl.ID)
	}
	r.clock.Move(time.Hour - time.Millisecond)
	if !r.holds(models.LinkReset, token) {
		t.Error("it does not work in its last millisecond")
	}
	r.clock.Move(time.Millisecond)
	if err := r.ResetPassword(ctx, models.System, token, "x"); r.holds(models.LinkReset, token) || !is(err, models.ErrNotFound) {
		t.Errorf("it works after its time: %v", err)
	}
}

func TestANewPasswordEndsSessionsAndLinksOfItsUserOnly(t *testing.T) {
	r := newRig(t)
	for hash, user := range map[string]string{"a": r.carl.UserID, "b": r.carl.UserID, "c": r.pia.UserID} {
		r.must(r.SaveSession(ctx, models.Session{TokenHash: []byte(hash), ID: "ses_" + hash, UserID: user, Data: []byte{}, ExpiresAt: r.clock.Now().Add(time.Hour)}))
	}
	first, second, others := r.offer(r.world.Consumer, models.LinkReset), r.offer(r.world.Consumer, models.LinkReset), r.offer(r.world.Provider, models.LinkReset)
	r.exec(`UPDATE users SET verified_at = NULL`)
	r.must(r.ResetPassword(ctx, models.Actor{RequestID: "req_9"}, first, "new hash"))
	if r.holds(models.LinkReset, first) || r.holds(models.LinkReset, second) || !r.holds(models.LinkReset, others) {
		t.Error("the wrong links work")
	}
	if n := r.number(`SELECT COUNT(*) FROM sessions`); n != 1 {
		t.Errorf("%d sessions are left", n)
	}
	carl, err := r.User(ctx, r.carl.UserID)
	if err != nil || carl.PasswordHash != "new hash" || !carl.Verified() || !carl.VerifiedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v, %v", carl, err)
	}
	if pia, err := r.User(ctx, r.pia.UserID); err != nil || pia.PasswordHash == "new hash" || pia.Verified() {
		t.Errorf("%+v, %v", pia, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'password_changed' AND CAST(payload AS TEXT) LIKE '%carl@example.test%'`); n != 1 {
		t.Errorf("%d notices are promised", n)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'user.password_reset' AND user_id = ? AND request_id = 'req_9'`, carl.ID); n != 1 {
		t.Errorf("%d audit entries", n)
	}
	if err := r.ResetPassword(ctx, models.System, second, "x"); !is(err, models.ErrNotFound) {
		t.Errorf("the second link: %v", err)
	}
}

func TestWhatIsLeftOfLinksIsForgotten(t *testing.T) {
	r := newRig(t)
	old := r.offer(r.world.Consumer, models.LinkReset)
	r.must(r.AskForReset(ctx, " Nobody@example.test"))
	due, err := r.DueMessages(ctx, 9)
	if err != nil || len(due) != 1 || string(due[0].Payload) != `{"Email":"nobody@example.test"}` {
		t.Fatalf("%+v, %v", due, err)
	}
	drop := func(want int64) {
		t.Helper()
		if n, err := r.DropSpentLinks(ctx); n != want || err != nil {
			t.Errorf("%d rows were dropped, want %d, %v", n, want, err)
		}
	}
	r.clock.Move(30 * time.Minute)
	young := r.offer(r.world.Consumer, models.LinkReset)
	r.clock.Move(30 * time.Minute)
	drop(1)
	if r.holds(models.LinkReset, old) || !r.holds(models.LinkReset, young) {
		t.Error("the wrong link is gone")
	}
	r.clock.Move(1000 * time.Hour)
	drop(1) // the younger link; what was not done is not forgotten
	r.must(r.FinishMessage(ctx, due[0].ID))
	drop(0)
	r.clock.Move(7 * 24 * time.Hour)
	drop(1)
	drop(0)
}

func TestAnAddressIsVerifiedOnce(t *testing.T) {
	r := newRig(t)
	ada, err := r.SignUp(ctx, models.System, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "x")
	r.must(err)
	if ada.Verified() || !r.world.Consumer.Verified() {
		t.Errorf("%+v %+v", ada, r.world.Consumer)
	}
	r.must(r.AskForVerification(ctx, ada.ID))
	if n := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'address_verification' AND CAST(payload AS TEXT) LIKE '%' || ? || '%'`, ada.ID); n != 2 {
		t.Errorf("%d mails are promised", n)
	}
	first, second := r.offer(ada, models.LinkVerify), r.offer(ada, models.LinkVerify)
	reset := r.offer(ada, models.LinkReset)
	if _, err := r.VerifyAddress(ctx, models.System, reset); !is(err, models.ErrNotFound) {
		t.Errorf("a link for something else: %v", err)
	}
	user, err := r.VerifyAddress(ctx, models.Actor{RequestID: "req_8"}, first)
	if err != nil || user.ID != ada.ID {
		t.Errorf("%+v, %v", user, err)
	}
	if r.holds(models.LinkVerify, second) || !r.holds(models.LinkReset, reset) {
		t.Error("the wrong links work")
	}
	if user, err = r.User(ctx, ada.ID); err != nil || !user.Verified() || !user.VerifiedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v, %v", user, err)
	}
	if err := r.AskForVerification(ctx, ada.ID); !is(err, models.ErrConflict) {
		t.Errorf("asking again: %v", err)
	}
	if err := r.AskForVerification(ctx, "usr_nobody"); !is(err, models.ErrNotFound) {
		t.Errorf("asking for nobody: %v", err)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'user.address_verified' AND user_id = ? AND request_id = 'req_8'`, ada.ID); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

// A database of the release before believes everybody who is in it, and shows the mails that it kept.
func TestTheUpgradeBelievesThoseWhoWereThere(t *testing.T) {
	r := newRig(t)
	ada, err := r.SignUp(ctx, models.System, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "x")
	r.must(err)
	r.must(r.KeepMail(ctx, models.Mail{ID: "msg_1", Text: "kept"}))
	r.must(r.Store.Close(ctx))
	for _, undo := range []string{
		`ALTER TABLE mails DROP COLUMN kept`, `ALTER TABLE users DROP COLUMN verified_at`, `DROP TABLE mail_links`, `DROP INDEX sessions_user`,
		`DROP INDEX outbox_messages_resets`, `DROP INDEX outbox_messages_dead`, `DELETE FROM schema_migrations WHERE id = '0008_mail'`,
	} {
		r.exec(undo)
	}
	r.Store = storetest.OpenIn(t, r.dir, r.clock)
	if user, err := r.User(ctx, ada.ID); err != nil || !user.Verified() || !user.VerifiedAt.Equal(ada.CreatedAt) {
		t.Errorf("%+v, %v", user, err)
	}
	if got := r.onlyMail(); !got.Mail.Kept || got.Mail.Text != "kept" {
		t.Errorf("%+v", got)
	}
}
