package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

// ShowChangePlan offers the other plans of an API to a team that is subscribed to it.
func (h *Handlers) ShowChangePlan(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	return h.changePlanPage(c, http.StatusOK, sub, nil)
}

// ChangePlan changes the plan now or at the end of the quota's period, or asks for one that is approved by hand.
func (h *Handlers) ChangePlan(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	if wait := h.MayAsk(actor(c)); wait > 0 {
		return h.tooMany(c, "You have asked for too many things in a row, of which others get mails.", wait)
	}
	planID := c.FormValue("plan")
	done, err := h.store.ChangePlan(ctx(c), actor(c), m.Team.ID, sub.Subscription.ID, models.PlanChange{
		PlanChoice: models.PlanChoice{PlanID: planID, Answer: c.FormValue("answer-" + planID)}, AtPeriodEnd: c.FormValue("when") == pages.WhenPeriodEnds,
	})
	if invalid, bad := isInvalid(err); bad {
		return h.changePlanPage(c, http.StatusUnprocessableEntity, sub, errorsOf(invalid, "answer", "answer-"+planID))
	}
	said := "The plan has changed. The next call of " + m.Team.Name + " to " + sub.APIName + " is under it."
	switch {
	case done.Asked:
		said = sub.OwnerName + " is asked for the plan. " + sub.PlanName + " goes on until they answer."
	case done.At != nil:
		said = "The plan changes on " + ui.Clock{Zone: zoneOf(h.teamRequest(c, m))}.Exact(*done.At) + ". " + sub.PlanName + " goes on until then."
	}
	return h.subscriptionDone(c, m, err, said)
}

// WithdrawPlanChange takes back a change of plan that is pending.
func (h *Handlers) WithdrawPlanChange(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	err = h.store.WithdrawPlanChange(ctx(c), actor(c), m.Team.ID, sub.Subscription.ID)
	if errors.Is(err, models.ErrConflict) {
		return h.subscriptionDone(c, m, err, "")
	}
	return h.subscriptionDone(c, m, err, "The change of plan is withdrawn. "+sub.PlanName+" goes on.")
}

func (h *Handlers) changePlanPage(c echo.Context, status int, sub models.SubscriptionListing, errors ui.Errors) error {
	plans, err := h.store.APIPlans(ctx(c), sub.Subscription.APIID)
	if err != nil {
		return err
	}
	own := sub.Subscription.PlanAt(h.Clock.Now())
	p := pages.ChangePlanProps{ID: sub.Subscription.ID, API: sub.APIName, Owner: sub.OwnerName, When: c.FormValue("when"), Errors: errors}
	for _, o := range h.planOffers(plans, own) {
		if o.Own {
			p.Running = o
		} else {
			p.Plans = append(p.Plans, o)
		}
	}
	if len(errors) > 0 {
		typedChoice(c, p.Plans)
	}
	return page.Render(c, status, pages.ChangePlan(h.site.Request(c), p))
}
