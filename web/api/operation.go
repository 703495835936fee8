package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// operation is what one route does, and how the document tells of it. I has the parameters and the Body of the request, O the
// headers and the Body of the answer, by the tags that huma reads.
type operation[I, O any] struct {
	id          string // unique, of the form "list-members"
	tag         string // the group in the document and on the reference page
	summary     string // a few words
	description string // sentences: what it does, and what it refuses
	status      int    // of success; 0: 200 with a body, 204 without
	refusals    []int  // statuses beside those of every operation
	takes       bodyKind
	answers     bodyKind
	do          func(ctx context.Context, c *call, in *I) (*O, error)
}

// bodyKind is what a body is.
type bodyKind int

// The kinds of bodies.
const (
	anObject  bodyKind = iota // of JSON
	aDocument                 // an OpenAPI document, byte by byte: in RawBody of the request, or in a Body of bytes of the answer
)

// documentMedia are the media types of documents.
func documentMedia() map[string]*huma.MediaType {
	media := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	return map[string]*huma.MediaType{"application/json": media, "application/yaml": media}
}

// anyToken is what operations need that every token may use.
const anyToken models.Permission = "any"

const needKey = "need"

// refusedByAll is what every operation may answer.
var refusedByAll = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable,
}

// route adds an operation to the API and its document.
func route[I, O any](a *API, method, path string, need models.Permission, op operation[I, O]) {
	o := huma.Operation{
		OperationID: op.id, Method: method, Path: path, Tags: []string{op.tag}, Summary: op.summary, Description: op.description,
		DefaultStatus: op.status, MaxBodyBytes: -1, BodyReadTimeout: -1, // both are package web's, before anything is read
		RejectUnknownQueryParameters: true,
		Metadata:                     map[string]any{needKey: need},
		Extensions:                   map[string]any{"x-permission": need},
		Security:                     []map[string][]string{{tokenScheme: scopesOf(need)}},
		Errors:                       append(slices.Clone(op.refusals), refusedByAll...),
	}
	if strings.Contains(path, "{") {
		o.Errors = append(o.Errors, http.StatusNotFound)
	}
	if method == http.MethodPost {
		o.Errors = append(o.Errors, http.StatusConflict)
		o.Parameters = append(o.Parameters, idempotencyParam)
	}
	if op.takes == aDocument {
		o.RequestBody, o.SkipValidateBody = &huma.RequestBody{Content: documentMedia()}, true
		o.Middlewares = huma.Middlewares{a.receive}
		o.Errors = append(o.Errors, http.StatusRequestEntityTooLarge)
		a.uploads = append(a.uploads, method+" "+paths.ManagementAPI+strings.NewReplacer("{", ":", "}", "").Replace(path))
	}
	if op.answers == aDocument {
		o.Responses = map[string]*huma.Response{strconv.Itoa(http.StatusOK): {Content: documentMedia()}}
	}
	a.routes = append(a.routes, Route{method, paths.ManagementAPI + path, need})
	huma.Register(a.huma, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := op.do(ctx, callOf(ctx), in)
		if err != nil {
			return nil, callOf(ctx).problem(ctx, err)
		}
		return out, nil
	})
}

func scopesOf(need models.Permission) []string {
	if need == anyToken {
		return []string{}
	}
	return []string{string(need)}
}

// InTeam is the parameter of every operation on a team.
type InTeam struct {
	Team string `path:"team" maxLength:"80" doc:"The team's short name in addresses, or its id." example:"consumers"`
}

// one is an answer with one thing.
type one[T any] struct{ Body T }

// made is the answer to what makes a thing.
type made[T any] struct {
	Location string `header:"Location" doc:"Where it can be read."`
	Body     T
}

// nothing is an answer without a body.
type nothing struct{}
