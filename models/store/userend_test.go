package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// nora has done everything in the portal that leaves her name or her address somewhere.
func (r *rig) nora() models.User {
	r.Helper()
	user, err := r.SignUp(ctx, models.System, models.NewUser{Name: "Nora Nemo", Email: "nora@acme.example"}, "hash-of-nora")
	r.must(err)
	me := models.Actor{UserID: user.ID, Address: "192.0.2.7"}
	r.must(r.OfferLink(ctx, models.MailLink{TokenHash: models.HashLinkToken("t"), UserID: user.ID, Purpose: models.LinkVerify, Email: user.Email}))
	_, err = r.VerifyAddress(ctx, me, "t")
	r.must(err)
	r.session(user.ID, "s")
	r.must(r.LinkIdentity(ctx, me, models.SignOn{Issuer: "https://login.example", Subject: "nora-1", Email: user.Email}))
	r.factor(user.ID, "ses_s")
	r.passkey(user.ID, "Laptop")
	r.openTo("acme.example")
	r.must(r.AskToJoin(ctx, me, r.consumer))
	secret, err := r.invite(r.carl, user.Email, models.RoleAdmin)
	r.must(err)
	r.must(r.accept(me, secret))
	_, err = r.invite(me, "friend@elsewhere.example", models.RoleViewer)
	r.must(err)
	_, err = r.CreateKey(ctx, me, r.consumer, "nightly", models.NewKeySecret(), models.KeyRules{})
	r.must(err)
	_, err = r.CreateToken(ctx, me, "", models.NewAPIToken{Name: "Nora's laptop", Scopes: []models.Permission{models.MayView}}, models.NewTokenSecret())
	r.must(err)
	_, err = r.CreateTopup(ctx, me, models.Topup{TeamID: r.consumer, Amount: models.Unit, Currency: models.USD, State: models.TopupCreated})
	r.must(err)
	r.must(r.ChooseNotifications(ctx, user.ID, r.consumer, []models.NotificationChoice{{Kind: "balance.changed", Portal: true, Mail: true}}))
	r.grant(r.consumer, models.Unit) // of which she is told
	r.must(r.KeepMail(ctx, models.Mail{ID: "msg_1", Recipient: user.Email, Subject: "Hello", Text: "Nora Nemo", HTML: "Nora Nemo", CreatedAt: r.clock.Now()}))
	return user
}

// mentions lists where in the whole database a text stands, as table.column.
func (r *rig) mentions(text string) (places []string) {
	r.Helper()
	rows, err := r.raw.QueryContext(ctx, `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2`)
	r.must(err)
	defer func() { _ = rows.Close() }()
	var columns [][2]string
	for rows.Next() {
		var c [2]string
		r.must(rows.Scan(&c[0], &c[1]))
		columns = append(columns, c)
	}
	r.must(rows.Err())
	for _, c := range columns {
		if r.number(fmt.Sprintf(`SELECT COUNT(*) FROM %q WHERE instr(CAST(%q AS TEXT), ?)`, c[0], c[1]), text) > 0 {
			places = append(places, c[0]+"."+c[1])
		}
	}
	return places
}

// people are the columns that name users by id.
func (r *rig) people() (places []string) {
	r.Helper()
	rows, err := r.raw.QueryContext(ctx, `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND (c.name = 'user_id' OR c.name LIKE '%\_by' ESCAPE '\') ORDER BY 1`)
	r.must(err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var place string
		r.must(rows.Scan(&place))
		places = append(places, place)
	}
	r.must(rows.Err())
	return places
}

// Of whoever leaves, neither name nor address is kept but where history says so, and for a while where mails are promised.
func TestADeletedUserIsForgotten(t *testing.T) {
	r := newRig(t)
	user := r.nora()
	if found := strings.Join(r.mentions(user.Email), " "); !strings.Contains(found, "users.email") || !strings.Contains(found, "invitations.email") {
		t.Fatalf("before the end the address stands in %s: the test proves nothing", found)
	}
	r.must(r.DeleteUser(ctx, models.Actor{UserID: user.ID}))
	for _, text := range []string{"Nora Nemo", user.Email, "hash-of-nora"} {
		for _, place := range r.mentions(text) {
			if place != "audit_entries.details" && place != "outbox_messages.payload" {
				t.Errorf("%s still has %q", place, text)
			}
		}
	}
	r.exec(`UPDATE outbox_messages SET state = 'done', done_at = ?`, r.clock.Now().UnixMilli())
	r.clock.Move(30 * 24 * time.Hour)
	if n, err := r.DropOldMails(ctx); n == 0 || err != nil {
		t.Errorf("%d old mails were dropped, %v", n, err)
	}
	if places := r.mentions(user.Email); len(places) != 1 || places[0] != "audit_entries.details" {
		t.Errorf("a month later the address stands in %v", places)
	}

	if _, err := r.User(ctx, user.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("the user is still there: %v", err)
	}
	for _, table := range []string{"sessions", "second_factors", "recovery_codes", "passkeys", "notification_readers", "notification_choices", "user_identities", "api_tokens"} {
		if n := r.number(`SELECT COUNT(*) FROM `+table+` WHERE user_id = ?`, user.ID); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	if n := r.number(`SELECT COUNT(*) FROM api_keys WHERE user_id = ? AND state = 'active'`, user.ID); n != 1 {
		t.Errorf("%d of the team's keys work", n)
	}
	if n := r.number(`SELECT COUNT(*) FROM invitations WHERE invited_by = ? AND state = 'open'`, user.ID); n != 0 {
		t.Errorf("%d invitations of theirs are open", n)
	}
	if err := r.DeleteUser(ctx, models.Actor{UserID: user.ID}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if _, err := r.SignUp(ctx, models.System, models.NewUser{Name: "Another", Email: user.Email}, "x"); err != nil {
		t.Errorf("the address is not free: %v", err)
	}
}

func TestWhatKeepsAUser(t *testing.T) {
	r := newRig(t)
	root, err := r.AddAdministrator(ctx, models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	r.must(err)
	alone := r.person("alone@example.test")
	team, err := r.CreateTeam(ctx, alone, "Alone", false)
	r.must(err)
	both := r.person("both@example.test")
	r.addMember(both, models.RoleOwner)
	for _, row := range []struct {
		sentence string
		who      models.Actor
		want     error
	}{
		{"the only administrator", models.Actor{UserID: root.ID}, models.ErrConflict},
		{"the only owner of a team", alone, models.ErrConflict},
		{"one owner of two", both, nil},
		{"the owner who is left", r.carl, models.ErrConflict},
		{"nobody", models.Actor{UserID: "usr_nobody"}, models.ErrNotFound},
	} {
		if err := r.DeleteUser(ctx, row.who); !errors.Is(err, row.want) {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
	left, err := r.UserRemains(ctx, alone.UserID)
	r.must(err)
	if len(left.OnlyOwnerOf) != 1 || left.OnlyOwnerOf[0].Slug != team.Slug || left.Teams != 1 || left.LastAdministrator {
		t.Errorf("in the way is %+v", left)
	}
	r.must(r.DeleteTeam(ctx, alone, team.ID))
	if err := r.DeleteUser(ctx, alone); err != nil {
		t.Errorf("after the team is gone: %v", err)
	}
	if _, err := r.AddAdministrator(ctx, models.NewUser{Name: "Second", Email: "second@example.test"}, "x"); err != nil {
		t.Fatal(err)
	}
	if err := r.DeleteUser(ctx, models.Actor{UserID: root.ID}); err != nil {
		t.Errorf("one administrator of two: %v", err)
	}
}

// Every table that names a person has its part in the copy that they get, or a reason why it has none.
func TestTheCopyOfPersonalDataIsWhole(t *testing.T) {
	r := newRig(t)
	user := r.nora()
	data, err := r.PersonalData(ctx, user.ID)
	r.must(err)
	parts := map[string]int{
		"members": len(data.Teams), "sessions": len(data.Sessions), "passkeys": len(data.Passkeys), "api_keys": len(data.Keys), "api_tokens": len(data.Tokens), "topups": len(data.Payments),
		"invitations": len(data.Invitations), "join_requests": len(data.JoinRequests), "mails": len(data.Mails), "user_identities": len(data.Identities), "users": 1,
		"notification_readers": len(data.Notifications), "notification_choices": len(data.NotificationChoices),
	}
	elsewhere := map[string]string{
		"second_factors":  "the secret of an app; since when is told with the login",
		"api_transfers":   "an act in a team, until it is answered; the audit has it too",
		"recovery_codes":  "hashes of secrets",
		"audit_entries":   "the record of what they did, which follows in the copy",
		"mail_links":      "secrets that work for an hour or a day",
		"outbox_messages": "promises of mails, which are dropped after a month",
		"notifications":   "what others were told that they did, which is in the record of what they did",

		// A team's or the platform's things. That this person made or answered them is in the record of what they did.
		"subscriptions": "a team's", "requests": "a team's", "plan_revisions": "a team's", "releases": "a team's", "upstream_credentials": "a team's",
		"imports":             "a team's",
		"deprecation_acks":    "a team's",
		"ledger_transactions": "the platform's", "group_rules": "the platform's", "unconfirmed_calls": "the platform's",
	}
	for _, place := range r.people() {
		table, _, _ := strings.Cut(place, ".")
		if _, told := parts[table]; !told && elsewhere[table] == "" {
			t.Errorf("%s names a person: put it into PersonalData, or say here why not", place)
		}
	}
	for _, id := range []string{user.ID, user.Email} {
		for _, place := range r.mentions(id) {
			table, _, _ := strings.Cut(place, ".")
			if count, told := parts[table]; told && count == 0 {
				t.Errorf("%s names them, and the copy has nothing of it", place)
			}
		}
	}
	if data.Account.Email != user.Email || data.Account.TwoStepSince == nil || data.Payments[0].Amount != models.Unit || data.Invitations[0].ByThem || !data.Invitations[1].ByThem {
		t.Errorf("%+v", data)
	}
	if _, err := r.PersonalData(ctx, "usr_nobody"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("nobody's data: %v", err)
	}
}
