package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

// provider is what those see who offer APIs, and the administrator.
func provider(theme layout.Theme) []Story {
	r := as(theme, prov)
	form := pages.APIForm{
		Name: "Quotes", Slug: "quotes", Upstream: "https://quotes.internal.example/v1", Price: "0.02", Currency: "USD",
		Summary: "A fresh quotation with every call, sorted by mood and century.", Description: "Twelve thousand quotations, each with its source.", ExamplePath: "/random", Visibility: "public",
	}
	bad := form
	bad.Slug, bad.Upstream = "Quotes!", "quotes.internal"
	bad.Errors = ui.Errors{"slug": "Use small letters, digits and dashes only.", "upstream": "Write the whole address, beginning with https://."}
	badDraft := pages.VersionForm{Upstream: "quotes.internal", UpstreamForm: pages.UpstreamForm{CredentialHeader: "Host", MaxBody: "much"}}
	badDraft.Errors = ui.Errors{"upstream": bad.Errors["upstream"], "credential_header": "The gateway writes or removes this header itself. Choose another one, such as Authorization or X-API-Key.", "max_body": "Write a whole number above zero, or leave it empty."}
	fixed := form
	fixed.SlugIsFixed, fixed.Tags, fixed.SupportEmail = true, "poetry, quotations", "help@quotable.example"
	fixed.Categories = []ui.Choice{{Value: "cat_1", Label: "Words", Selected: true}}
	upstream := pages.VersionForm{Upstream: "https://quotes.internal.example/v1", UpstreamForm: pages.UpstreamForm{CredentialHeader: "Authorization", CredentialIn: "Authorization", CredentialSetAt: ago(30 * 24 * time.Hour), AnswerSeconds: "30", MaxBody: "16"}}
	ending := pages.Lifecycle{API: "Quotes", Slug: "quotes", Version: "v1", State: "deprecated", Announced: ago(30 * 24 * time.Hour), Deprecated: ago(2 * 24 * time.Hour),
		Sunset: ago(-60 * 24 * time.Hour), Successor: "Quotes v2", SuccessorURL: paths.APIVersion("quotes", "v2"), Reason: "Version 2 has the sources of all quotations."}
	ended := ending
	ended.State, ended.Sunset = "retired", ago(24*time.Hour)
	calling := pages.Callers{Teams: 2, Keys: 12, All: paths.VersionCallers("quotable", "quotes", "v1"), Rows: []pages.CallerRow{
		{Team: "Acme Weather", Key: "production", Display: "fg_live_7Qx…a91c", Calls: 9_412, LastCall: ago(time.Minute)},
		{Team: "Quotable", Own: true, Key: "monitor", Display: "fg_live_2bY…04df", Calls: 12, LastCall: ago(5 * 24 * time.Hour)},
	}}
	for i := range 30 {
		calling.Days = append(calling.Days, ui.DayCount{Day: ago(time.Duration(29-i) * 24 * time.Hour), Count: int64(i*i%17) * 20})
	}
	successors := []ui.Choice{{Label: "None", Selected: true}, {Value: "version:v2", Label: "Quotes v2"}, {Value: "api", Label: "Another API"}}
	badEnd := pages.DeprecationForm{SunsetAt: "2020-01-01T09:00", Errors: ui.Errors{"reason": "Say why, for there is no successor; subscribers read it.", "sunset_at": "This time has passed. Choose a later one."}}
	apis := []pages.OwnAPIRow{
		{Slug: "quotes", Name: "Quotes", Version: "v1", State: "published", Price: twoCents, Changed: true, Subscribers: 14, Calls: 9_412, Revenue: usd(188*unit + 24*cent), Daily: spend(), UpdatedAt: ago(4 * time.Minute)},
		{Slug: "holidays", Name: "Holidays", Version: "v1", State: "draft", Price: pages.Price{PerCall: usd(125)}, Revenue: usd(0)},
	}
	good := []pages.Check{
		{Title: "The upstream answers", Text: "https://quotes.internal.example/v1 answered 200 in 38 ms.", Tone: ui.Positive},
		{Title: "A price is set", Text: "$0.02 per call.", Tone: ui.Positive},
		{Title: "No description", Text: "The catalogue page says so. A few sentences help people decide.", Tone: ui.Attention},
	}
	failing := append([]pages.Check{{Title: "The upstream does not answer", Text: "Connection refused. Start it, or change the address in the studio.", Tone: ui.Danger}}, good[1:]...)
	teams := []pages.AdminTeamRow{
		{Slug: "quotable", Name: "Quotable", Provider: true, Members: 1, Balance: usd(0), CreatedAt: ago(90 * 24 * time.Hour)},
		{Slug: "acme", Name: "Acme Weather", Members: 4, Balance: usd(12*unit + 48*cent + 7_500_000), CreatedAt: ago(60 * 24 * time.Hour)},
		{Slug: "tideline", Name: "Tideline", Members: 2, Balance: usd(-4 * cent), CreatedAt: ago(9 * 24 * time.Hour)},
	}
	studio := pages.StudioProps{APIForm: fixed, CurrentSlug: "quotes", CurrentName: "Quotes", State: "published", Main: "v1", Price: twoCents, Subscribers: 14,
		Versions: []pages.VersionRow{{Name: "v2", State: "draft", UpdatedAt: ago(4 * time.Minute)}, {Name: "v1", State: "published", UpdatedAt: ago(8 * 24 * time.Hour)}}}
	unsaved := fixed
	unsaved.Tags, unsaved.Visibility, unsaved.SharedWith = "poésie", "shared", "nobody"
	unsaved.Errors = ui.Errors{"tags": "Use letters a to z, digits, and single hyphens or spaces, at most 30 characters a tag.", "shared_with": "No team has the short name \"nobody\". It stands in the addresses of the team's pages."}
	diff := releaseDiff()
	draft := pages.StudioProps{APIForm: unsaved, CurrentSlug: "quotes", CurrentName: "Quotes", State: "draft", Main: "v1"}
	return append(documents(r), []Story{
		{"my-apis", pages.MyAPIs(r, pages.MyAPIsProps{APIs: apis})},
		{"my-apis-empty", pages.MyAPIs(r, pages.MyAPIsProps{})},
		{"new-api", pages.NewAPI(r, pages.NewAPIProps{APIForm: pages.APIForm{Currency: "USD", MayUseLocal: true}})},
		{"new-api-in-forms", pages.NewAPI(r, pages.NewAPIProps{APIForm: pages.APIForm{Currency: "USD"}, HasForms: true})},
		{"new-api-refused", pages.NewAPI(r, pages.NewAPIProps{APIForm: bad})},
		{"studio", pages.Studio(r, studio)},
		{"studio-refused", pages.Studio(r, draft)},
		{"version", pages.Version(r, pages.VersionProps{VersionForm: upstream, Slug: "quotes", API: "Quotes", Version: "v1", State: "published", Changed: true, Release: 3, PublishedAt: ago(8 * 24 * time.Hour), SavedAt: ago(4 * time.Minute), Callable: true, Waiting: pages.ReleaseRow{Number: 4, State: "scheduled", PublishAt: ago(-20 * time.Hour)}})},
		{"version-blocked", pages.Version(r, pages.VersionProps{VersionForm: upstream, Slug: "quotes", API: "Quotes", Version: "v1", State: "blocked", Release: 3, PublishedAt: ago(8 * 24 * time.Hour), SavedAt: ago(4 * time.Minute), Callable: true,
			Blocked: pages.VersionBlock{At: ago(2 * time.Hour), Reason: "It answers with the quotes of others."}, Operator: pages.VersionBlock{At: ago(time.Hour), Reason: "Reported by three teams."}})},
		{"version-refused", pages.Version(r, pages.VersionProps{VersionForm: badDraft, Slug: "quotes", API: "Quotes", Version: "v2", State: "draft", SavedAt: ago(4 * time.Minute)})},
		{"my-apis-offer", pages.MyAPIs(r, pages.MyAPIsProps{APIs: apis, Offers: []pages.OfferRow{{Slug: "tides", Name: "Tides", From: "Tideline"}}})},
		{"offer-api", pages.OfferAPI(r, pages.OfferAPIProps{Slug: "quotes", Name: "Quotes"})},
		{"offer-api-refused", pages.OfferAPI(r, pages.OfferAPIProps{Slug: "quotes", Name: "Quotes", Team: "nobody", Confirm: "Quote", Errors: ui.Errors{"team": "No other provider team has this short name. It is the last part of the address of the team's page.", "confirm": "This is not the API's name. Type Quotes."}})},
		{"offer-api-open", pages.OfferAPI(r, pages.OfferAPIProps{Slug: "quotes", Name: "Quotes", OfferedTo: "Acme Weather", OfferedAt: ago(time.Hour)})},
		{"offered-api", pages.OfferedAPI(r, pages.OfferedAPIProps{Slug: "tides", Name: "Tides", From: "Tideline", OfferedAt: ago(time.Hour), Subscribers: 14, Calls: 9_412})},
		{"activity", pages.Activity(r, pages.ActivityProps{Slug: "quotes", API: "Quotes", Entries: []pages.AuditRow{
			{At: ago(time.Minute), ByName: "Pat Provider", Words: "edited an API", ObjectName: "Quotes", ObjectHref: "/t/quotable/apis/quotes", Changes: []pages.AuditChange{{Field: "In one line", Before: "A quotation with every call", After: "A fresh quotation with every call"}}},
			{At: ago(time.Hour), Operator: true, Words: "published a version", Details: "release 3", ObjectName: "Quotes v1", ObjectHref: "/t/quotable/apis/quotes/versions/v1"},
			{At: ago(48 * time.Hour), Words: "created an API", Object: "api_1"},
		}, Pager: ui.Pager{Next: "/t/quotable/apis/quotes/activity?after=x"}})},
		{"deprecate", pages.Deprecate(r, pages.DeprecateProps{API: "Quotes", Slug: "quotes", Version: "v1", Successors: successors})},
		{"deprecate-refused", pages.Deprecate(r, pages.DeprecateProps{API: "Quotes", Slug: "quotes", Version: "v1", Successors: successors, DeprecationForm: badEnd})},
		{"deprecate-review", pages.DeprecateReview(r, pages.DeprecateReviewProps{Lifecycle: ending, Callers: calling, Subscribers: 14, Subject: "Quotable announces the end of Quotes v1.",
			Text: "Hello Prov,\n\nQuotable announces the end of Quotes v1.\nIt will be deprecated on 1 Dec 2026, 09:00 UTC.", Edit: paths.Deprecate("quotable", "quotes", "v1")})},
		{"deprecated", pages.Deprecated(r, pages.DeprecatedProps{Lifecycle: ending, Callers: calling, Read: 1, Subscribers: 14, MayChange: true, MayUndo: true, MayRetire: true})},
		{"deprecation-change-sooner", pages.ChangeDeprecation(r, pages.DeprecateProps{API: "Quotes", Slug: "quotes", Version: "v1", Successors: successors, Deprecated: true, Change: true, AskSooner: true, Callers: calling,
			DeprecationForm: pages.DeprecationForm{Reason: "Too old.", SunsetAt: "2027-01-31T09:00", Errors: ui.Errors{"confirm": "Look at who has less time than they were told, and type quotes v1."}}})},
		{"retired", pages.Deprecated(r, pages.DeprecatedProps{Lifecycle: ended, Read: 14, Subscribers: 14, MayBringBack: true})},
		{"retire", pages.Retire(r, pages.EndVersionProps{Lifecycle: ending, Callers: calling, Subscribers: 14})},
		{"undo-deprecation", pages.UndoDeprecation(r, pages.EndVersionProps{Lifecycle: ending, Subscribers: 14})},
		{"bring-back", pages.BringBack(r, pages.EndVersionProps{Lifecycle: ended, Subscribers: 14})},
		{"version-callers", pages.VersionCallers(r, pages.VersionCallersProps{API: "Quotes", Slug: "quotes", Version: "v1", Callers: calling})},
		{"version-operations", pages.VersionOperations(r, pages.VersionOperationsProps{API: "Quotes", Slug: "quotes", Version: "v1", Described: true, Rows: []pages.CalledOperation{
			{Identity: "GET /quotes/{}", Link: &pages.OperationLink{ID: "getQuote", Method: "GET", Path: "/quotes/{id}", Summary: "One quotation"}, Calls: 9_412, Teams: 2, LastCall: ago(time.Minute)},
			{Identity: "POST /votes", Link: &pages.OperationLink{ID: "vote", Method: "POST", Path: "/votes", Deprecated: true}, Calls: 12, Teams: 1, LastCall: ago(2 * time.Hour)},
			{Calls: 3, Teams: 1, LastCall: ago(5 * 24 * time.Hour)}, {Identity: "GET /authors/{}", Calls: 1, Teams: 1, LastCall: ago(20 * 24 * time.Hour)},
		}})},
		{"version-operations-none", pages.VersionOperations(r, pages.VersionOperationsProps{API: "Quotes", Slug: "quotes", Version: "v1"})},
		{"operation-callers", pages.CallersOfOperation(r, pages.CallersOfOperationProps{API: "Quotes", Slug: "quotes", Version: "v1", Operation: pages.CalledOperation{Identity: "GET /quotes/{}"}, Callers: calling})},
		{"operation-callers-none", pages.CallersOfOperation(r, pages.CallersOfOperationProps{API: "Quotes", Slug: "quotes", Version: "v1"})},
		{"version-callers-none", pages.VersionCallers(r, pages.VersionCallersProps{API: "Quotes", Slug: "quotes", Version: "v1"})},
		{"acknowledgements", pages.DeprecationRead(r, pages.DeprecationReadProps{API: "Quotes", Slug: "quotes", Version: "v1", Read: 1, Subscribers: 2, Rows: []pages.ReaderRow{{SubscriptionID: "sub_1", Team: "Acme Weather", At: ago(2 * time.Hour)}, {SubscriptionID: "sub_2", Team: "Postbox Studio"}}})},
		{"new-version", pages.NewVersion(r, pages.NewVersionProps{Slug: "quotes", API: "Quotes", Versions: []ui.Choice{{Value: "v1", Label: "v1, published", Selected: true}}})},
		{"new-version-refused", pages.NewVersion(r, pages.NewVersionProps{Slug: "quotes", API: "Quotes", Name: "V 2", Versions: []ui.Choice{{Value: "v1", Label: "v1, published"}}, Errors: ui.Errors{"name": "Use lower-case letters, digits, and single dots or hyphens between them, at most 20 characters, such as v2 or 2027-01."}})},
		{"subscribers", pages.Subscribers(r, pages.SubscribersProps{API: "Quotes", Slug: "quotes", Subscribers: subscribers(), Pager: ui.Pager{Next: "/t/quotable/apis/quotes/subscribers?after=x"}})},
		{"subscriber", pages.Subscriber(r, pages.SubscriberProps{ID: "sub_1", API: "Quotes", Slug: "quotes", Team: "Acme Weather", Plan: "Pay per call", PlanID: "plan_1", State: "active", Since: ago(40 * 24 * time.Hour), Calls: 9_412, MayPause: true, MaySetEnd: true})},
		{"subscriber-paused", pages.Subscriber(r, pages.SubscriberProps{ID: "sub_1", API: "Quotes", Slug: "quotes", Team: "Acme Weather", Plan: "Pay per call", PlanID: "plan_1", State: "paused", Since: ago(40 * 24 * time.Hour), Ends: ago(-60 * 24 * time.Hour), Why: "Your scraper asks twice for each.", PausedByTeam: true, MayResume: true, MaySetEnd: true,
			SubscriberForm: pages.SubscriberForm{EndsAt: "2026-01-01T00:00", Errors: ui.Errors{"ends_at": "This time has passed. Choose a later one, or leave it empty for no end."}}})},
		{"subscriber-refused", pages.Subscriber(r, pages.SubscriberProps{ID: "sub_1", API: "Quotes", Slug: "quotes", Team: "Acme Weather", Plan: "Pay per call", PlanID: "plan_1", State: "active", Since: ago(40 * 24 * time.Hour), MayPause: true,
			SubscriberForm: pages.SubscriberForm{Errors: ui.Errors{"reason": "Say why; the subscriber reads it."}}})},
		{"subscribers-none-found", pages.Subscribers(r, pages.SubscribersProps{API: "Quotes", Slug: "quotes", State: "paused", Text: "zz"})},
		{"subscribers-empty", pages.Subscribers(r, pages.SubscribersProps{API: "Quotes", Slug: "quotes"})},
		{"my-apis-requests", pages.MyAPIs(r, pages.MyAPIsProps{APIs: apis, Requests: 2})},
		{"publish-first", pages.Publish(r, pages.PublishProps{Slug: "quotes", Name: "Quotes", Version: "v1", First: true, Checks: good})},
		{"publish-changes", pages.Publish(r, pages.PublishProps{Slug: "quotes", Name: "Quotes", Version: "v1", Checks: good[:2], Subscribers: 14, Diff: diff})},
		{"publish-refused", pages.Publish(r, pages.PublishProps{Slug: "quotes", Name: "Quotes", Version: "v1", Checks: good[:2], At: "2020-01-01T00:00", Errors: ui.Errors{"at": "This time has passed. Choose a later one."}})},
		{"publish-reviewed", pages.Publish(r, pages.PublishProps{Slug: "quotes", Name: "Quotes", Version: "v1", Checks: good, Reviewed: true, Subscribers: 14, Diff: diff})},
		{"publish-waiting", pages.Publish(r, pages.PublishProps{Slug: "quotes", Name: "Quotes", Version: "v1", Checks: good, Waiting: 4, Diff: diff})},
		{"publish-blocked", pages.Publish(r, pages.PublishProps{Slug: "quotes", Name: "Quotes", Version: "v1", First: true, Checks: failing, Blocked: true})},
		{"admin-teams", pages.AdminTeams(r, pages.AdminTeamsProps{Self: paths.AdminTeams, Teams: teams, Currency: "USD"})},
		{"admin-teams-refused", pages.AdminTeams(r, pages.AdminTeamsProps{Self: paths.AdminTeams, Teams: teams, Currency: "USD", GrantTeam: "acme", GrantAmount: "ten", Errors: ui.Errors{"amount": "Write an amount such as 10.00.", "reason": "Say why; the team reads it."}})},
		{"admin-teams-searched", pages.AdminTeams(r, pages.AdminTeamsProps{Self: paths.SearchTeams("tide"), Query: "tide", Teams: teams[2:], Currency: "USD"})},
		{"admin-teams-nothing-found", pages.AdminTeams(r, pages.AdminTeamsProps{Query: "zz", Currency: "USD"})},
		{"admin-teams-empty", pages.AdminTeams(r, pages.AdminTeamsProps{})},
	}...)
}

// subscribers are patient, hurried, and yet to call.
func subscribers() []pages.SubscriberRow {
	return []pages.SubscriberRow{
		{ID: "sub_3", Team: "Tideline", Plan: "Partner", PlanID: "plan_2", State: "requested", Since: ago(20 * time.Hour)},
		{ID: "sub_1", Ends: ago(-60 * 24 * time.Hour), Team: "Acme Weather", Plan: "Pay per call", PlanID: "plan_1", State: "active", Since: ago(40 * 24 * time.Hour), Waits: pages.Waits{Calls: 9_412, Gone: 282}},
		{ID: "sub_2", Team: "Ten calls Ltd", Plan: "Pay per call", PlanID: "plan_1", State: "active", Since: ago(90 * 24 * time.Hour), Waits: pages.Waits{Calls: 10}},
	}
}
