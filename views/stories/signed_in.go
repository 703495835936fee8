package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

// signedIn is a team's pages, except money.
func signedIn(theme layout.Theme) []Story {
	r := as(theme, acme)
	viewer := as(theme, tide)
	unverified := as(theme, acme)
	unverified.User.Unverified, unverified.SendsMail = true, true
	created := r
	created.Flash = []layout.Flash{{Tone: ui.Positive, Text: "Acme Weather is subscribed to Quotes."}}
	keys := []pages.KeyRow{
		{ID: "key_1", Label: "Nightly import", Display: "fg_live_7Qx…a91c", Owner: "Mara Lind", State: "active", CreatedAt: ago(40 * 24 * time.Hour), ExpiresAt: nextMonth, LastUsed: ago(12 * time.Second), Spent: keySpend()[:2], Limits: []string{"100 calls a minute", "only Quotes", "from 2 networks"}},
		{ID: "key_2", Label: "Website", Display: "fg_live_2mB…77de", Owner: "Jon Aber", State: "rotating", OldUntil: tomorrow, CreatedAt: ago(12 * 24 * time.Hour), LastUsed: ago(3 * time.Minute), Waits: pages.Waits{Calls: 1204, Gone: 36}, Spent: noBudgets()[1:2]},
		{ID: "key_3", Label: "Laptop", Display: "fg_live_Zk4…03bf", Owner: "Mara Lind", State: "revoked", CreatedAt: ago(90 * 24 * time.Hour), Spent: noBudgets()[1:2]},
	}
	overview := pages.OverviewProps{Balance: usd(12*unit + 48*cent + 7_500_000), Held: usd(2 * cent), DaysLeft: 9, Spend: spend(), Calls: calls(), Keys: 2, Subscriptions: 3}
	low := overview
	low.Balance, low.Low, low.DaysLeft = usd(4_000_000), true, 0
	low.Refusals = []pages.Refusal{
		{ID: "dny_1", At: ago(48 * time.Second), Operation: "GET /invoke/quotes/v1/random", API: "Quotes", Status: 402, Code: "insufficient_credits", Title: "Not enough credit", Fix: "It needed $0.02, and the wallet has $0.004.", KeyLabel: "Nightly import", Count: 14, Ref: "dny_9fK2"},
		{ID: "dny_2", At: ago(3 * time.Hour), Operation: "GET /invoke/tides/v2/today", API: "Tides", Status: 403, Code: "subscription_required", Title: "A subscription is needed", Fix: "Subscribe on the API's page. Owners, admins and developers of the team may do so.", KeyLabel: "Website", Count: 1},
	}
	subs := []pages.SubscriptionRow{
		{ID: "sub_1", API: "Quotes", APISlug: "quotes", Version: "v1", APIState: "published", State: "active", MayPause: true, MayEnd: true, NextPlan: "Small", NextAt: ago(-9 * 24 * time.Hour), Ends: ago(-20 * 24 * time.Hour), Said: "Welcome. Call us before you go beyond 10,000 a day.", Provider: "Quotable", Plan: "Pay per call", Terms: pages.Terms{Price: twoCents}, Since: ago(40 * 24 * time.Hour), Spent: usd(7*unit + 42*cent)},
		{ID: "sub_2", API: "Exchange rates", APISlug: "fx", Version: "v3", APIState: "deprecated", State: "paused", PausedByTeam: true, MayResume: true, MayEnd: true, Plan: "Pay per call", Terms: pages.Terms{Price: pages.Price{PerCall: usd(400_000)}}, Since: ago(300 * 24 * time.Hour), Spent: usd(1*unit + 12_500_000)},
		{ID: "sub_4", API: "Maps", APISlug: "maps", Version: "v1", APIState: "published", State: "paused", PausedByProvider: true, Provider: "Cartography", PauseReason: "Your scraper asks for each tile twice.", MayPause: true, MayEnd: true, Plan: "Pay per call", Terms: pages.Terms{Price: twoCents}, Since: ago(30 * 24 * time.Hour), Spent: usd(125)},
		{ID: "sub_3", API: "Tides", APISlug: "tides", Version: "v2", APIState: "published", State: "requested", MayWithdraw: true, Plan: "Pay per call", Terms: pages.Terms{Price: pages.Price{PerCall: usd(1_250_000)}}, Since: ago(20 * time.Hour), Spent: usd(0)},
	}
	calling := []pages.CallingKey{
		{ID: "key_1", Label: "Nightly import", Display: "fg_live_7Qx…a91c", Calls: 8_812, Last: ago(12 * time.Second)},
		{ID: "key_2", Label: "Website", Display: "fg_live_2mB…77de", Calls: 1, Last: ago(3 * time.Hour)},
	}
	change := pages.ChangePlanProps{ID: "sub_1", API: "Quotes", Owner: "Quotable", Running: pages.PlanOffer{ID: "plan_1", Name: "Pay per call", Own: true, Terms: pages.Terms{Price: twoCents, Quota: "10,000 calls a month"}}, Plans: []pages.PlanOffer{
		{ID: "plan_2", Name: "Small", Terms: pages.Terms{Price: twoCents, Quota: "100 calls a day"}},
		{ID: "plan_3", Name: "Partner", ByHand: true, Question: "What will you use it for?", Terms: pages.Terms{Price: twoCents}},
	}}
	refused := change
	refused.Errors = ui.Errors{"plan": "Choose a plan.", "when": "The calls of this period are counted by a longer quota, which the new plan's would forget. Choose the end of the period.", "answer-plan_3": "Answer the question: it is what your request is decided by."}
	apiNames := []ui.Choice{{Label: "All APIs"}, {Value: "fx", Label: "Exchange rates"}, {Value: "quotes", Label: "Quotes", Selected: true}}
	sessions := []pages.SessionRow{
		{ID: "ses_1", Browser: "Firefox on Linux", Address: "192.0.2.10", Since: ago(9 * 24 * time.Hour), Seen: ago(time.Minute), This: true},
		{ID: "ses_2", Browser: "Safari on an iPhone", Address: "2001:db8::17", Since: ago(20 * 24 * time.Hour), Seen: ago(3 * time.Hour)},
		{ID: "ses_3", Browser: "a browser on Windows", Address: "203.0.113.5", Since: ago(28 * 24 * time.Hour), Seen: ago(27 * 24 * time.Hour)},
	}
	return []Story{
		{"start", pages.NewTeam(noTeam(theme), pages.NewTeamProps{First: true})},
		{"new-team-refused", pages.NewTeam(r, pages.NewTeamProps{Name: "Acme Weather", Slug: "acme", Errors: ui.Errors{"slug": "Another team has this short name. Choose another one."}})},
		{"overview-unverified", pages.Overview(unverified, overview)},
		{"account", pages.Account(r, pages.AccountProps{Name: "Mara Lind", Email: "mara@acme.example", Verified: true, Since: ago(400 * 24 * time.Hour), Sessions: sessions})},
		{"account-unverified", pages.Account(unverified, pages.AccountProps{Name: "Mara Lind", Email: "mara@acme.example", Since: ago(time.Minute), OnlyHere: true, Sessions: sessions[:1]})},
		{"change-password", pages.ChangePassword(r, pages.ChangePasswordProps{})},
		{"change-password-refused", pages.ChangePassword(r, pages.ChangePasswordProps{Errors: ui.Errors{"password": "Use at least 10 characters. A few words in a row are easy to keep."}})},
		{"account-two-step", pages.Account(r, pages.AccountProps{Name: "Mara Lind", Email: "mara@acme.example", Verified: true, Since: ago(400 * 24 * time.Hour), TwoStepSince: ago(90 * 24 * time.Hour), CodesLeft: 2, Sessions: sessions})},
		{"set-up-two-step", pages.SetUpTwoStep(r, pages.SetUpTwoStepProps{Picture: samplePicture, Secret: sampleTOTP, Sealed: "sealed"})},
		{"set-up-two-step-refused", pages.SetUpTwoStep(r, pages.SetUpTwoStepProps{Picture: samplePicture, Secret: sampleTOTP, Sealed: "sealed", Errors: ui.Errors{"code": "This is not the code that your app shows now. If it goes on, check the clock of the device."}})},
		{"recovery-codes", pages.RecoveryCodes(r, pages.RecoveryCodesProps{New: true, Codes: []string{"abcd-efgh-ijkl-mnop", "qrst-uvwx-yz23-4567", "samp-lesa-mple-samp"}})},
		{"step-up-code", pages.StepUp(r, pages.StepUpProps{Action: "/account/confirm", Next: "/account/two-step/off", Code: true})},
		{"step-up", pages.StepUp(r, pages.StepUpProps{Action: "/account/confirm", Next: "/account/password"})},
		{"step-up-form-waits", pages.StepUp(r, pages.StepUpProps{Action: "/t/acme/settings/delete", Kept: []pages.KeptField{{Name: "confirm", Value: "Acme Weather"}}, DemoPassword: "demo", Errors: ui.Errors{"proof": "This is not your password."}})},
		{"account-passkeys", pages.Account(r, pages.AccountProps{Name: "Mara Lind", Email: "mara@acme.example", Verified: true, Since: ago(400 * 24 * time.Hour), Sessions: sessions, Passkeys: samplePasskeys()})},
		{"account-no-passkeys", pages.Account(r, pages.AccountProps{Name: "Mara Lind", Email: "mara@acme.example", Verified: true, Since: ago(400 * 24 * time.Hour), Sessions: sessions, Passkeys: pages.PasskeysProps{Off: "Passkeys belong to a name, and this portal is reached by a number. They can be had once it has a public URL with a name."}})},
		{"new-passkey", pages.NewPasskey(r, pages.NewPasskeyProps{Otherwise: "Firefox on Linux"})},
		{"new-passkey-refused", pages.NewPasskey(r, pages.NewPasskeyProps{Name: "Laptop", Errors: ui.Errors{"": "This took longer than five minutes, or was sent twice. Try again."}})},
		{"new-passkey-off", pages.NewPasskey(r, pages.NewPasskeyProps{Off: "Browsers keep passkeys only for addresses that begin with https://, and this portal's does not."})},
		{"rename-passkey", pages.RenamePasskey(r, pages.RenamePasskeyProps{ID: "psk_1", Errors: ui.Errors{"name": "Enter a name by which you will know it."}})},
		{"step-up-passkey", pages.StepUp(r, pages.StepUpProps{Action: "/account/confirm", Next: "/account/password", Passkeys: true})},
		{"delete-account", pages.DeleteAccount(r, pages.DeleteAccountProps{Email: "mara@acme.example", Teams: 2, Keys: 3})},
		{"delete-account-not-yet", pages.DeleteAccount(r, pages.DeleteAccountProps{Email: "mara@acme.example", OnlyOwnerOf: []pages.TeamRef{{Slug: "acme", Name: "Acme Weather"}}, LastAdministrator: true})},
		{"account-deleted", pages.AccountDeleted(base(theme))},
		{"overview", pages.Overview(created, overview)},
		{"overview-low", pages.Overview(r, low)},
		{"overview-new", pages.Overview(r, pages.OverviewProps{DaysLeft: -1, Subscriptions: 1})},
		{"keys", pages.Keys(r, pages.KeysProps{Keys: keys})},
		{"keys-filtered", pages.Keys(r, pages.KeysProps{Keys: keys[1:2], Filter: pages.KeysFilter{State: "rotating", Text: "web"}, Pager: ui.Pager{Next: "/t/acme/keys?state=rotating&q=web&after=key_2"}})},
		{"keys-filtered-empty", pages.Keys(r, pages.KeysProps{Filter: pages.KeysFilter{Text: "nothing"}})},
		{"keys-viewer", pages.Keys(viewer, pages.KeysProps{Keys: keys})},
		{"keys-empty", pages.Keys(r, pages.KeysProps{})},
		{"new-key", pages.NewKey(r, pages.NewKeyProps{KeyForm: emptyKeyForm()})},
		{"new-key-refused", pages.NewKey(r, pages.NewKeyProps{KeyForm: refusedKeyForm(ui.Errors{"label": "Give the key a label, so that you can tell it from the others."})})},
		{"key-created", pages.KeyCreated(r, pages.KeyCreatedProps{Label: "Nightly import", Secret: sampleSecret, Slug: "quotes", Version: "v1", ExamplePath: "/random"})},
		{"key-rotated", pages.KeyCreated(r, pages.KeyCreatedProps{Label: "Nightly import", Secret: sampleSecret, Slug: "quotes", Version: "v1", ExamplePath: "/random", Rotated: true, Old: "fg_live_7Qx…a91c", OldUntil: now.Add(24 * time.Hour)})},
		{"rotate-key", pages.RotateKey(r, pages.RotateKeyProps{ID: "key_1", Label: "Nightly import", Display: "fg_live_7Qx…a91c", Use: pages.KeyUse{LastUsed: ago(time.Minute), Calls: 8312}, Overlaps: overlaps()})},
		{"rotate-key-again", pages.RotateKey(r, pages.RotateKeyProps{ID: "key_1", Label: "Nightly import", Display: "fg_live_Zk4…03bf", Overlaps: overlaps(), Old: "fg_live_7Qx…a91c", OldUntil: tomorrow, Errors: ui.Errors{"overlap": "Choose how long the old secret works on."}})},
		{"end-rotation", pages.EndRotation(r, pages.EndRotationProps{ID: "key_1", Label: "Nightly import", Display: "fg_live_Zk4…03bf", Old: "fg_live_7Qx…a91c", OldUntil: tomorrow})},
		{"key-created-nothing-to-call", pages.KeyCreated(r, pages.KeyCreatedProps{Label: "Nightly import", Secret: sampleSecret})},
		{"revoke-key", pages.RevokeKey(r, pages.RevokeKeyProps{ID: "key_1", Label: "Nightly import", Display: "fg_live_7Qx…a91c", Owner: "Jon Aber", Use: pages.KeyUse{LastUsed: ago(time.Minute), Calls: 8312, APIs: []string{"Quotes", "Tides"}}})},
		{"revoke-key-refused", pages.RevokeKey(r, pages.RevokeKeyProps{ID: "key_1", Label: "Nightly import", Display: "fg_live_7Qx…a91c", Owner: "Jon Aber", Confirm: "nightly", Errors: ui.Errors{"confirm": "This is not the key's label. Type Nightly import."}})},
		{"subscriptions", pages.Subscriptions(r, pages.SubscriptionsProps{Subscriptions: subs})},
		{"subscriptions-ending", pages.Subscriptions(r, pages.SubscriptionsProps{Subscriptions: subs, Affected: []pages.Affected{
			{Lifecycle: pages.Lifecycle{API: "Exchange rates", Slug: "fx", Version: "v3", State: "deprecated", Sunset: ago(-20 * 24 * time.Hour), Successor: "Exchange rates v4"}, VersionID: "ver_1"},
			{Lifecycle: pages.Lifecycle{API: "Quotes", Slug: "quotes", Version: "v1", State: "published", Deprecated: ago(-5 * 24 * time.Hour)}, VersionID: "ver_2", AcknowledgedAt: ago(time.Hour), AcknowledgedBy: "Ada Lovelace"},
		}})},
		{"deprecation", pages.Deprecation(r, pages.DeprecationProps{Owner: "Northbank", Lifecycle: pages.Lifecycle{
			API: "Exchange rates", Slug: "fx", Version: "v3", State: "deprecated", Announced: ago(40 * 24 * time.Hour), Deprecated: ago(10 * 24 * time.Hour), Sunset: ago(-20 * 24 * time.Hour),
			Successor: "Exchange rates v4", SuccessorURL: paths.APIVersion("fx", "v4"), Reason: "The central bank has another feed."}})},
		{"deprecation-none", pages.Deprecation(r, pages.DeprecationProps{Owner: "Quotable", Lifecycle: pages.Lifecycle{API: "Quotes", Slug: "quotes", Version: "v1", State: "published"}})},
		{"change-plan", pages.ChangePlan(r, change)},
		{"change-plan-refused", pages.ChangePlan(r, refused)},
		{"change-plan-none", pages.ChangePlan(r, pages.ChangePlanProps{ID: "sub_1", API: "Quotes", Owner: "Quotable", Running: change.Running})},
		{"subscriptions-empty", pages.Subscriptions(r, pages.SubscriptionsProps{})},
		{"end-subscription", pages.EndSubscription(r, pages.EndSubscriptionProps{ID: "sub_1", API: "Quotes", APISlug: "quotes", Calling: calling})},
		{"end-subscription-unused", pages.EndSubscription(r, pages.EndSubscriptionProps{ID: "sub_1", API: "Quotes", APISlug: "quotes"})},
		{"calls", pages.Calls(r, pages.CallsProps{Calls: calls(), APIs: apiNames, Pager: ui.Pager{First: "/t/acme/calls", Next: "/t/acme/calls?after=x"}})},
		{"calls-filtered", pages.Calls(r, pages.CallsProps{Calls: calls()[:2], APIs: apiNames, Filter: paths.CallFilter{API: "quotes", Status: "4xx"}, Pager: ui.Pager{Next: "/t/acme/calls?api=quotes&status=4xx&after=x"}})},
		{"calls-filtered-empty", pages.Calls(r, pages.CallsProps{APIs: apiNames, Filter: paths.CallFilter{Status: "5xx"}})},
		{"calls-searched", pages.Calls(r, pages.CallsProps{Calls: calls()[:1], APIs: apiNames, Filter: paths.CallFilter{Text: "/random"}, SearchedTo: ago(3 * time.Hour), Pager: ui.Pager{Next: "/t/acme/calls?q=%2Frandom&after=x"}})},
		{"calls-refused", pages.Calls(r, pages.CallsProps{Filter: paths.CallFilter{Code: "insufficient_credits"}, Refused: []pages.RefusedRow{
			{Denial: "dny_1", At: ago(time.Hour), API: "Quotes", Operation: "GET /random", Status: 402, Code: "insufficient_credits", KeyLabel: "Nightly import", Count: 14},
		}})},
		{"calls-following", pages.Calls(r, pages.CallsProps{Calls: calls(), Following: true, Seen: "1a"})},
		{"calls-unknown-id", pages.Calls(r, pages.CallsProps{RequestID: "req_1", RequestError: "This is no request id: one looks like req_ and 13 characters."})},
		{"calls-empty", pages.Calls(r, pages.CallsProps{})},
		{"call", pages.Call(r, servedCall())},
		{"call-refused", pages.Call(r, refusedCall())},
	}
}

// sampleTOTP has the form of a secret of a second factor, and samplePicture that of its QR code: a white dot.
const (
	sampleTOTP    = "SAMP LESA MPLE SAMP LESA MPLE SAMP LESA"
	samplePicture = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTjNAAAAAABJRU5ErkJggg=="
)

func overlaps() []ui.Choice {
	return []ui.Choice{
		{Value: "none", Label: "Not at all", Hint: "Programs that have the old secret get 401 at once. For a secret that has leaked."},
		{Value: "hour", Label: "1 hour"}, {Value: "day", Label: "24 hours", Selected: true, Hint: "Time to give every program the new secret without a refused call."}, {Value: "week", Label: "7 days"},
	}
}

// sampleSecret has the form of a key and opens nothing.
const sampleSecret = "fg_live_sampleSampleSampleSampleSample_a91c"

func servedCall() pages.CallProps {
	return pages.CallProps{
		CallRow: calls()[0], Version: "v1", Release: "release 3", Origin: "upstream", BytesIn: 0, BytesOut: 1843,
		Steps: []pages.CallStep{
			{Title: "Came in", Text: "Key “Nightly import”, subscription active.", Tone: ui.Neutral},
			{After: 210 * time.Microsecond, Title: "Admitted", Text: "$0.02 set aside from the wallet.", Tone: ui.Neutral},
			{After: 41 * time.Millisecond, Title: "Upstream answered 200", Tone: ui.Positive},
			{After: 42 * time.Millisecond, Title: "Charged $0.02", Text: "Written to the ledger before the last byte went out.", Tone: ui.Positive},
		},
		Lines: []pages.ChargeLine{{Label: "1 call at $0.02", Amount: usd(2 * cent), Note: "Price of release 3, in force since 14 Nov 2026"}},
	}
}

func refusedCall() pages.CallProps {
	return pages.CallProps{
		CallRow: calls()[1], Version: "v1", Release: "release 3", Origin: "gateway", Ref: "dny_9fK2",
		Refusal: "This call costs $0.02 and the wallet has $0.004.", WhyFree: "Nothing. A refused call is free.",
		Steps: []pages.CallStep{
			{Title: "Came in", Text: "Key “Nightly import”, subscription active.", Tone: ui.Neutral},
			{After: 640 * time.Microsecond, Title: "Refused with 402", Text: "The wallet had $0.004 available and nothing was held.", Tone: ui.Attention},
		},
	}
}

func samplePasskeys() pages.PasskeysProps {
	return pages.PasskeysProps{Passkeys: []pages.PasskeyRow{
		{ID: "psk_1", Name: "Laptop", Added: ago(90 * 24 * time.Hour), Used: ago(2 * time.Hour), BackedUp: true},
		{ID: "psk_2", Name: "The key on my key ring, which I hardly ever use for anything", Added: ago(40 * 24 * time.Hour), Used: ago(time.Minute), Copied: ago(time.Minute)},
		{ID: "psk_3", Name: "Old phone", Added: ago(300 * 24 * time.Hour), OtherHost: "portal.acme.example"},
	}}
}
