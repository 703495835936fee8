package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type outboxStore interface {
	Mails(ctx context.Context, page models.Page) (models.Paged[models.Mail], error)
}

// Outbox shows the mails that were kept: everybody's in the demo, for administrators elsewhere.
func (h *Handlers) Outbox(c echo.Context) error {
	if h.Demo == nil && !page.ViewerOf(c).User.Administrator {
		return models.ErrNotFound
	}
	mails, err := h.store.Mails(ctx(c), asked(c))
	if err != nil {
		return err
	}
	props := pages.OutboxProps{Pager: pager(c, paths.Outbox, mails.Next)}
	for _, m := range mails.Rows {
		props.Mails = append(props.Mails, pages.OutboxMail{
			ID: m.ID, To: m.Recipient, Subject: m.Subject, Text: m.Text, State: "kept", At: m.CreatedAt,
		})
	}
	return page.Render(c, http.StatusOK, pages.Outbox(h.site.Request(c), props))
}
