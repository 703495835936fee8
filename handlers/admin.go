package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

type proofStore interface {
	// LastProof is models.ErrNotFound before the first.
	LastProof(ctx context.Context) (models.Proof, error)
	TeamsByID(ctx context.Context, ids []string) (map[string]models.Team, error)
	CountUnconfirmed(ctx context.Context) (int64, error)
}

// Admin is where administrators begin: what needs their attention.
func (h *Handlers) Admin(c echo.Context) error {
	unconfirmed, err := h.store.CountUnconfirmed(ctx(c))
	if err != nil {
		return err
	}
	proof, err := h.store.LastProof(ctx(c))
	proven := err == nil
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	failed, err := h.store.CountFailedMails(ctx(c))
	if err != nil {
		return err
	}
	requests, askedAt, err := h.store.CountAllRequests(ctx(c))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Admin(h.site.Request(c), pages.AdminProps{
		Proven: proven, ProvenAt: proof.At, Findings: int64(len(proof.Findings) + proof.Left), Unconfirmed: unconfirmed, FailedMails: failed, Requests: requests, AskedAt: askedAt,
	}))
}
