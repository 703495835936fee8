package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

type callStore interface {
	TeamCalls(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (models.Searched[models.CallListing], error)
	TeamCall(ctx context.Context, teamID string, id models.CallID) (models.CallListing, error)
}

const tagUsage = "Usage"

// Call is one request through the gateway that reached an upstream, with all that explains its charge.
type Call struct {
	ID             string    `json:"id" doc:"Also in the answer's Faregate-Request-Id."`
	At             time.Time `json:"at"`
	API            APIRef    `json:"api"`
	Version        string    `json:"version"`
	Key            KeyRef    `json:"key"`
	Method         string    `json:"method"`
	Path           string    `json:"path" doc:"Below the version, without the query."`
	Status         int       `json:"status"`
	Origin         string    `json:"origin" enum:"upstream,gateway" doc:"Who made the answer."`
	DurationMicros int64     `json:"duration_micros"`
	RequestBytes   int64     `json:"request_bytes"`
	ResponseBytes  int64     `json:"response_bytes"`
	Price          Amount    `json:"price" doc:"As it was when the call was admitted."`
	Charge         Amount    `json:"charge"`
	Promotional    Amount    `json:"promotional" doc:"The part of the charge that promotional credit paid."`
	Evidence       string    `json:"evidence" enum:"status,own,free,no_answer,cut_short,caller_gone" doc:"Why it was charged, or not."`
	Subscription   string    `json:"subscription" doc:"Its id; empty, like plan and terms, for the team's own API."`
	Plan           string    `json:"plan" doc:"Its id."`
	Terms          string    `json:"terms" doc:"The id of the plan's terms that held."`
}

// KeyRef names a key.
type KeyRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (c *call) gatewayCall(l models.CallListing) Call {
	was := l.Call
	return Call{
		ID: was.ID.String(), At: was.ID.Time(), API: APIRef{l.APISlug, l.APIName}, Version: l.VersionName, Key: KeyRef{was.KeyID, l.KeyName},
		Method: was.Method, Path: was.Path, Status: was.Status, Origin: string(was.Origin), DurationMicros: was.DurationMicros,
		RequestBytes: was.RequestBytes, ResponseBytes: was.ResponseBytes, Price: c.amount(was.Price), Charge: c.amount(was.Charge), Promotional: c.amount(was.Promo),
		Evidence: string(was.Evidence), Subscription: was.SubscriptionID, Plan: was.PlanID, Terms: was.RevisionID,
	}
}

type callPage struct {
	InTeam
	Paging
	API    string    `query:"api" maxLength:"80" doc:"Only calls of the API with this short name."`
	Key    string    `query:"key" maxLength:"60" doc:"Only calls with the key with this id."`
	Status string    `query:"status" pattern:"^[1-5](xx|[0-9][0-9])$" doc:"Only calls that were answered so: with a status, as 404, or a class, as 4xx."`
	From   time.Time `query:"from" doc:"Only calls that came in from then on."`
	To     time.Time `query:"to" doc:"Only calls that came in before then."`
	Text   string    `query:"q" maxLength:"200" doc:"Only calls with this in method and path, as in “GET /quotes”, whatever the case of its letters."`
}

var listCalls = operation[callPage, listed[Call]]{
	id: "list-calls", tag: tagUsage, summary: "List calls",
	description: "The newest first. A call stands here a second after it ended. Those that were refused are in the refusals. A page is searched for at most 200 ms: " +
		"if that did not suffice, it has fewer calls than asked for, or none, and “next” goes on from there. Only “next” being null is the end.",
	do: func(ctx context.Context, c *call, in *callPage) (*listed[Call], error) {
		filter := models.CallFilter{APISlug: in.API, KeyID: in.Key, From: in.From.UTC(), To: in.To.UTC(), Text: in.Text}
		filter.SetStatus(in.Status)
		rows, err := c.api.store.TeamCalls(ctx, c.team.ID, filter, in.page())
		return list(c, rows.Paged, c.gatewayCall), err
	},
}

type ofCall struct {
	InTeam
	Call string `path:"call" maxLength:"60" doc:"The call's id."`
}

var showCall = operation[ofCall, one[Call]]{
	id: "show-call", tag: tagUsage, summary: "Show a call",
	description: "A call of the team, by the id that its answer had.",
	do: func(ctx context.Context, c *call, in *ofCall) (*one[Call], error) {
		id, err := models.ParseCallID(in.Call)
		if err != nil {
			return nil, models.ErrNotFound
		}
		row, err := c.api.store.TeamCall(ctx, c.team.ID, id)
		return &one[Call]{c.gatewayCall(row)}, err
	},
}
