package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

type refusalStore interface {
	DenialGroups(ctx context.Context, teamID string, filter models.DenialFilter, since time.Time, page models.Page) (models.Paged[models.DenialGroup], error)
	TeamDenial(ctx context.Context, teamID, id string) (models.DenialListing, error)
}

// RefusalGroup is what was refused for the same reason: one code, API and key.
type RefusalGroup struct {
	Code   string    `json:"code" doc:"As the refusals had it."`
	Status int       `json:"status"`
	Title  string    `json:"title"`
	API    *APIRef   `json:"api,omitempty" doc:"Left out where no API was met."`
	Key    KeyRef    `json:"key"`
	Count  int64     `json:"count"`
	LastID string    `json:"last_id" doc:"The id of the latest of them."`
	LastAt time.Time `json:"last_at" doc:"In the minute from then on."`
}

func refusalGroup(g models.DenialGroup) RefusalGroup {
	kind, _ := problem.Of(problem.Code(g.Code)) // zero: of a later release
	return RefusalGroup{
		Code: g.Code, Status: kind.Status, Title: kind.Title, API: apiOrNone(g.APISlug, g.APIName), Key: KeyRef{g.KeyID, g.KeyName},
		Count: g.Count, LastID: g.LastID, LastAt: g.LastAt,
	}
}

func apiOrNone(slug, name string) *APIRef {
	if slug == "" {
		return nil
	}
	return &APIRef{slug, name}
}

type refusalPage struct {
	InTeam
	Paging
	Code string `query:"code" maxLength:"60" doc:"Only those with this code."`
	API  string `query:"api" maxLength:"80" doc:"Only those of the API with this short name."`
	Key  string `query:"key" maxLength:"60" doc:"Only those of the key with this id."`
}

var listRefusals = operation[refusalPage, listed[RefusalGroup]]{
	id: "list-refusals", tag: tagUsage, summary: "List refusals",
	description: "Why calls were refused in the last 30 days, by code, API and key, the group with the latest one first.",
	do: func(ctx context.Context, c *call, in *refusalPage) (*listed[RefusalGroup], error) {
		since := c.api.Pages.Clock.Now().AddDate(0, 0, -models.RefusalDays)
		filter := models.DenialFilter{Code: in.Code, APISlug: in.API, KeyID: in.Key}
		rows, err := c.api.store.DenialGroups(ctx, c.team.ID, filter, since, in.page())
		return list(c, rows, refusalGroup), err
	},
}

// Refusal is a refused call with the figures that it was decided by.
type Refusal struct {
	ID        string        `json:"id"`
	Code      string        `json:"code"`
	Status    int           `json:"status"`
	Title     string        `json:"title"`
	Meaning   string        `json:"meaning"`
	Remedy    string        `json:"remedy"`
	API       *APIRef       `json:"api,omitempty" doc:"Left out where no API was met."`
	Key       KeyRef        `json:"key"`
	Method    string        `json:"method"`
	Path      string        `json:"path"`
	Price     Amount        `json:"price"`
	Required  *Amount       `json:"required,omitempty"`
	Available *Amount       `json:"available,omitempty"`
	Held      *Amount       `json:"held,omitempty"`
	Limit     *RefusedLimit `json:"limit,omitempty" doc:"That refused the call, if one did."`
	Count     int64         `json:"count" doc:"How many like it came in the same minute."`
	At        time.Time     `json:"at" doc:"Of the first of them."`
	Now       RefusedNow    `json:"now"`
	TopUpURL  string        `json:"top_up_url,omitempty" doc:"The page that tops up for this call, for a browser; with 402 alone."`
}

// RefusedLimit is a limit as a refused call met it: calls, or money in nano-units for a budget.
type RefusedLimit struct {
	Policy        string     `json:"policy"`
	Limit         string     `json:"limit,omitempty"`
	Used          string     `json:"used,omitempty"`
	Held          string     `json:"held,omitempty"`
	WindowSeconds int64      `json:"window_seconds,omitempty"`
	ResetsAt      *time.Time `json:"resets_at"`
}

// RefusedNow is what the same call would meet now.
type RefusedNow struct {
	Known   bool   `json:"known" doc:"Whether that can be said: not of a call that named no API."`
	Allowed bool   `json:"allowed" doc:"Whether the gate would let it through."`
	Code    string `json:"code,omitempty" doc:"Otherwise why not."`
}

func refusedLimit(l models.Limit) *RefusedLimit {
	if l.Policy == "" {
		return nil
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return &RefusedLimit{l.Policy, number(l.Most), number(l.Used), number(l.Held), l.Seconds, l.ResetsAt}
}

type ofRefusal struct {
	InTeam
	Refusal string `path:"refusal" maxLength:"60" doc:"The refusal's id."`
}

var showRefusal = operation[ofRefusal, one[Refusal]]{
	id: "show-refusal", tag: tagUsage, summary: "Show a refusal",
	description: "A refused call with its figures then, and what the same call would meet now. What tells of the team's money takes “view_wallet” as well, and is left out " +
		"without it: “required”, “available”, “held”, and the figures of a team's budget.",
	do: func(ctx context.Context, c *call, in *ofRefusal) (*one[Refusal], error) {
		row, err := c.api.store.TeamDenial(ctx, c.team.ID, in.Refusal)
		if err != nil {
			return nil, err
		}
		code, known, err := c.api.Pages.WouldMeet(ctx, row.Denial)
		if err != nil {
			return nil, err
		}
		d := row.Denial
		kind, _ := problem.Of(problem.Code(d.Code)) // zero: of a later release
		shown := Refusal{
			ID: d.ID, Code: d.Code, Status: kind.Status, Title: kind.Title, Meaning: kind.Meaning, Remedy: kind.Remedy, API: apiOrNone(row.APISlug, row.APIName),
			Key: KeyRef{d.KeyID, row.KeyName}, Method: d.Method, Path: d.Path, Price: c.amount(d.Price),
			Limit: refusedLimit(d.Limit), Count: d.Count, At: d.CreatedAt, Now: RefusedNow{known, known && code == "", string(code)},
		}
		if c.may.May(models.MayViewWallet) {
			required, available, held := c.amount(d.Required), c.amount(d.Available), c.amount(d.Held)
			shown.Required, shown.Available, shown.Held = &required, &available, &held
		} else if kind.Code == problem.TeamBudgetExceeded && shown.Limit != nil {
			shown.Limit.Limit, shown.Limit.Used, shown.Limit.Held = "", "", ""
		}
		if kind.Status == http.StatusPaymentRequired {
			shown.TopUpURL = c.api.Pages.TopUpLink(d)
		}
		return &one[Refusal]{shown}, nil
	},
}
