package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type personalDataStore interface {
	PersonalData(ctx context.Context, userID string) (models.PersonalData, error)
	UserRemains(ctx context.Context, userID string) (models.UserRemains, error)
	DeleteUser(ctx context.Context, actor models.Actor) error
}

// PersonalData sends the viewer a copy of what the portal keeps about them: one JSON document, whose last part, what they did,
// is read and sent page by page. A failure on the way cuts the answer, so that half a document does not pass for a whole one.
func (h *Handlers) PersonalData(c echo.Context) error {
	user := page.ViewerOf(c).User
	data, err := h.store.PersonalData(ctx(c), user.ID)
	if err != nil {
		return err
	}
	head, err := json.Marshal(data)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "application/json; charset=utf-8")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="faregate-`+user.ID+`.json"`)
	header.Set(echo.HeaderCacheControl, "no-store")
	c.Response().WriteHeader(http.StatusOK)
	if err := h.sendActs(c, user.ID, head[:len(head)-1]); err != nil {
		h.Log.WarnContext(ctx(c), "a copy of personal data was cut", "err", err, "request_id", page.MetaOf(c).RequestID)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// sendActs writes the document: its head without the closing brace, then what the user did, newest first.
func (h *Handlers) sendActs(c echo.Context, userID string, head []byte) error {
	out := c.Response()
	if _, err := out.Write(append(head, `,"acts":[`...)); err != nil {
		return err
	}
	between, at := "\n", models.Page{Limit: exportPage}
	for {
		acts, err := h.store.Audit(ctx(c), models.AuditFilter{Person: userID}, at)
		if err != nil {
			return err
		}
		for _, l := range acts.Rows {
			if l.Entry.ImpersonatorID != "" {
				l.Entry.Address = "" // the administrator's
			}
			record, err := json.Marshal(recordOf(l))
			if err != nil {
				return err
			}
			if _, err := out.Write(append([]byte(between), record...)); err != nil {
				return err
			}
			between = ",\n"
		}
		out.Flush()
		if at.After = acts.Next; at.After == "" {
			_, err := io.WriteString(out, "\n]}\n")
			return err
		}
	}
}

// ShowDeleteAccount says what deleting one's account means and what is in the way, and asks.
func (h *Handlers) ShowDeleteAccount(c echo.Context) error {
	return h.askToDeleteAccount(c, http.StatusOK, pages.DeleteAccountProps{})
}

// DeleteAccount ends the viewer's account for good once their address was typed.
func (h *Handlers) DeleteAccount(c echo.Context) error {
	user := page.ViewerOf(c).User
	form := pages.DeleteAccountProps{Confirm: c.FormValue("confirm")}
	if models.NormalizeEmail(form.Confirm) != user.Email {
		form.Errors = ui.Errors{"confirm": "This is not your address. Type " + user.Email + "."}
		return h.askToDeleteAccount(c, http.StatusUnprocessableEntity, form)
	}
	err := h.store.DeleteUser(ctx(c), actor(c))
	if errors.Is(err, models.ErrConflict) {
		return h.askToDeleteAccount(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	if err := h.site.SignOut(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.AccountDeleted)
}

// AccountDeleted is what is left to say.
func (h *Handlers) AccountDeleted(c echo.Context) error {
	return page.Render(c, http.StatusOK, pages.AccountDeleted(h.site.Request(c)))
}

func (h *Handlers) askToDeleteAccount(c echo.Context, status int, form pages.DeleteAccountProps) error {
	user := page.ViewerOf(c).User
	left, err := h.store.UserRemains(ctx(c), user.ID)
	if err != nil {
		return err
	}
	form.Email, form.Teams, form.Keys, form.LastAdministrator = user.Email, left.Teams, left.Keys, left.LastAdministrator
	for _, t := range left.OnlyOwnerOf {
		form.OnlyOwnerOf = append(form.OnlyOwnerOf, pages.TeamRef{Slug: t.Slug, Name: t.Name})
	}
	return page.Render(c, status, pages.DeleteAccount(h.site.Request(c), form))
}
