package handlers

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// Call is one call in detail: what happened, and why it cost what it did.
func (h *Handlers) Call(c echo.Context, m models.Membership) error {
	id, err := models.ParseCallID(c.Param("id"))
	if err != nil {
		return models.ErrNotFound
	}
	row, err := h.store.TeamCall(ctx(c), m.Team.ID, id)
	if err != nil {
		return err
	}
	props := pages.CallProps{
		CallRow: h.callRow(row), Version: row.VersionName, Steps: h.callSteps(row),
		BytesIn: row.Call.RequestBytes, BytesOut: row.Call.ResponseBytes, Origin: string(row.Call.Origin),
	}
	props.Same = paths.CallFilter{API: row.APISlug, Key: row.Call.KeyID, Text: searched(row.Call.Method + " " + row.Call.Path)}.Of(paths.Calls(m.Team.Slug))
	props.Credit = h.burnt(row.Call)
	if row.Call.Charge > 0 {
		props.Lines = []pages.ChargeLine{{Label: "1 call at " + h.amount(row.Call.Price).Exact(), Amount: h.amount(row.Call.Charge), Note: chargeNote(row.Call)}}
	} else {
		props.WhyFree = whyFree(row.Call)
	}
	return page.Render(c, http.StatusOK, pages.Call(h.site.Request(c), props))
}

// burnt says which credit paid a call, and what nobody paid.
func (h *Handlers) burnt(call models.Call) string {
	var words string
	switch {
	case call.Charge == 0:
	case call.Promo == call.Charge:
		words = "Paid from promotional credit. "
	case call.Promo == 0:
		words = "Paid from paid credit. "
	default:
		words = h.amount(call.Promo).Exact() + " from promotional credit, " + h.amount(call.Charge-call.Promo).Exact() + " from paid credit. "
	}
	if call.WrittenOff > 0 {
		words += h.amount(call.WrittenOff).Exact() + " more was not charged: the wallet had no more."
	}
	return strings.TrimSpace(words)
}

// callSteps tells a call's life in the order in which it happened.
func (h *Handlers) callSteps(row models.CallListing) []pages.CallStep {
	call := row.Call
	took := h.callRow(row).Took
	steps := []pages.CallStep{{Title: "Came in", Text: cameIn(row), Tone: ui.Neutral}}
	if call.Hold > 0 {
		steps = append(steps, pages.CallStep{Title: "Admitted", Text: h.amount(call.Hold).Exact() + " set aside from the wallet.", Tone: ui.Neutral})
	}
	answer := pages.CallStep{After: took, Title: fmt.Sprintf("Answered %d", call.Status), Tone: ui.Positive}
	if call.Status >= http.StatusBadRequest {
		answer.Tone = ui.Attention
	}
	if call.Origin == models.FromGateway {
		answer.Text = "The gateway chose this status; the service behind it gave no usable answer."
	}
	steps = append(steps, answer)
	if call.Charge > 0 {
		return append(steps, pages.CallStep{After: took, Title: "Charged " + h.amount(call.Charge).Exact(), Text: "Written to the wallet before the last byte went out.", Tone: ui.Positive})
	}
	return append(steps, pages.CallStep{After: took, Title: "Nothing charged", Tone: ui.Neutral})
}

// cameIn says with which key a call came, and who sent it if it came from the console.
func cameIn(row models.CallListing) string {
	if row.ConsoleName != "" {
		return "From the console, sent by " + row.ConsoleName + " as the key “" + row.KeyName + "”."
	}
	return "With the key “" + row.KeyName + "”."
}

func chargeNote(call models.Call) string {
	if call.Evidence == models.EvidenceCallerGone {
		return "The caller left before the end; the service had answered with a status that is charged."
	}
	return "The price of the plan when the call was admitted."
}

// whyFree is one sentence about a call that cost nothing.
func whyFree(call models.Call) string {
	switch call.Evidence {
	case models.EvidenceOwn:
		return "Nothing. The team called its own API."
	case models.EvidenceFree:
		return "Nothing. The plan is free."
	case models.EvidenceNoAnswer:
		return "Nothing. The service behind the API gave no answer."
	case models.EvidenceCutShort:
		return "Nothing. The answer broke off before its end."
	case models.EvidenceCallerGone:
		return "Nothing. The caller left, and the service had not answered with a status that is charged."
	}
	return fmt.Sprintf("Nothing. An answer with status %d is not charged.", call.Status)
}
