package paths_test

import (
	"testing"

	"github.com/faregate/faregate/web/paths"
)

func TestBuilders(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{paths.Team("acme"), "/t/acme"},
		{paths.RevokeKey("acme", "key_1"), "/t/acme/keys/key_1/revoke"},
		{paths.EndSubscription("acme", "sub_1"), "/t/acme/subscriptions/sub_1/end"},
		{paths.WithdrawRequest("acme", "sub_1"), "/t/acme/subscriptions/sub_1/withdraw"},
		{paths.NewPlan("acme", "quotes"), "/t/acme/apis/quotes/plans/new"},
		{paths.EditPlan("acme", "quotes", "plan_1"), "/t/acme/apis/quotes/plans/plan_1/edit"},
		{paths.OfferPlan("acme", "quotes", "plan_1"), "/t/acme/apis/quotes/plans/plan_1/offer"},
		{paths.WithdrawTerms("acme", "quotes", "plan_1", "rev_1"), "/t/acme/apis/quotes/plans/plan_1/terms/rev_1/withdraw"},
		{paths.Request("acme", "ask_1"), "/t/acme/requests/ask_1"},
		{paths.RemoveMember("acme", "usr_1"), "/t/acme/members/usr_1/remove"},
		{paths.ResendInvite("acme", "inv_1"), "/t/acme/invitations/inv_1/resend"},
		{paths.WithdrawInvite("acme", "inv_1"), "/t/acme/invitations/inv_1/withdraw"},
		{paths.HandOverTeam("acme"), "/t/acme/settings/owner"},
		{paths.Invitation("a/b"), "/invitations/a%2Fb"},
		{paths.API("a b/c"), "/apis/a%20b%2Fc"},
		{paths.SearchAPIs("weather & tides"), "/apis?q=weather+%26+tides"},
		{paths.SearchAPIs(""), "/apis"},
		{paths.SignInThen("/t/acme?after=x"), "/sign-in?next=%2Ft%2Facme%3Fafter%3Dx"},
		{paths.TopUpFor("dny_9fK2"), "/billing/top-up?ref=dny_9fK2"},
		{paths.TopUpDone("{CHECKOUT_SESSION_ID}"), "/billing/top-up/done?cs={CHECKOUT_SESSION_ID}"},
		{paths.TopUpDone("cs_1"), "/billing/top-up/done?cs=cs_1"},
		{paths.Invoke("quotes", "v1", "/random"), "/invoke/quotes/v1/random"},
		{paths.After(paths.SearchAPIs("x"), "c1"), "/apis?q=x&after=c1"},
		{paths.CallFilter{}.Of(paths.Calls("acme")), "/t/acme/calls"},
		{paths.CallFilter{Text: "GET /a&b", From: "2026-11-22T14:00"}.Of(paths.ExportCalls("acme")), "/t/acme/calls.csv?from=2026-11-22T14%3A00&q=GET+%2Fa%26b"},
		{paths.FollowCalls(paths.CallFilter{API: "quotes"}.Of(paths.Calls("acme")), "1f"), "/t/acme/calls?api=quotes&follow=1&seen=1f"},
		{paths.After(paths.CallFilter{API: "quotes", Status: "4xx"}.Of(paths.Calls("acme")), "req_1"), "/t/acme/calls?api=quotes&status=4xx&after=req_1"},
		{paths.RetryMail("msg_1"), "/outbox/msg_1/retry"},
		{paths.Loggable(paths.Setup("secret")), "/setup/:token"},
		{paths.Loggable(paths.ResetPassword("secret") + "/"), "/reset-password/:token"},
		{paths.Loggable(paths.VerifyAddress("secret") + "/more"), "/verify/:token"},
		{paths.Loggable(paths.Unsubscribe("secret")), "/unsubscribe/:token"},
		{paths.Loggable("/t/acme/keys"), "/t/acme/keys"},
		{paths.NotificationsOf("acme", "balance.low", true), "/notifications?team=acme&kind=balance.low&state=unread"},
		{paths.NotificationChoicesOf(""), "/account/notifications"},
		{paths.Notified("plan.revised", "plan", "plan_1", "quotes", "acme"), "/apis/quotes"},
		{paths.Notified("member.join_declined", "person", "usr_1", "", ""), "/teams/join"},
		{paths.Notified("member.removed", "person", "usr_1", "", ""), "/start"},
		{paths.Notified("subscription.requested", "provider", "ask_1", "quotes", "acme"), "/t/acme/requests/ask_1"},
		{paths.Notified("subscription.ended", "provider", "sub_1", "quotes", "acme"), "/t/acme/apis/quotes/subscribers/sub_1"},
		{paths.Notified("subscription.ended", "subscriber", "sub_1", "quotes", "acme"), "/t/acme/subscriptions"},
		{paths.Notified("key.expiring", "team", "key_1", "", "acme"), "/t/acme/keys/key_1"},
		{paths.Notified("key.revoked", "team", "key_1", "", "acme"), "/t/acme/keys"},
		{paths.Notified("topup.failed", "team", "tu_1", "", "acme"), "/billing/top-up?team=acme"},
		{paths.Notified("topup.credited", "team", "tu_1", "", "acme"), "/t/acme/wallet"},
		{paths.Notified("team.budget_reached", "team", "team_1", "", "acme"), "/t/acme/limits"},
		{paths.Notified("credit.granted", "team", "team_1", "", "acme"), "/t/acme/wallet"},
		{paths.Notified("member.role_changed", "person", "usr_1", "", "acme"), "/t/acme/members/roles"},
		{paths.Notified("member.joined", "team", "usr_1", "", "acme"), "/t/acme/members"},
		{paths.Notified("webhook.disabled", "team", "whk_1", "", "acme"), "/t/acme/settings/webhooks/whk_1"},
		{paths.Notified("announcement.begun", "everybody", "ann_1", "", ""), "/start"},
		{paths.SearchTeams("a & b"), "/admin/teams?q=a+%26+b"},
		{paths.AfterTopUp(paths.Wallet("acme"), "top_1"), "/t/acme/wallet?topups=top_1"},
		{paths.Absolute("https://portal.example.com/", paths.Landing), "https://portal.example.com/"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestLocalRefusesEveryWayOut(t *testing.T) {
	for _, next := range []string{
		"", "apis", "https://evil.example", "//evil.example", `/\evil.example`, "/\tevil", "javascript:alert(1)", "/a\r\nb",
	} {
		if got := paths.Local(next, "/start"); got != "/start" {
			t.Errorf("Local(%q) = %q, want the fallback", next, got)
		}
	}
	for _, next := range []string{"/", "/apis?q=x", "/t/acme/wallet#top"} {
		if got := paths.Local(next, "/start"); got != next {
			t.Errorf("Local(%q) = %q, want it unchanged", next, got)
		}
	}
}
