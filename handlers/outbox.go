package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type outboxStore interface {
	Mails(ctx context.Context, page models.Page) (models.Paged[models.MailListing], error)
	CountFailedMails(ctx context.Context) (int64, error)
	RetryMail(ctx context.Context, actor models.Actor, id string) error
}

// Outbox shows the mails that were kept or sent: everybody's in the demo, for administrators elsewhere.
func (h *Handlers) Outbox(c echo.Context) error {
	administrator := page.ViewerOf(c).User.Administrator
	if h.Demo == nil && !administrator {
		return models.ErrNotFound
	}
	mails, err := h.store.Mails(ctx(c), asked(c))
	if err != nil {
		return err
	}
	props := pages.OutboxProps{Sends: h.SendsMail, MayRetry: administrator, Pager: pager(c, paths.Outbox, mails.Next)}
	for _, m := range mails.Rows {
		props.Mails = append(props.Mails, outboxMail(m))
	}
	return page.Render(c, http.StatusOK, pages.Outbox(h.site.Request(c), props))
}

func outboxMail(m models.MailListing) pages.OutboxMail {
	row := pages.OutboxMail{ID: m.Mail.ID, To: m.Mail.Recipient, Subject: m.Mail.Subject, Text: m.Mail.Text, At: m.Mail.CreatedAt}
	switch {
	case m.Mail.Kept:
		row.State = pages.MailKept
	case m.State == models.OutboxDone:
		row.State = pages.MailSent
	case m.State == models.OutboxDead:
		row.State, row.Failure = pages.MailFailed, m.Failure
	case m.Attempts == 0:
		row.State = pages.MailSending
	default:
		row.State, row.Failure, row.Attempts = pages.MailWaiting, m.Failure, int64(m.Attempts)
	}
	return row
}

// RetryMail queues a mail again that could not be sent.
func (h *Handlers) RetryMail(c echo.Context) error {
	tone, text := ui.Info, "The mail is queued again. Its state says what comes of it."
	err := h.store.RetryMail(ctx(c), actor(c), c.Param("id"))
	if errors.Is(err, models.ErrNotFound) {
		tone, text, err = ui.Attention, "This mail does not wait to be sent again.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Outbox)
}
