package gateway

import (
	"errors"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// outcome is how a call ended.
type outcome struct {
	status   int // what the caller got
	origin   models.Origin
	bytes    int64 // of the answer's body
	evidence models.Evidence
}

// settle ends the call's hold, commits its row and returns what it cost. After nil the charge is durable and the answer may
// be completed; after errCut or billing.ErrUnsettled nothing was charged and it may not. A call that costs nothing needs no
// commit: when the books cannot be written, its row is lost and it goes on.
func (c *call) settle(o outcome) (models.Nano, error) {
	if !c.fate.settle() {
		c.hold.Release()
		return 0, errCut
	}
	row := c.row(o)
	charge := row.Charge
	if charge == 0 && !c.g.Settler.Healthy() {
		c.hold.Release()
		c.note(o, 0)
		return 0, nil
	}
	err := c.g.Settler.Settle(row, c.hold)
	if err != nil && charge > 0 {
		return 0, err
	}
	charge = row.Charge
	c.committed = err == nil
	c.note(o, charge)
	return charge, nil
}

// note counts and logs a call that its upstream has answered; a refusal is noted where it is written.
func (c *call) note(o outcome, charge models.Nano) {
	if o.origin == models.FromUpstream {
		c.g.stats.answered(o.status, charge, c.decision.Own)
		c.log(o.status, "", charge)
	}
}

// handedOver says that the whole answer was handed to the kernel.
func (c *call) handedOver() {
	if c.committed {
		c.delivered = true
		c.g.Settler.Delivered(c.id)
	}
}

// charge is what an answer costs, whether it counts for the quota, and what that is judged by.
func (c *call) charge(status int, evidence models.Evidence) (cost models.Nano, counts bool, why models.Evidence) {
	if c.decision.Own {
		return 0, false, models.EvidenceOwn
	}
	counts = evidence != models.EvidenceCutShort && evidence != models.EvidenceNoAnswer && c.plan.ChargeOn.Charges(status)
	switch {
	case c.decision.Price == 0:
		return 0, counts, models.EvidenceFree
	case !counts:
		return 0, false, evidence
	}
	return c.decision.Price, true, evidence
}

func (c *call) row(o outcome) *models.Call {
	terms := c.route.Terms
	charge, counts, evidence := c.charge(o.status, o.evidence)
	row := &models.Call{
		ID: c.id, TeamID: c.key.TeamID, APIID: terms.APIID, VersionID: terms.VersionID, ReleaseID: terms.ReleaseID,
		SubscriptionID: c.subscription.ID, KeyID: c.key.ID, ConsoleUserID: c.consoleUser(),
		Method: c.r.Method, Path: shorten(c.target.rest, models.MaxCallPath), Status: o.status, Origin: o.origin,
		Price: c.decision.Price, Hold: c.decision.Hold, Charge: charge, Evidence: evidence,
		RequestBytes: c.requestBytes(), ResponseBytes: o.bytes, DurationMicros: c.watch.Elapsed().Microseconds(),
		Windows: models.CallWindows{Counts: counts},
	}
	if c.plan != nil {
		row.PlanID, row.RevisionID = c.plan.PlanID, c.plan.RevisionID
	}
	return row
}

// unsettled refuses a call that could not be settled. Nothing was charged.
func (c *call) unsettled(err error) *refusal {
	if errors.Is(err, errCut) {
		c.hold.Release()
		return &refusal{problem.Draining, "The gateway is shutting down and ended the call before it had its answer. Nothing was charged."}
	}
	return refuse(problem.BillingUnavailable)
}

// shorten cuts text to at most max bytes; paths are escaped, so every byte is a character.
func shorten(text string, max int) string {
	if len(text) > max {
		return text[:max]
	}
	return text
}
