package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

type catalogueStore interface {
	Catalogue(ctx context.Context, viewer models.Viewer, text string, page models.Page) (models.Paged[models.APIListing], error)
	CatalogueAPI(ctx context.Context, viewer models.Viewer, slug string) (models.APIListing, error)
	RunningRelease(ctx context.Context, versionID string) (models.Release, error)
	APIRoutes(ctx context.Context, apiID string) ([]billing.Route, error)
}

const tagCatalogue = "Catalogue"

// FoundAPI is an API as the catalogue lists it.
type FoundAPI struct {
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Summary  string `json:"summary"`
	Provider string `json:"provider" doc:"The name of the team that offers it."`
	Version  string `json:"version" example:"v1"`
	State    string `json:"state" enum:"published,deprecated,retired"`
	Blocked  bool   `json:"blocked" doc:"Whether an administrator stops its calls."`
	Price    Amount `json:"price" doc:"Per call, in the plan that it began with."`
	Logo     string `json:"logo,omitempty" doc:"The address of its picture, for whoever may open its page; left out if it has none."`
}

// FoundAPIFacts is an API as its page in the catalogue tells of it.
type FoundAPIFacts struct {
	FoundAPI
	Description string    `json:"description"`
	URL         string    `json:"url" doc:"Where it is called: an operation's path follows."`
	ExamplePath string    `json:"example_path"`
	PublishedAt time.Time `json:"published_at"`
	Entry       string    `json:"entry" enum:"open,paid,asked,closed" doc:"What stands between a team without a subscription and its calls: nothing but to take a plan, a payment, the provider's yes, or everything."`
	Plans       []Plan    `json:"plans" nullable:"false" doc:"Those that are open to new subscribers."`
}

// reader is who looks at the catalogue.
func (c *call) reader() models.Viewer {
	return models.Viewer{UserID: c.grant.User.ID, TeamID: c.grant.Token.TeamID}
}

func (c *call) found(row models.APIListing) FoundAPI {
	found := FoundAPI{
		Slug: row.API.Slug, Name: row.API.Name, Summary: row.API.Summary, Provider: row.TeamName, Version: row.Version.Name,
		State: string(row.Version.State), Blocked: row.Version.Blocked, Price: c.amount(row.Plan.Price),
	}
	if row.API.Logo != "" {
		found.Logo = paths.Absolute(c.api.Pages.PublicURL, paths.Logo(row.API.Slug, row.API.Logo))
	}
	return found
}

type cataloguePage struct {
	Paging
	Text string `query:"q" maxLength:"100" doc:"Only APIs that have each of these words in the name, the short name, the line about them, or the provider's name."`
}

var searchCatalogue = operation[cataloguePage, listed[FoundAPI]]{
	id: "list-catalogue", tag: tagCatalogue, summary: "Search the catalogue",
	description: "The published APIs that the token's owner may see, a person or a team, the newest first.",
	do: func(ctx context.Context, c *call, in *cataloguePage) (*listed[FoundAPI], error) {
		rows, err := c.api.store.Catalogue(ctx, c.reader(), in.Text, in.page())
		return list(c, rows, c.found), err
	},
}

type ofCatalogue struct {
	API string `path:"api" maxLength:"80" doc:"The API's short name." example:"quotes"`
}

var showCatalogueAPI = operation[ofCatalogue, one[FoundAPIFacts]]{
	id: "show-catalogue-api", tag: tagCatalogue, summary: "Show an API of the catalogue",
	description: "An API that the token's owner may see, with its plans and how a team gets in.",
	do: func(ctx context.Context, c *call, in *ofCatalogue) (*one[FoundAPIFacts], error) {
		row, err := c.api.store.CatalogueAPI(ctx, c.reader(), in.API)
		if err != nil {
			return nil, err
		}
		facts, err := c.foundFacts(ctx, row)
		return &one[FoundAPIFacts]{facts}, err
	},
}

func (c *call) foundFacts(ctx context.Context, row models.APIListing) (facts FoundAPIFacts, err error) {
	release, err := c.api.store.RunningRelease(ctx, row.Version.ID)
	if err != nil {
		return facts, err
	}
	facts = FoundAPIFacts{
		FoundAPI: c.found(row), Description: row.API.Description, ExamplePath: row.API.ExamplePath, PublishedAt: release.CreatedAt, Plans: []Plan{},
		URL: paths.Absolute(c.api.Pages.PublicURL, paths.Invoke(row.API.Slug, row.Version.Name, "")),
	}
	plans, err := c.api.store.APIPlans(ctx, row.API.ID)
	if err != nil {
		return facts, err
	}
	for _, p := range plans {
		if p.Plan.ClosedAt == nil {
			facts.Plans = append(facts.Plans, c.plan(p))
		}
	}
	routes, err := c.api.store.APIRoutes(ctx, row.API.ID)
	var offers []billing.Offer
	for _, r := range routes {
		if r.Terms.VersionID == row.Version.ID {
			offers = r.Terms.Offers
		}
	}
	facts.Entry = string(billing.EntryOf(row.Version.State, offers, c.api.Pages.Clock.Now()))
	return facts, err
}
