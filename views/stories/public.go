package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// public is what can be seen without signing in.
func public(theme layout.Theme) []Story {
	r := base(theme)
	closed := r
	closed.SignUp, closed.Demo = false, false
	sends := r
	sends.SendsMail = true
	flash := r
	flash.Flash = []layout.Flash{{Tone: ui.Info, Text: "You are signed out."}}
	logins := []pages.DemoLogin{
		{Name: "the provider", What: "Owns the API Quotes and administers the portal", Email: "provider@demo.example", Password: "demo"},
		{Name: "the consumer", What: "Three teams: plenty of credit, ten calls' worth, none", Email: "consumer@demo.example", Password: "demo"},
	}
	own := offers()[:2]
	own[1].Own = true
	return append([]Story{
		{"landing", pages.Landing(r, pages.LandingProps{Provider: &logins[0], Consumer: &logins[1], Best: catalogueCards()[:3], Total: 12, ExampleSlug: "quotes", ExampleVersion: "v1", ExamplePath: "/random", ExamplePrice: usd(2 * cent)})},
		{"landing-empty", pages.Landing(closed, pages.LandingProps{})},
		{"reference", pages.Reference(r, pages.ReferenceProps{Groups: []pages.ReferenceGroup{{Name: "Teams", Operations: []pages.ReferenceOperation{{
			ID: "create-team", Method: "POST", Path: "/api/v1/teams", Summary: "Create a team", Text: "Makes a team with an empty wallet.",
			Permission: "account", May: "list your teams, and create a team", Status: "201 Created", Refusals: "401 Unauthorized, 403 Forbidden",
			Parameters: []pages.ReferenceField{{Name: "Idempotency-Key", Kind: "header", Text: "Send the same key again and the request is carried out once.", Optional: true}},
			Body:       []pages.ReferenceField{{Name: "name", Kind: "string", Text: "At most 60 characters."}},
			Answer:     []pages.ReferenceField{{Name: "id", Kind: "string"}},
			Curl:       "curl -X POST https://portal.example/api/v1/teams",
		}}}}})},
		{"leaked-keys", pages.LeakedKeys(r, pages.LeakedKeysProps{})},
		{"leaked-keys-refused", pages.LeakedKeys(r, pages.LeakedKeysProps{Secret: "fg_live_7Qx", Place: "https://code.example/acme/import", Errors: ui.Errors{"secret": "Paste the whole key."}})},
		{"leaked-keys-received", pages.LeakedKeys(r, pages.LeakedKeysProps{Received: "Received. If it was a key or an API token of this portal, it does not work any more."})},
		{"sign-in", pages.SignIn(closed, pages.SignInProps{})},
		{"sign-in-demo", pages.SignIn(flash, pages.SignInProps{Demo: logins, Next: "/apis"})},
		{"sign-in-refused", pages.SignIn(r, pages.SignInProps{Email: "mara@acme.example", Errors: ui.Errors{"": "Email and password do not belong together. Check both, or sign up."}})},
		{"sign-in-changed", pages.SignIn(closed, pages.SignInProps{Changed: "password"})},
		{"sign-in-passkey", pages.SignIn(r, pages.SignInProps{Passkeys: true, Next: "/apis"})},
		{"sign-in-code", pages.SignInCode(closed, pages.SignInCodeProps{Next: "/apis"})},
		{"sign-in-code-refused", pages.SignInCode(closed, pages.SignInCodeProps{Errors: ui.Errors{"code": "This code does not work. Each works once, and those of an app only for a moment."}})},
		{"sign-in-code-recovery", pages.SignInCode(closed, pages.SignInCodeProps{Recovery: true})},
		{"forgot-password", pages.ForgotPassword(r, pages.ForgotPasswordProps{})},
		{"forgot-password-refused", pages.ForgotPassword(r, pages.ForgotPasswordProps{Email: "mara", Errors: ui.Errors{"email": "Enter the address that you sign in with, like ada@example.com."}})},
		{"forgot-password-sent", pages.ForgotPasswordSent(sends)},
		{"forgot-password-sent-demo", pages.ForgotPasswordSent(r)},
		{"forgot-password-kept", pages.ForgotPasswordSent(closed)},
		{"reset-password", pages.ResetPassword(r, pages.ResetPasswordProps{Token: "one-time", Email: "mara@acme.example", Passkeys: 2})},
		{"reset-password-refused", pages.ResetPassword(r, pages.ResetPasswordProps{Token: "one-time", Email: "mara@acme.example", Errors: ui.Errors{"password": "Use at least 10 characters. A few words in a row are easy to keep."}})},
		{"verify-address", pages.VerifyAddress(r, pages.VerifyAddressProps{Token: "one-time", Name: "Mara Lind", Email: "mara@acme.example"})},
		{"sign-up", pages.SignUp(r, pages.SignUpProps{Gate: pages.SignUpOpen})},
		{"sign-up-domains", pages.SignUp(r, pages.SignUpProps{Gate: pages.SignUpOpen, Domains: "at acme.example or weather.example"})},
		{"sign-up-invited", pages.SignUp(r, pages.SignUpProps{Gate: pages.SignUpInvited})},
		{"sign-up-used", pages.SignUp(r, pages.SignUpProps{Gate: pages.SignUpUsed})},
		{"sign-up-refused", pages.SignUp(r, pages.SignUpProps{Gate: pages.SignUpOpen, Name: "Mara Lind", Email: "mara@acme", Errors: ui.Errors{"email": "This is not a complete email address.", "password": "Make it at least 10 characters long."}})},
		{"sign-up-closed", pages.SignUp(closed, pages.SignUpProps{Gate: pages.SignUpClosed})},
		{"setup", pages.Setup(closed, pages.SetupProps{Token: "one-time"})},
		apiStory("api-sign-in", r, pages.Access{Kind: pages.AccessSignIn}),
		apiStory("api-no-team", noTeam(theme), pages.Access{Kind: pages.AccessNoTeam}),
		apiStory("api-subscribe", as(theme, acme), pages.Access{Kind: pages.AccessSubscribe}),
		apiStory("api-not-yours", as(theme, tide), pages.Access{Kind: pages.AccessNotYours}),
		apiStory("api-awaiting", as(theme, acme), pages.Access{Kind: pages.AccessAwaiting, SubscriptionID: "sub_1", Since: ago(20 * time.Hour)}),
		apiStory("api-top-up", as(theme, acme), pages.Access{Kind: pages.AccessTopUp, Example: usd(2 * cent), Available: usd(4_000_000)}),
		apiStory("api-ready", as(theme, acme), pages.Access{Kind: pages.AccessReady, Available: usd(12*unit + 48*cent + 7_500_000), Key: "fg_live_7Qx…a91c"}),
		apiStory("api-ready-no-key", as(theme, acme), pages.Access{Kind: pages.AccessReady, Available: usd(12 * unit)}),
		apiStory("api-owner", as(theme, prov), pages.Access{Kind: pages.AccessOwner}),
		apiStory("api-paused", as(theme, acme), pages.Access{Kind: pages.AccessPaused, Since: ago(40 * 24 * time.Hour)}),
		apiStory("api-suspended", as(theme, acme), pages.Access{Kind: pages.AccessSuspended}),
		apiStory("api-closed", r, pages.Access{Kind: pages.AccessClosed}),
		apiStory("api-no-plan", as(theme, acme), pages.Access{Kind: pages.AccessNoPlan}),
		apiStory("api-subscribe-by-hand", noTeam(theme), pages.Access{Kind: pages.AccessSubscribe}, offers()[2]),
		apiStory("api-subscribe-plans", as(theme, acme), pages.Access{Kind: pages.AccessSubscribe}, offers()...),
		apiStory("api-subscribe-refused", as(theme, acme), pages.Access{Kind: pages.AccessSubscribe, Errors: ui.Errors{"": "This plan takes no new subscribers. Choose another one.", "answer-plan_2": "Answer the question: it is what your request is decided by."}}, offers()...),
		{"api-quiet", pages.API(r, pages.APIProps{APICard: tides(), Main: "v2", Access: pages.Access{Kind: pages.AccessNoPlan}, Samples: code(), Service: pages.APIService{State: "no recent calls", Days: service().Days}})},
		{"changelog", pages.Changelog(r, pages.ChangelogProps{Slug: "quotes", API: "Quotes", Notes: changes(), Pager: ui.Pager{Next: "/apis/quotes/changelog?after=rel_1"}})},
		{"changelog-end", pages.Changelog(r, pages.ChangelogProps{Slug: "quotes", API: "Quotes", Pager: ui.Pager{First: "/apis/quotes/changelog"}})},
		apiStory("api-top-up-operation", as(theme, acme), pages.Access{Kind: pages.AccessTopUp, Example: usd(50 * cent), Available: usd(4_000_000)}, own...),
	}, catalogue(theme)...)
}

func noTeam(theme layout.Theme) layout.Request {
	r := as(theme, acme)
	r.Team, r.Teams = nil, nil
	return r
}

// apiStory is an API's page; without plans it has the one that an API begins with.
func apiStory(name string, r layout.Request, access pages.Access, plans ...pages.PlanOffer) Story {
	if len(plans) == 0 && access.Kind != pages.AccessNoPlan {
		plans = offers()[:1]
	}
	card := card()
	if access.Kind == pages.AccessClosed {
		card.State = "deprecated"
	}
	versions := []pages.APIVersionRow{
		{Name: "v2", State: "published", PublishedAt: ago(8 * 24 * time.Hour), ReleasedAt: ago(time.Hour)},
		{Name: "v1", State: card.State, PublishedAt: ago(200 * 24 * time.Hour), ReleasedAt: ago(90 * 24 * time.Hour), Main: true},
	}
	return Story{name, pages.API(r, pages.APIProps{
		APICard: card,
		About: "<p>Twelve thousand quotations, each with its <strong>source</strong>. Ask for a random one, or for one by a person or a mood.</p>" +
			`<h3 id="about-growth">Growth</h3><p>The collection grows every week; nothing is ever removed. See <a href="https://quotes.example" rel="nofollow ugc noopener">how</a>.</p>`,
		PublishedAt: ago(8 * 24 * time.Hour), ExamplePath: "/random", Plans: plans, Access: access, Main: "v1", Category: "Language", Tags: []string{"literature", "people"},
		Document: true, Versions: versions, Samples: code(), Service: service(), Changes: changes(), Support: pages.APISupport{Email: "help@quotable.example", URL: "https://quotes.example/help"},
	})}
}

// service is how calls went: mostly well.
func service() pages.APIService {
	s := pages.APIService{State: "failing in part", Answered: "99.98%", Half: "25 ms", Nearly: "250 ms"}
	for i := range 90 {
		d := ui.DayShare{Day: ago(time.Duration(89-i) * 24 * time.Hour), Calls: int64(i%7) * 40}
		if d.Calls > 0 {
			d.Answered = "100%"
		}
		if i == 50 || i == 89 {
			d.Failed, d.Answered = d.Calls/3+1, "66%"
		}
		s.Days = append(s.Days, d)
	}
	return s
}

func changes() []pages.ReleaseNote {
	return []pages.ReleaseNote{
		{Version: "v2", Number: 1, At: ago(time.Hour), Note: "<p>People have pages of their own.</p><ul><li><code>GET /people/{id}</code></li></ul>"},
		{Version: "v1", Number: 3, At: ago(90 * 24 * time.Hour)},
	}
}
