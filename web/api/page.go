package api

import (
	"net/url"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// Paging are the parameters of every operation that lists.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"25" doc:"How many to answer at most."`
	After string `query:"after" maxLength:"200" doc:"Go on behind here: the “next” of the answer before."`
}

func (p Paging) page() models.Page { return models.Page{After: p.After, Limit: p.Limit} }

// listed is an answer with one page of a list.
type listed[T any] struct {
	Link string `header:"Link" doc:"The address of the next page, with rel=\"next\" (RFC 8288); left out on the last one."`
	Body PageOf[T]
}

// PageOf is one page of a list.
type PageOf[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next" doc:"What “after” has to be for the next page; null on the last one."`
}

// list makes the answer out of a page of rows.
func list[R, T any](c *call, rows models.Paged[R], show func(R) T) *listed[T] {
	out := &listed[T]{Body: PageOf[T]{Items: make([]T, len(rows.Rows))}}
	for i, r := range rows.Rows {
		out.Body.Items[i] = show(r)
	}
	if rows.Next != "" {
		out.Body.Next = &rows.Next
		out.Link = "<" + c.nextPage(rows.Next) + `>; rel="next"`
	}
	return out
}

// nextPage is the address of this request with another cursor.
func (c *call) nextPage(after string) string {
	query := c.url.Query()
	query.Set(paths.QueryAfter, after)
	next := url.URL{Path: c.url.Path, RawPath: c.url.RawPath, RawQuery: query.Encode()}
	return paths.Absolute(c.api.Pages.PublicURL, next.String())
}

// within is the address of something of the team's, from the team on.
func (c *call) within(parts ...string) string {
	at := paths.ManagementAPI + "/teams/" + url.PathEscape(c.team.Slug)
	for _, p := range parts {
		at += "/" + url.PathEscape(p)
	}
	return at
}
