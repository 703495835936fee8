package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type correctionStore interface {
	// CorrectBalance books a correction once per key; models.ErrConflict if the key was used before. A debit is below zero.
	CorrectBalance(ctx context.Context, actor models.Actor, teamID, key, reason string, amount models.Nano) (models.Wallet, error)
	CorrectionBooked(ctx context.Context, key string) (bool, error)
}

// ShowCorrection is a team's statement for administrators.
func (h *Handlers) ShowCorrection(c echo.Context) error {
	team, err := h.store.TeamBySlug(ctx(c), c.Param("team"))
	if err != nil {
		return err
	}
	return h.correction(c, http.StatusOK, team, pages.CorrectionProps{Direction: "credit"})
}

// Correct books what the form asks for. The form carries a token that names this one correction, so sending it twice books
// it once.
func (h *Handlers) Correct(c echo.Context) error {
	team, err := h.store.TeamBySlug(ctx(c), c.Param("team"))
	if err != nil {
		return err
	}
	form := pages.CorrectionProps{
		Direction: c.FormValue("direction"), Amount: c.FormValue("amount"), Reason: strings.TrimSpace(c.FormValue("reason")), Token: c.FormValue("token"),
	}
	amount, bad := checkCorrection(form)
	if len(bad) > 0 {
		form.Errors = errorsOf(bad)
		return h.correction(c, http.StatusUnprocessableEntity, team, form)
	}
	switch booked, err := h.book(ctx(c), actor(c), team, form, amount); {
	case errors.Is(err, models.ErrConflict):
		return h.doneWithCorrection(c, team, ui.Info, "This correction was booked already; nothing was moved.")
	case err != nil:
		return err
	case !booked:
		return h.tooMuch(c, team, form)
	}
	text := team.Name + " was given " + h.amount(amount).Exact() + "."
	if form.Direction == "debit" {
		text = h.amount(amount).Exact() + " was taken from " + team.Name + "."
	}
	return h.doneWithCorrection(c, team, ui.Positive, text)
}

func checkCorrection(form pages.CorrectionProps) (models.Nano, models.Invalid) {
	bad := models.Invalid{}
	amount, err := models.ParseNano(form.Amount)
	bad.Check(form.Direction == "credit" || form.Direction == "debit", "direction", "Choose credit or debit.")
	bad.Check(err == nil, "amount", "Write an amount such as 10.00.")
	bad.Check(err != nil || amount > 0 && amount <= maxGrant, "amount", "Move more than nothing, and at most 100,000 at once.")
	bad.Check(form.Reason != "", "reason", "Say why; the team reads it.")
	bad.Check(models.IsLine(form.Reason, 200), "reason", "Use at most 200 characters, on one line.")
	bad.Check(models.IsID(models.KindTransaction, form.Token), "", "The form is out of date. Check it and send it again.")
	return amount, bad
}

// book books a correction; it is false, and nothing is moved, if a debit is more than the team has available. A debit passes
// the same gate as calls, so the money that it takes is not promised to any of them. One is booked at a time, so that a
// double click meets the correction that it repeats and not the money that it holds.
func (h *Handlers) book(ctx context.Context, actor models.Actor, team models.Team, form pages.CorrectionProps, amount models.Nano) (booked bool, err error) {
	ctx = context.WithoutCancel(ctx) // a hang-up in the middle would leave open whether the hold's debit was committed
	h.corrections.Lock()
	defer h.corrections.Unlock()
	if form.Direction == "credit" {
		if _, err = h.store.CorrectBalance(ctx, actor, team.ID, form.Token, form.Reason, amount); err != nil {
			_, err = h.outcome(ctx, team, form.Token, err)
		}
		return err == nil, err
	}
	if before, err := h.store.CorrectionBooked(ctx, form.Token); err != nil || before {
		return false, errors.Join(models.ErrConflict, err)
	}
	hold, ok, err := h.Reserve(ctx, team.ID, amount)
	if err != nil || !ok {
		return false, err
	}
	wallet, err := h.store.CorrectBalance(ctx, actor, team.ID, form.Token, form.Reason, -amount)
	if err != nil {
		wallet, err = h.outcome(ctx, team, form.Token, err)
	}
	switch {
	case err == nil:
		hold.Commit(wallet)
		return true, nil
	case errors.Is(err, errOutcomeUnknown):
		h.Log.Error("a debit's money stays set aside until the next start", "team", team.Slug, "err", err)
	default:
		hold.Release()
	}
	return false, err
}

var errOutcomeUnknown = errors.New("handlers: it is not known whether the correction was booked")

// outcome learns what became of a correction that ended in an error: the wallet if it was booked all the same, the error again
// if it was not, and errOutcomeUnknown beside it if the books do not say.
func (h *Handlers) outcome(ctx context.Context, team models.Team, key string, failed error) (models.Wallet, error) {
	if errors.Is(failed, models.ErrConflict) {
		return models.Wallet{}, failed // it is another that is booked
	}
	booked, err := h.store.CorrectionBooked(ctx, key)
	if err == nil && !booked {
		return models.Wallet{}, failed
	}
	var w models.Wallet
	if err == nil {
		w, err = h.store.Wallet(ctx, team.ID)
	}
	if err != nil {
		return models.Wallet{}, errors.Join(errOutcomeUnknown, failed, err)
	}
	return w, nil
}

// tooMuch says what a debit could take.
func (h *Handlers) tooMuch(c echo.Context, team models.Team, form pages.CorrectionProps) error {
	funds, err := h.Funds(ctx(c), team.ID)
	if err != nil {
		return err
	}
	sentence := team.Name + " has " + h.amount(max(funds.Available(), 0)).Exact() + " available, and a debit takes no more than that."
	if funds.Held > 0 {
		sentence += " " + h.amount(funds.Held).Exact() + " is held for calls in flight."
	}
	form.Errors = ui.Errors{"amount": sentence}
	return h.correction(c, http.StatusUnprocessableEntity, team, form)
}

// correction shows the page; form brings what was typed and what is wrong with it.
func (h *Handlers) correction(c echo.Context, status int, team models.Team, form pages.CorrectionProps) error {
	funds, err := h.Funds(ctx(c), team.ID)
	if err != nil {
		return err
	}
	wallet, err := h.store.Wallet(ctx(c), team.ID)
	if err != nil {
		return err
	}
	lines, next, err := h.statement(c, team.ID, "")
	if err != nil {
		return err
	}
	form.Slug, form.Name, form.Lines, form.Pager = team.Slug, team.Name, lines, pager(c, paths.Correction(team.Slug), next)
	form.Balance, form.Promo, form.Held, form.Available = h.amount(funds.Posted()), h.amount(wallet.Promo), h.amount(funds.Held), h.amount(funds.Available())
	if !models.IsID(models.KindTransaction, form.Token) {
		form.Token = models.NewID(models.KindTransaction)
	}
	return page.Render(c, status, pages.Correction(h.site.Request(c), form))
}

func (h *Handlers) doneWithCorrection(c echo.Context, team models.Team, tone ui.Tone, text string) error {
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Correction(team.Slug))
}
