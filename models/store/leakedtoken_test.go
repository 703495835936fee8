package store_test

import (
	"slices"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestAReportRevokesATokenAndTellsItsPeople(t *testing.T) {
	for _, row := range []struct {
		sentence string
		make     func(r *rig) string // makes a token and returns its secret
		told     []string
	}{
		{"a person's own", func(r *rig) string {
			_, secret := r.token(r.join("dev", models.RoleDeveloper), "", models.MayView)
			return secret
		}, []string{"dev@example.test"}},
		{"a team's", func(r *rig) string {
			r.join("vic", models.RoleViewer)
			_, secret := r.token(r.join("ada", models.RoleAdmin), r.consumer, models.MayView)
			return secret
		}, []string{"ada@example.test", "carl@example.test"}},
		{"a team's whose maker has left", func(r *rig) string {
			ada := r.join("ada", models.RoleAdmin)
			_, secret := r.token(ada, r.consumer, models.MayView)
			r.must(r.LeaveTeam(ctx, ada, r.consumer))
			return secret
		}, []string{"carl@example.test"}},
		{"one that was revoked before", func(r *rig) string {
			token, secret := r.token(r.carl, "", models.MayView)
			r.must(r.RevokeToken(ctx, r.carl, models.TokenOwner{UserID: r.carl.UserID}, token.ID))
			return secret
		}, nil},
		{"one that was never made", func(*rig) string { return models.NewTokenSecret() }, nil},
	} {
		r := newRig(t)
		w := r.hook(r.carl, r.consumer, "token.revoked")
		secret := row.make(r)
		found, err := models.ReadFoundSecret(" "+secret+"\n", "https://code.test/x")
		r.must(err)
		for range 2 { // the second one changes nothing
			r.must(r.ReportLeak(ctx, models.Actor{RequestID: "web_1"}, found))
		}
		if r.grants(secret) {
			t.Errorf("%s: it works on", row.sentence)
		}
		told := r.tokenMails()
		slices.Sort(told)
		if !slices.Equal(told, row.told) {
			t.Errorf("%s: told are %q", row.sentence, told)
		}
		if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'token.revoked_on_report' AND request_id = 'web_1' AND user_id = ''`); (n == 1) != (row.told != nil) {
			t.Errorf("%s: %d entries say so", row.sentence, n)
		}
		types, _ := r.sent(w)
		if teams := r.number(`SELECT COUNT(*) FROM api_tokens WHERE team_id = ?`, r.consumer); int64(len(types)) != teams {
			t.Errorf("%s: webhooks hear %v", row.sentence, types)
		}
	}
}

// tokenMails are the addresses that mails about tokens that were found are promised to.
func (r *rig) tokenMails() (told []string) {
	r.Helper()
	rows, err := r.raw.QueryContext(ctx, `SELECT payload ->> 'Email' FROM outbox_messages WHERE kind = 'leaked_token'`)
	r.must(err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var email string
		r.must(rows.Scan(&email))
		told = append(told, email)
	}
	r.must(rows.Err())
	return told
}
