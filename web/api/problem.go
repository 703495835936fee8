package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web/paths"
)

const problemType = "application/problem+json"

// Problem is the body of every answer that is no success (RFC 9457).
type Problem struct {
	Type      string       `json:"type" format:"uri-reference" doc:"A page about the code; about:blank where the status says it all."`
	Title     string       `json:"title" doc:"The same for every occurrence of the type."`
	Status    int          `json:"status"`
	Code      string       `json:"code,omitempty" doc:"The last part of the type, for programs; left out with about:blank."`
	Detail    string       `json:"detail,omitempty" doc:"What is wrong this time, for people."`
	RequestID string       `json:"request_id" doc:"To be quoted when you ask about it."`
	Errors    []FieldError `json:"errors,omitempty" nullable:"false" doc:"What has to be mended, field by field."`
	Obstacles []string     `json:"obstacles,omitempty" nullable:"false" doc:"What is in the way, one sentence each."`

	header http.Header
}

// FieldError is one thing that has to be mended.
type FieldError struct {
	Pointer   string `json:"pointer,omitempty" doc:"The field of the body, as a JSON pointer (RFC 6901) behind a #." example:"#/email"`
	Parameter string `json:"parameter,omitempty" doc:"The parameter of the path, query or header." example:"limit"`
	Detail    string `json:"detail"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

func (p *Problem) with(header, value string) *Problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(header, value)
	return p
}

func (p *Problem) json() []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(p) // strings and numbers always can be
	return out.Bytes()
}

// refusal is a problem with a code.
func refusal(code problem.Code, detail string) *Problem {
	kind := problem.MustOf(code)
	return &Problem{Type: paths.Problem(string(code)), Title: kind.Title, Status: kind.Status, Code: string(code), Detail: detail}
}

// plain is a problem of which the status says what it is.
func plain(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// unwritable is what callers read while the database cannot be written.
const unwritable = "The portal cannot save anything right now. Nothing was saved. Try again in a moment."

// problem turns an error into the answer. What is not foreseen is logged, and its text kept from the caller.
func (c *call) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	var invalid models.Invalid
	var sentence models.Sentence
	switch {
	case errors.As(err, &p):
	case errors.Is(err, models.ErrNotFound):
		p = plain(http.StatusNotFound, "There is no such thing here, or none that this token may know of.")
	case errors.Is(err, models.ErrForbidden):
		p = refusal(problem.RoleNotEnough, "The token may not do this to what it is about: only owners make and unmake owners.")
	case errors.Is(err, models.ErrConflict):
		p = refusal(problem.StateConflict, "It was done already, or changed meanwhile.")
	case errors.As(err, &invalid):
		p = invalidInput(invalid)
	case errors.As(err, &sentence):
		p = refusal(problem.InvalidInput, sentence.Error())
	case c.api.Unwritable(err):
		p = plain(http.StatusServiceUnavailable, unwritable).with("Retry-After", "30")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		p = plain(http.StatusServiceUnavailable, "").with("Retry-After", "30")
	case c.api.Pages.NotLive(err):
		p = plain(http.StatusServiceUnavailable, "It is saved, but the gateway does not serve it yet. It will with the next change, or the next start.")
	default:
		p = plain(http.StatusInternalServerError, "Something here failed that should not. Quote the request id if you ask about it.")
	}
	if p.Status >= http.StatusInternalServerError && ctx.Err() == nil {
		c.api.Log.ErrorContext(ctx, "request failed", "err", err, "request_id", c.actor.RequestID)
	}
	return p.in(c)
}

// in completes a problem with what belongs to the request. Its address is made whole here, where the portal's is known.
func (p *Problem) in(c *call) *Problem {
	p.RequestID = c.actor.RequestID
	if strings.HasPrefix(p.Type, "/") {
		p.Type = paths.Absolute(c.api.Pages.PublicURL, p.Type)
	}
	return p
}

// invalidInput tells of what somebody typed, field by field. A sentence about no field is the detail.
func invalidInput(invalid models.Invalid) *Problem {
	p := refusal(problem.InvalidInput, invalid[""])
	for _, field := range slices.Sorted(maps.Keys(invalid)) {
		if field != "" {
			p.Errors = append(p.Errors, FieldError{Pointer: "#/" + field, Detail: invalid[field]})
		}
	}
	return p
}

// AnswerError writes an error that came from outside of an operation: an address that nothing answers, a method that is not
// taken, a body that is too large, a panic. detail is for the caller.
func (a *API) AnswerError(c echo.Context, status int, detail string) error {
	p := plain(status, detail)
	p.RequestID = c.Response().Header().Get("Faregate-Request-Id")
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(status, problemType, p.json())
}

// huma answers what it finds wrong with a request by functions of its package. These make our problems of it.
func init() {
	huma.ValidateStrictCasing = true // or "Name" would be taken for "name"
	huma.NewError = func(status int, message string, _ ...error) huma.StatusError { return plain(status, message) }
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		return malformed(status, message, errs).in(callOf(ctx.Context()))
	}
}

// malformed is a request that does not have the form which the document says.
func malformed(status int, message string, errs []error) *Problem {
	switch status {
	case http.StatusBadRequest:
		if message == "request body is required" {
			return plain(status, "The body is empty.")
		}
		return plain(status, "The body has to be one JSON object, and is not.")
	case http.StatusUnsupportedMediaType:
		return plain(status, "Send the body as application/json.")
	case http.StatusUnprocessableEntity:
	default:
		return plain(status, "")
	}
	p := refusal(problem.InvalidInput, "")
	for _, err := range errs {
		var found *huma.ErrorDetail
		if errors.As(err, &found) {
			p.Errors = append(p.Errors, fieldError(found))
		}
	}
	return p
}

func fieldError(found *huma.ErrorDetail) FieldError {
	place, name, _ := strings.Cut(found.Location, ".")
	said := strings.ToUpper(found.Message[:1]) + found.Message[1:] + "."
	if place != "body" {
		if found.Message == "unknown query parameter" {
			said = "This operation has no such parameter."
		}
		return FieldError{Parameter: name, Detail: said}
	}
	if missing, ok := strings.CutPrefix(found.Message, "expected required property "); ok {
		missing = strings.TrimSuffix(missing, " to be present")
		return FieldError{Pointer: pointer(name, missing), Detail: "This field is needed."}
	}
	switch {
	case found.Message == "unexpected property":
		said = "This operation takes no such field."
	case strings.HasPrefix(found.Message, "json:"): // names types of ours
		said = "The body does not have the form that this operation takes."
	}
	return FieldError{Pointer: pointer(name), Detail: said}
}

// pointer turns huma's "scopes[0].name" into "#/scopes/0/name".
func pointer(parts ...string) string {
	at := "#"
	for _, part := range parts {
		for step := range strings.FieldsFuncSeq(part, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
			at += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step)
		}
	}
	return at
}
