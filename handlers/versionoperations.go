package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi/match"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// operationCallerStore tells operations apart by the identities of package match; models.Undocumented is what is none.
type operationCallerStore interface {
	VersionOperations(ctx context.Context, apiID, versionID string, since time.Time, page models.Page) (models.Paged[models.OperationCalls], error)
	// OperationCallers leaves out operations that nobody called.
	OperationCallers(ctx context.Context, apiID, versionID string, since time.Time, limit int, operations ...string) (map[string]models.OperationCallers, error)
	CallersOfOperation(ctx context.Context, apiID, versionID, operation string, since time.Time, page models.Page) (models.Paged[models.VersionCaller], error)
}

// VersionOperations lists what is called of a version.
func (h *Handlers) VersionOperations(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	list, err := h.store.VersionOperations(ctx(c), row.API.ID, row.Version.ID, h.callersSince(), asked(c))
	if err != nil {
		return err
	}
	words, err := h.operationWords(ctx(c), row)
	if err != nil {
		return err
	}
	props := pages.VersionOperationsProps{
		API: row.API.Name, Slug: row.API.Slug, Version: row.Version.Name, Described: row.Document != "",
		Pager: pager(c, paths.VersionOperations(m.Team.Slug, row.API.Slug, row.Version.Name), list.Next),
	}
	for _, o := range list.Rows {
		called := words(o.Operation)
		called.Calls, called.Teams, called.LastCall = o.Calls, o.Teams, o.LastCall.Time()
		props.Rows = append(props.Rows, called)
	}
	return page.Render(c, http.StatusOK, pages.VersionOperations(h.teamRequest(c, m), props))
}

// callersOfOperation lists all who call an operation of a version.
func (h *Handlers) callersOfOperation(c echo.Context, m models.Membership, row models.APIListing, operation string) error {
	list, err := h.store.CallersOfOperation(ctx(c), row.API.ID, row.Version.ID, operation, h.callersSince(), asked(c))
	if err != nil {
		return err
	}
	who, err := h.store.OperationCallers(ctx(c), row.API.ID, row.Version.ID, h.callersSince(), 1, operation, models.Undocumented)
	if err != nil {
		return err
	}
	words, err := h.operationWords(ctx(c), row)
	if err != nil {
		return err
	}
	all := who[operation]
	return page.Render(c, http.StatusOK, pages.CallersOfOperation(h.teamRequest(c, m), pages.CallersOfOperationProps{
		API: row.API.Name, Slug: row.API.Slug, Version: row.Version.Name, Operation: words(operation),
		Callers:      pages.Callers{Teams: all.Teams, Keys: all.Keys, Rows: callerRows(row, list.Rows)},
		Undocumented: operationCallers(row, models.Undocumented, who[models.Undocumented]),
		Pager:        pager(c, paths.OperationCallers(m.Team.Slug, row.API.Slug, row.Version.Name, operation), list.Next),
	}))
}

// operationWords tells an operation by its identity in the words of the document that callers get now, if it has it.
func (h *Handlers) operationWords(ctx context.Context, row models.APIListing) (func(identity string) pages.CalledOperation, error) {
	o, err := h.outlineOf(ctx, row.Document)
	known := map[string]pages.OperationLink{}
	if o != nil {
		for _, link := range o.order {
			known[match.Operation{Method: link.Method, Path: link.Path}.Identity()] = link
		}
	}
	return func(identity string) pages.CalledOperation {
		called := pages.CalledOperation{Identity: identity}
		if link, ok := known[identity]; ok {
			called.Link = &link
		}
		return called
	}, err
}

// operationCallers are the callers of an operation, of whom the first few are named.
func operationCallers(row models.APIListing, operation string, who models.OperationCallers) *pages.OperationCallers {
	return &pages.OperationCallers{
		Teams: who.Teams, Keys: who.Keys, Calls: who.Calls, Rows: callerRows(row, who.First),
		All: paths.OperationCallers(row.TeamSlug, row.API.Slug, row.Version.Name, operation),
	}
}
