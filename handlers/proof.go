package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// Prover proves the money in the background; jobs.Prover is one.
type Prover interface {
	// Start asks for a proof; one that is running will do.
	Start()
	State() models.ProofProgress
}

// Prove starts a proof.
func (h *Handlers) Prove(c echo.Context) error {
	h.Prover.Start()
	return c.Redirect(http.StatusSeeOther, paths.Proof)
}

// Proof shows the last proof, and how far the running one is.
func (h *Handlers) Proof(c echo.Context) error {
	state := h.Prover.State() // before the last proof is read: a page that says "done" has its result
	proof, err := h.store.LastProof(ctx(c))
	made := err == nil
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	unconfirmed, err := h.store.CountUnconfirmed(ctx(c))
	if err != nil {
		return err
	}
	teams, err := h.store.TeamsByID(ctx(c), idsOf(proof.Findings, func(f models.Finding) string { return f.TeamID }))
	if err != nil {
		return err
	}
	props := pages.ProofProps{
		Made: made, At: proof.At, Running: state.Running, Done: state.Done, Steps: models.ProofSteps, Failed: state.Failed,
		Findings: int64(len(proof.Findings) + proof.Left), Left: int64(proof.Left),
		WrittenOff: h.amount(proof.WrittenOff.Amount), WrittenOffCalls: proof.WrittenOff.Calls, LastWriteOff: proof.WrittenOff.Last.Time(),
		Unconfirmed: unconfirmed,
	}
	for _, check := range models.ProofChecks {
		props.Sentences = append(props.Sentences, h.proofSentence(check, made, proof.Of(check), teams))
	}
	props.Sentences = append(props.Sentences, pages.ProofSentence{
		Text: "The ledger equals Stripe.", Note: "Not compared yet: this release does not read Stripe's own account of the money.", Tone: ui.Neutral,
	})
	return page.Render(c, http.StatusOK, pages.Proof(h.site.Request(c), props))
}

// proofTexts are the checks in words, and what is looked at.
var proofTexts = map[models.ProofCheck][2]string{
	models.CheckEntries:   {"The entries of every ledger transaction sum to zero.", "No money appears or vanishes in the ledger."},
	models.CheckWallets:   {"Wallets equal their entries less their open hours.", "Balance and promotional credit, each to the last digit."},
	models.CheckLots:      {"No promotional credit is without its origin.", "What is left of each gift, with its end."},
	models.CheckUsage:     {"Usage hours equal the calls they sum up.", "What was charged and what was written off, by team, API and hour."},
	models.CheckHours:     {"Every charged call stands in an hour.", "No call was charged without being counted for the ledger."},
	models.CheckBudgets:   {"What budgets count equals the calls.", "The total of every team and every key."},
	models.CheckQuotas:    {"No quota counts more calls than were made.", "The running period of every subscription with a quota."},
	models.CheckWriteOffs: {"What was written off is in the ledger.", "The closed hours and the account expense:writeoff."},
}

func (h *Handlers) proofSentence(check models.ProofCheck, made bool, findings []models.Finding, teams map[string]models.Team) pages.ProofSentence {
	s := pages.ProofSentence{Text: proofTexts[check][0], Note: proofTexts[check][1], Tone: ui.Neutral}
	switch {
	case len(findings) > 0:
		s.Tone = ui.Danger
	case made:
		s.Tone = ui.Positive
	}
	for _, f := range findings {
		s.Findings = append(s.Findings, pages.ProofFinding{
			Team: teams[f.TeamID].Name, TeamSlug: teams[f.TeamID].Slug, Subject: f.Subject, Amount: h.amount(f.Amount), Calls: f.Calls,
		})
	}
	return s
}
