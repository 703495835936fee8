package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web/paths"
)

type ownAPIStore interface {
	TeamAPI(ctx context.Context, teamID, slug string) (models.APIListing, error)
	TeamAPIs(ctx context.Context, teamID string, page models.Page) (models.Paged[models.APIListing], error)
	APIStats(ctx context.Context, apiIDs []string, days int) (map[string]models.APIStats, error)
	DraftCredential(ctx context.Context, versionID string) (models.UpstreamCredential, error)
	Categories(ctx context.Context) ([]models.Category, error)
}

const tagAPIs = "APIs of a provider"

// OwnAPI is an API as its provider sees it in a list.
type OwnAPI struct {
	ID          string              `json:"id"`
	Slug        string              `json:"slug"`
	Name        string              `json:"name"`
	Summary     string              `json:"summary" doc:"One line."`
	Visibility  models.Visibility   `json:"visibility" enum:"private,shared,internal,public"`
	Version     string              `json:"version" example:"v1"`
	State       models.VersionState `json:"state" enum:"draft,in_review,published,deprecated,retired"`
	Blocked     bool                `json:"blocked" doc:"Whether its team or an administrator stops its calls."`
	Changed     bool                `json:"changed" doc:"Whether publishing would change what callers get."`
	Subscribers int64               `json:"subscribers"`
	CreatedAt   time.Time           `json:"created_at"`
	UpdatedAt   time.Time           `json:"updated_at"`
}

// OwnAPIFacts is an API with its draft, and with what callers get.
type OwnAPIFacts struct {
	OwnAPI
	Description string   `json:"description"`
	ExamplePath string   `json:"example_path"`
	Category    string   `json:"category" doc:"Its short name; empty for none."`
	Tags        []string `json:"tags"`
	LogoURL     string   `json:"logo_url,omitempty" doc:"Left out if there is none."`
	Support     Support  `json:"support"`
	SharedWith  []string `json:"shared_with" doc:"Short names of teams. They count while the visibility is “shared”."`
	Price       Amount   `json:"price" doc:"Per call, of the first plan. Its terms change it."`
	Upstream    Upstream `json:"upstream" doc:"Of the draft."`
	Release     *Release `json:"release,omitempty" doc:"What callers get; left out before the first publish."`
}

// Release is what was published.
type Release struct {
	Number      int       `json:"number"`
	Price       Amount    `json:"price" doc:"Of the first plan at the time."`
	UpstreamURL string    `json:"upstream_url"`
	Note        string    `json:"note"`
	PublishedAt time.Time `json:"published_at"`
}

func (c *call) release(r models.Release) Release {
	return Release{r.Number, c.amount(r.Price), r.UpstreamURL, r.Changelog, *r.PublishedAt}
}

func ownAPI(row models.APIListing, stats models.APIStats) OwnAPI {
	return OwnAPI{
		ID: row.API.ID, Slug: row.API.Slug, Name: row.API.Name, Summary: row.API.Summary, Visibility: row.API.Visibility, Version: row.Version.Name,
		State: row.Version.State, Blocked: row.Version.Blocked, Changed: row.Changed(stats.Running), Subscribers: stats.Subscribers,
		CreatedAt: row.API.CreatedAt, UpdatedAt: row.Version.UpdatedAt,
	}
}

var listAPIs = operation[teamPage, listed[OwnAPI]]{
	id: "list-apis", tag: tagAPIs, summary: "List APIs",
	description: "The APIs that the team owns, in whatever state, the newest first. What it may call is in the catalogue.",
	do: func(ctx context.Context, c *call, in *teamPage) (*listed[OwnAPI], error) {
		rows, err := c.api.store.TeamAPIs(ctx, c.team.ID, in.page())
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(rows.Rows))
		for i, row := range rows.Rows {
			ids[i] = row.API.ID
		}
		stats, err := c.api.store.APIStats(ctx, ids, 1)
		return list(c, rows, func(row models.APIListing) OwnAPI { return ownAPI(row, stats[row.API.ID]) }), err
	},
}

// OfAPI is the parameter of operations on one API, of the team or, for an offer, of anybody.
type OfAPI struct {
	InTeam
	API string `path:"api" maxLength:"80" doc:"The API's short name." example:"quotes"`
}

// provides finds an API of the team, which has to be a provider still: one that is not neither edits nor publishes.
func (c *call) provides(ctx context.Context, slug string) (models.APIListing, error) {
	if err := c.provider(); err != nil {
		return models.APIListing{}, err
	}
	return c.api.store.TeamAPI(ctx, c.team.ID, slug)
}

func (c *call) provider() error {
	if !c.team.Provider {
		return refusal(problem.NotAProvider, c.team.Name+" is not a provider team.")
	}
	return nil
}

var showAPI = operation[OfAPI, one[OwnAPIFacts]]{
	id: "show-api", tag: tagAPIs, summary: "Show an API",
	description: "An API with its draft and with what callers get. The value of the credential is never told.",
	do: func(ctx context.Context, c *call, in *OfAPI) (*one[OwnAPIFacts], error) {
		row, err := c.provides(ctx, in.API)
		if err != nil {
			return nil, err
		}
		facts, err := c.ownAPIFacts(ctx, row)
		return &one[OwnAPIFacts]{facts}, err
	},
}

func (c *call) ownAPIFacts(ctx context.Context, row models.APIListing) (OwnAPIFacts, error) {
	all, err := c.api.store.APIStats(ctx, []string{row.API.ID}, 1)
	if err != nil {
		return OwnAPIFacts{}, err
	}
	credential, err := c.api.store.DraftCredential(ctx, row.Version.ID)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return OwnAPIFacts{}, err
	}
	shared, err := c.api.Pages.SharedNames(ctx, row)
	if err != nil {
		return OwnAPIFacts{}, err
	}
	category, err := c.categorySlug(ctx, row.API.CategoryID)
	if err != nil {
		return OwnAPIFacts{}, err
	}
	stats := all[row.API.ID]
	facts := OwnAPIFacts{
		OwnAPI: ownAPI(row, stats), Description: row.API.Description, ExamplePath: row.API.ExamplePath,
		Category: category, Tags: row.API.Tags, Support: Support{row.API.SupportEmail, row.API.SupportURL}, SharedWith: shared, Price: c.amount(row.Plan.Price),
		Upstream: upstream(row.Version, credential),
	}
	if row.API.Logo != "" {
		facts.LogoURL = paths.Absolute(c.api.Pages.PublicURL, paths.Logo(row.API.Slug, row.API.Logo))
	}
	if stats.Running.ID != "" {
		facts.Release = new(c.release(stats.Running))
	}
	return facts, nil
}

type newAPI struct {
	InTeam
	Body struct {
		Name  string  `json:"name" doc:"At most 80 characters." example:"Quotes"`
		Slug  string  `json:"slug,omitempty" doc:"The short name in every address of the API. It never changes. Left out, it is made of the name." example:"quotes"`
		Price *Amount `json:"price,omitempty" doc:"Per call, of the plan that it begins with. Later the terms of the plan change it."`
		DraftFields
	}
}

var createAPI = operation[newAPI, made[OwnAPIFacts]]{
	id: "create-api", tag: tagAPIs, summary: "Create an API",
	description: "Makes a draft, with one plan at the price that you say. Nobody sees it before it is published. It is public unless you say otherwise.",
	status:      http.StatusCreated,
	do: func(ctx context.Context, c *call, in *newAPI) (*made[OwnAPIFacts], error) {
		if err := c.provider(); err != nil {
			return nil, err
		}
		draft, bad := models.APIDraft{Name: in.Body.Name, Slug: in.Body.Slug, Visibility: models.Public}, models.Invalid{}
		credential, err := c.edit(ctx, &draft, in.Body.DraftFields, models.UpstreamCredential{}, bad)
		if err != nil {
			return nil, err
		}
		if in.Body.Price != nil {
			draft.Price = c.nano(*in.Body.Price, "price", bad)
		}
		row, err := c.api.Pages.CreateAPI(ctx, c.actor, c.team.ID, draft, credential, bad)
		if err != nil {
			return nil, inBody(err, oneOf(draftPlaces))
		}
		facts, err := c.ownAPIFacts(ctx, row)
		return &made[OwnAPIFacts]{c.within("apis", row.API.Slug), facts}, err
	},
}

type apiEdit struct {
	OfAPI
	Body struct {
		Name *string `json:"name,omitempty" doc:"At most 80 characters."`
		DraftFields
	}
}

var editAPI = operation[apiEdit, one[OwnAPIFacts]]{
	id: "edit-api", tag: tagAPIs, summary: "Edit an API's draft",
	description: "Changes what is sent and leaves the rest. Texts and visibility are seen at once; callers get the upstream, which is the main version's, with the next publish. " +
		"Where the upstream moves to another host, send its credential with it, or remove it: one that is kept goes to no host that it was not given for.",
	do: func(ctx context.Context, c *call, in *apiEdit) (*one[OwnAPIFacts], error) {
		row, err := c.provides(ctx, in.API)
		if err != nil {
			return nil, err
		}
		stored, err := c.api.store.DraftCredential(ctx, row.Version.ID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
		draft, bad := row.Draft(), models.Invalid{}
		replace(&draft.Name, in.Body.Name)
		credential, err := c.edit(ctx, &draft, in.Body.DraftFields, stored, bad)
		if err != nil {
			return nil, err
		}
		if err := c.api.Pages.EditAPI(ctx, c.actor, row, draft, credential, bad); err != nil {
			return nil, inBody(err, oneOf(draftPlaces))
		}
		if row, err = c.api.store.TeamAPI(ctx, c.team.ID, in.API); err != nil {
			return nil, err
		}
		facts, err := c.ownAPIFacts(ctx, row)
		return &one[OwnAPIFacts]{facts}, err
	},
}

type publishing struct {
	OfAPI
	Body struct {
		Note string `json:"note,omitempty" doc:"What changes, for the changelog; at most 2,000 characters."`
	}
}

var publishAPI = operation[publishing, one[Release]]{
	id: "publish-api", tag: tagAPIs, summary: "Publish an API",
	description: "Checks the draft of the main version and puts it on the gateway: the next call meets it. Where a check forbids that, 409 “not_publishable” says what is in the way.",
	do: func(ctx context.Context, c *call, in *publishing) (*one[Release], error) {
		row, err := c.provides(ctx, in.API)
		if err != nil {
			return nil, err
		}
		release, err := c.api.Pages.MakeRelease(ctx, c.actor, row, handlers.NewRelease{Note: in.Body.Note})
		if err != nil {
			return nil, unpublishable(err)
		}
		return &one[Release]{c.release(release)}, nil
	},
}

// unpublishable is a problem that names what keeps a draft from being published, if that is what an error is about.
func unpublishable(err error) error {
	var why handlers.Unpublishable
	if !errors.As(err, &why) {
		return err
	}
	p := refusal(problem.NotPublishable, "Nothing was published.")
	p.Obstacles = why
	return p
}
