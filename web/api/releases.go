package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

type releaseStore interface {
	VersionReleases(ctx context.Context, versionID string, page models.Page) (models.Paged[models.ReleaseListing], error)
	VersionRelease(ctx context.Context, versionID string, number int) (models.ReleaseListing, error)
	ReviewRelease(ctx context.Context, actor models.Actor, teamID, releaseID string, review models.ReleaseReview) (models.Release, error)
	WithdrawRelease(ctx context.Context, actor models.Actor, teamID, releaseID string) error
	CancelRelease(ctx context.Context, actor models.Actor, teamID, releaseID string) error
	RollBack(ctx context.Context, actor models.Actor, teamID, versionID string, number int, changelog string) (models.Release, error)
}

const tagReleases = "Releases"

// VersionRelease is a snapshot of a draft, and what became of it. What it serves never changes.
type VersionRelease struct {
	Number      int                 `json:"number"`
	State       models.ReleaseState `json:"state" enum:"proposed,scheduled,published,replaced,declined,withdrawn"`
	Note        string              `json:"note" doc:"For the changelog."`
	UpstreamURL string              `json:"upstream_url"`
	Document    string              `json:"document" doc:"The SHA-256 of its OpenAPI document; empty for none."`
	As          *int                `json:"as" doc:"The number of the earlier release that it publishes again; null if it was made of the draft."`
	CreatedBy   string              `json:"created_by"`
	CreatedAt   time.Time           `json:"created_at"`
	PublishAt   *time.Time          `json:"publish_at" doc:"When it takes effect, or while it is proposed when its proposer wants that; null: at once."`
	PublishedAt *time.Time          `json:"published_at" doc:"When it took effect; null if it has not."`
	ReviewedBy  string              `json:"reviewed_by" doc:"Empty if nobody was asked."`
	ReviewedAt  *time.Time          `json:"reviewed_at"`
	Comment     string              `json:"comment" doc:"Of the reviewer."`
}

func versionRelease(l models.ReleaseListing) VersionRelease {
	r := l.Release
	shown := VersionRelease{
		Number: r.Number, State: r.State, Note: r.Changelog, UpstreamURL: r.UpstreamURL, Document: r.Document, CreatedBy: l.CreatorName, CreatedAt: r.CreatedAt,
		PublishAt: r.PublishAt, PublishedAt: r.PublishedAt, ReviewedBy: l.ReviewerName, ReviewedAt: r.ReviewedAt, Comment: r.Comment,
	}
	if r.AsNumber > 0 {
		shown.As = &r.AsNumber
	}
	return shown
}

type versionPage struct {
	OfVersion
	Paging
}

var listReleases = operation[versionPage, listed[VersionRelease]]{
	id: "list-releases", tag: tagReleases, summary: "List a version's releases",
	description: "In whatever state, the newest first.",
	do: func(ctx context.Context, c *call, in *versionPage) (*listed[VersionRelease], error) {
		row, err := c.versionOf(ctx, in.OfVersion)
		if err != nil {
			return nil, err
		}
		rows, err := c.api.store.VersionReleases(ctx, row.Version.ID, in.page())
		return list(c, rows, versionRelease), err
	},
}

// OfRelease are the parameters of operations on one release.
type OfRelease struct {
	OfVersion
	Number int `path:"number" minimum:"1" doc:"The release's number."`
}

// releaseOf finds a release of a version of the team's.
func (c *call) releaseOf(ctx context.Context, in OfRelease) (row models.APIListing, release models.ReleaseListing, err error) {
	if row, err = c.versionOf(ctx, in.OfVersion); err != nil {
		return row, release, err
	}
	release, err = c.api.store.VersionRelease(ctx, row.Version.ID, in.Number)
	return row, release, err
}

var showRelease = operation[OfRelease, one[VersionRelease]]{
	id: "show-release", tag: tagReleases, summary: "Show a release",
	description: "A release in whatever state.",
	do: func(ctx context.Context, c *call, in *OfRelease) (*one[VersionRelease], error) {
		return c.thisRelease(ctx, *in)
	},
}

// thisRelease is the release as the store has it now.
func (c *call) thisRelease(ctx context.Context, in OfRelease) (*one[VersionRelease], error) {
	_, release, err := c.releaseOf(ctx, in)
	return &one[VersionRelease]{versionRelease(release)}, err
}

// Checks are what a publish would look at and change.
type Checks struct {
	Publishable bool     `json:"publishable" doc:"Whether no check forbids it. A review that the team asks for, or a release that waits already, may."`
	Breaking    bool     `json:"breaking" doc:"Whether calls that work now may not work any more."`
	Checks      []Check  `json:"checks" nullable:"false"`
	Changes     []Change `json:"changes" nullable:"false" doc:"To what callers have now, those that break calls first; at most 100 of the document."`
	More        int64    `json:"more" doc:"How many changes are left out."`
	Callers     []string `json:"callers" nullable:"false" doc:"Where calls may break: some of the teams that called the version within 30 days."`
	Calling     int64    `json:"calling" doc:"How many such teams there are."`
	Unmatched   int64    `json:"unmatched_calls" doc:"Where an operation breaks: calls within 30 days that were of no operation of the document."`
}

// Check is one thing that is looked at.
type Check struct {
	Level string `json:"level" enum:"passed,warning,error" doc:"An error forbids the publish."`
	Title string `json:"title"`
	Text  string `json:"text" doc:"What was found; one thing a line."`
}

// Change is one difference that callers would find.
type Change struct {
	Kind      string `json:"kind" enum:"breaking,added,changed,removed"`
	Operation string `json:"operation" doc:"Empty for what is of no single one." example:"GET /users/{id}"`
	Text      string `json:"text"`

	Callers []string `json:"callers" nullable:"false" doc:"Where an operation breaks: some of the teams that called it within 30 days."`
	Calling int64    `json:"calling" doc:"How many such teams there are."`
	Calls   int64    `json:"calls" doc:"How often they called it."`
}

func checks(found handlers.Checked) Checks {
	shown := Checks{
		Publishable: len(found.Obstacles) == 0, Breaking: found.Breaks, Checks: []Check{}, Changes: []Change{}, More: found.More,
		Callers: append([]string{}, found.Callers...), Calling: found.Calling, Unmatched: found.Unmatched,
	}
	for _, check := range found.Checks {
		shown.Checks = append(shown.Checks, Check{string(check.Level), check.Title, check.Text})
	}
	for _, change := range found.Changes {
		shown.Changes = append(shown.Changes, Change{
			Kind: change.Kind, Operation: change.Where, Text: change.Text,
			Callers: append([]string{}, change.Callers...), Calling: change.Calling, Calls: change.Calls,
		})
	}
	return shown
}

var showChecks = operation[OfVersion, one[Checks]]{
	id: "check-version", tag: tagReleases, summary: "Check a draft",
	description: "What publishing the draft would look at, and what callers would get differently; nothing is changed. A pipeline can stop here where something breaks.",
	do: func(ctx context.Context, c *call, in *OfVersion) (*one[Checks], error) {
		row, err := c.versionOf(ctx, *in)
		if err != nil {
			return nil, err
		}
		found, err := c.api.Pages.CheckRelease(ctx, row, row.Version.DraftRelease())
		return &one[Checks]{checks(found)}, err
	},
}

type releasing struct {
	OfVersion
	Body struct {
		Note string     `json:"note,omitempty" doc:"What changes, for the changelog, in CommonMark; at most 2,000 characters."`
		At   *time.Time `json:"at,omitempty" doc:"When it takes effect, within two years; left out: at once."`
	}
}

var publishVersion = operation[releasing, made[VersionRelease]]{
	id: "publish-version", tag: tagReleases, summary: "Publish a version",
	description: "Makes a release of the draft, which callers get at once or at a time. Where a check, a release that waits already or the review that the team asks for " +
		"forbids that, 409 “not_publishable” says what is in the way.",
	status: http.StatusCreated,
	do: func(ctx context.Context, c *call, in *releasing) (*made[VersionRelease], error) {
		return c.makeRelease(ctx, in, false)
	},
}

var proposeVersion = operation[releasing, made[VersionRelease]]{
	id: "propose-version", tag: tagReleases, summary: "Propose a release",
	description: "Makes a release of the draft that another owner or admin approves or declines. They are told. Otherwise as “publish-version”.",
	status:      http.StatusCreated,
	do: func(ctx context.Context, c *call, in *releasing) (*made[VersionRelease], error) {
		return c.makeRelease(ctx, in, true)
	},
}

func (c *call) makeRelease(ctx context.Context, in *releasing, propose bool) (*made[VersionRelease], error) {
	row, err := c.versionOf(ctx, in.OfVersion)
	if err != nil {
		return nil, err
	}
	if propose {
		if err := c.mayAsk(); err != nil {
			return nil, err
		}
	}
	release, err := c.api.Pages.MakeRelease(ctx, c.actor, row, handlers.NewRelease{Note: in.Body.Note, At: instant(in.Body.At), Propose: propose})
	if err != nil {
		return nil, unpublishable(err)
	}
	return c.madeRelease(ctx, in.OfVersion, row, release.Number)
}

func (c *call) madeRelease(ctx context.Context, in OfVersion, row models.APIListing, number int) (*made[VersionRelease], error) {
	shown, err := c.thisRelease(ctx, OfRelease{in, number})
	if err != nil {
		return nil, err
	}
	return &made[VersionRelease]{c.versionPath(row, "releases", strconv.Itoa(number)), shown.Body}, nil
}

type approving struct {
	OfRelease
	Body struct {
		Now     bool   `json:"now,omitempty" doc:"It takes effect at once, whatever time its proposer wants."`
		Comment string `json:"comment,omitempty" doc:"The proposer reads it."`
	}
}

var approveRelease = operation[approving, one[VersionRelease]]{
	id: "approve-release", tag: tagReleases, summary: "Approve a release",
	description: "It takes effect now, or at the time that its proposer wants. This takes a personal token, and not of whoever proposed it. It is checked once more; one that waits no longer is a 409.",
	do: func(ctx context.Context, c *call, in *approving) (*one[VersionRelease], error) {
		return c.review(ctx, in.OfRelease, models.ReleaseReview{Approve: true, Now: in.Body.Now, Comment: in.Body.Comment})
	},
}

type declining struct {
	OfRelease
	Body struct {
		Comment string `json:"comment" doc:"Why; the proposer reads it."`
	}
}

var declineRelease = operation[declining, one[VersionRelease]]{
	id: "decline-release", tag: tagReleases, summary: "Decline a release",
	description: "This takes a personal token, and not of whoever proposed it. One that waits for no review is a 409.",
	do: func(ctx context.Context, c *call, in *declining) (*one[VersionRelease], error) {
		return c.review(ctx, in.OfRelease, models.ReleaseReview{Comment: in.Body.Comment})
	},
}

// review answers a proposal.
func (c *call) review(ctx context.Context, in OfRelease, review models.ReleaseReview) (*one[VersionRelease], error) {
	row, release, err := c.releaseOf(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := c.person("A release is reviewed by a person."); err != nil {
		return nil, err
	}
	if err := review.Validate(); err != nil {
		return nil, err
	}
	if review.Approve && release.Release.Allows(models.ActApproveRelease) {
		found, err := c.api.Pages.CheckRelease(ctx, row, release.Release)
		if err != nil {
			return nil, err
		}
		if len(found.Obstacles) > 0 {
			return nil, unpublishable(found.Obstacles)
		}
	}
	if err := c.mayAsk(); err != nil {
		return nil, err
	}
	_, err = c.api.store.ReviewRelease(ctx, c.actor, c.team.ID, release.Release.ID, review)
	var why models.Sentence
	switch {
	case errors.Is(err, models.ErrOwnRelease):
		return nil, refusal(problem.OwnRelease, models.ErrOwnRelease.Error())
	case errors.As(err, &why):
		return nil, unpublishable(handlers.Unpublishable{why.Error()})
	case err != nil:
		return nil, err
	}
	return c.thisRelease(ctx, in)
}

var withdrawRelease = operation[OfRelease, one[VersionRelease]]{
	id: "withdraw-release", tag: tagReleases, summary: "Withdraw a proposal",
	description: "One that waits for no review is a 409.",
	do: func(ctx context.Context, c *call, in *OfRelease) (*one[VersionRelease], error) {
		return c.endRelease(ctx, *in, c.api.store.WithdrawRelease)
	},
}

var cancelRelease = operation[OfRelease, one[VersionRelease]]{
	id: "cancel-release", tag: tagReleases, summary: "Cancel a scheduled release",
	description: "Callers keep what they have. One that is not scheduled is a 409.",
	do: func(ctx context.Context, c *call, in *OfRelease) (*one[VersionRelease], error) {
		return c.endRelease(ctx, *in, c.api.store.CancelRelease)
	},
}

func (c *call) endRelease(ctx context.Context, in OfRelease, end func(context.Context, models.Actor, string, string) error) (*one[VersionRelease], error) {
	_, release, err := c.releaseOf(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := end(ctx, c.actor, c.team.ID, release.Release.ID); err != nil {
		return nil, err
	}
	return c.thisRelease(ctx, in)
}

type rollingBack struct {
	OfRelease
	Body struct {
		Note string `json:"note,omitempty" doc:"Why, for the changelog; at most 2,000 characters."`
	}
}

var rollBack = operation[rollingBack, made[VersionRelease]]{
	id: "roll-back", tag: tagReleases, summary: "Roll back to a release",
	description: "Makes a release of its own that serves the same as this earlier one, credential included, at once. It takes no review, and the draft stays as it is. A release that is " +
		"served now, or never was, is a 409.",
	status: http.StatusCreated,
	do: func(ctx context.Context, c *call, in *rollingBack) (*made[VersionRelease], error) {
		row, err := c.versionOf(ctx, in.OfVersion)
		if err != nil {
			return nil, err
		}
		note, err := models.CheckReleaseNote(in.Body.Note)
		if err != nil {
			return nil, models.Invalid{"note": err.Error()}
		}
		release, err := c.api.store.RollBack(ctx, c.actor, c.team.ID, row.Version.ID, in.Number, note)
		var why models.Sentence
		if errors.As(err, &why) {
			return nil, unpublishable(handlers.Unpublishable{why.Error()})
		}
		if err != nil {
			return nil, err
		}
		return c.madeRelease(ctx, in.OfVersion, row, release.Number)
	},
}
