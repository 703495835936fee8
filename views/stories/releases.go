package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

func releaseDiff() pages.ReleaseDiff {
	return pages.ReleaseDiff{
		Changes: []pages.Change{
			{Kind: "changed", Text: "Upstream: https://a.example.com → https://b.example.com"},
			{Kind: "breaking", Text: "The answers of 40 operations have another form."},
			{Kind: "breaking", Where: "GET /quotes/{id}", Text: "The answer's field \"author\" was removed.", Callers: &pages.OperationCallers{
				Teams: 2, Keys: 7, Calls: 9_424, All: paths.OperationCallers("quotable", "quotes", "v1", "GET /quotes/{}"), Rows: []pages.CallerRow{
					{Team: "Acme Weather", Key: "production", Display: "fg_live_7Qx…a91c", Calls: 9_412, LastCall: ago(time.Minute)},
					{Team: "Quotable", Own: true, Key: "monitor", Display: "fg_live_2bY…04df", Calls: 12, LastCall: ago(5 * 24 * time.Hour)},
				},
			}},
			{Kind: "breaking", Where: "DELETE /quotes/{id}", Text: "The operation was removed.", Callers: &pages.OperationCallers{}},
			{Kind: "added", Where: "POST /quotes", Text: "The operation was added."},
		},
		More: 12, Breaks: true, Whole: true, Undocumented: &pages.OperationCallers{Teams: 1, Keys: 1, Calls: 3, All: paths.OperationCallers("quotable", "quotes", "v1", "")}, Callers: []string{"Acme Weather", "Tideline"}, Calling: 4,
	}
}

// releases are the pages of what a version serves.
func releases(theme layout.Theme) []Story {
	r := as(theme, prov)
	proposed := pages.ReleaseRow{Number: 4, State: "proposed", By: "Dev Eloper", MadeAt: ago(2 * time.Hour), PublishAt: ago(-20 * time.Hour), Note: "Quotes have authors."}
	running := pages.ReleaseRow{Number: 3, State: "published", By: "Pia Provider", MadeAt: ago(8 * 24 * time.Hour), PublishedAt: ago(8 * 24 * time.Hour), As: 1}
	replaced := pages.ReleaseRow{Number: 2, State: "replaced", By: "An API token of the team", MadeAt: ago(9 * 24 * time.Hour), PublishedAt: ago(9 * 24 * time.Hour), Note: "Twice as fast."}
	declined := pages.ReleaseRow{Number: 1, State: "declined", By: "Dev Eloper", MadeAt: ago(12 * 24 * time.Hour)}
	one := pages.ReleaseProps{
		ReleaseRow: proposed, Slug: "quotes", API: "Quotes", Version: "v1", Upstream: "https://b.example.com", Document: "9f86d081884c", Before: 3, Diff: releaseDiff(),
		Checks: []pages.Check{{Title: "The upstream answers", Text: "https://b.example.com", Tone: ui.Positive}, {Title: "The document has 3 warnings", Text: "Listed beside it in the draft.", Tone: ui.Attention}},
	}
	review, own, broken, old, said := one, one, one, one, one
	review.MayReview, review.AtItsTime = true, true
	own.Own, own.MayWithdraw = true, true
	broken.MayReview, broken.Blocked, broken.Errors = true, true, ui.Errors{"comment": "Say why you decline; whoever proposed it reads it."}
	broken.Checks = []pages.Check{{Title: "The document has 2 errors", Text: "Line 12: Two operations have the id listQuotes.\nLine 40: The path parameter id is not declared.", Tone: ui.Danger}}
	old.ReleaseRow, old.Checks, old.Diff, old.Before, old.MayRollBack = replaced, nil, pages.ReleaseDiff{}, 1, true
	said.ReleaseRow, said.Checks, said.Before, said.Reviewer, said.Comment, said.ReviewedAt = declined, nil, 0, "Olga Other", "The id is no number any more.", ago(11*24*time.Hour)
	listed := pages.ReleasesProps{Slug: "quotes", API: "Quotes", Version: "v1", Releases: []pages.ReleaseRow{proposed, running, replaced, declined}, Pager: ui.Pager{Next: "/x?after=x"}}
	block := pages.BlockProps{Slug: "quotes", API: "Quotes", Version: "v1", Callers: []string{"Acme Weather", "Tideline"}, Calling: 4}
	refused := pages.BlockProps{Slug: "quotes", API: "Quotes", Version: "v1", Admin: true, Errors: ui.Errors{"reason": "Say why; the subscribers read it.", "confirm": "This is not its name. Type quotes v1."}}
	back := pages.RollBackProps{Slug: "quotes", API: "Quotes", Version: "v1", Number: 2, Running: 3, Diff: releaseDiff(), Waiting: 4, WaitingAt: ago(-20 * time.Hour)}
	versions := []pages.AdminVersionRow{
		{Name: "v2", State: "published", Callable: true},
		{Name: "v1", State: "blocked", Callable: true, Team: pages.VersionBlock{At: ago(2 * time.Hour), Reason: "Being mended"}, Operator: pages.VersionBlock{At: ago(time.Hour), Reason: "Leaks addresses"}},
	}
	return []Story{
		{"releases", pages.Releases(r, listed)},
		{"releases-none", pages.Releases(r, pages.ReleasesProps{Slug: "quotes", API: "Quotes", Version: "v1"})},
		{"release-review", pages.Release(r, review)},
		{"release-own", pages.Release(r, own)},
		{"release-refused", pages.Release(r, broken)},
		{"release-replaced", pages.Release(r, old)},
		{"release-declined", pages.Release(r, said)},
		{"roll-back", pages.RollBack(r, back)},
		{"block", pages.Block(r, block)},
		{"block-refused", pages.Block(r, refused)},
		{"admin-api", pages.AdminAPI(r, pages.AdminAPIProps{Slug: "quotes", Name: "Quotes", Team: "Quotable", Versions: versions})},
	}
}
