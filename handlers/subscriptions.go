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

type subscriptionStore interface {
	Subscribe(ctx context.Context, actor models.Actor, teamID, apiID string, choice models.PlanChoice) (models.Subscription, error)
	EndSubscription(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error
	TeamSubscription(ctx context.Context, teamID, subscriptionID string) (models.SubscriptionListing, error)
	TeamSubscriptions(ctx context.Context, teamID string, page models.Page) (models.Paged[models.SubscriptionListing], error)
	SpendByAPI(ctx context.Context, teamID string, since models.Hour) (map[string]models.APISpend, error)
}

// Subscriptions lists what a team is signed up to, with what it spent there this month.
func (h *Handlers) Subscriptions(c echo.Context, m models.Membership) error {
	list, err := h.store.TeamSubscriptions(ctx(c), m.Team.ID, asked(c))
	if err != nil {
		return err
	}
	spend, err := h.spentThisMonth(c, m)
	if err != nil {
		return err
	}
	planIDs := make([]string, len(list.Rows))
	for i, s := range list.Rows {
		planIDs[i] = s.Subscription.PlanID
	}
	terms, err := h.store.TermsInEffect(ctx(c), planIDs...)
	if err != nil {
		return err
	}
	props := pages.SubscriptionsProps{Pager: pager(c, paths.Subscriptions(m.Team.Slug), list.Next)}
	for _, s := range list.Rows {
		props.Subscriptions = append(props.Subscriptions, pages.SubscriptionRow{
			ID: s.Subscription.ID, API: s.APIName, APISlug: s.APISlug, Version: s.VersionName, APIState: string(s.VersionState),
			State: string(s.Subscription.State), Over: s.Subscription.State.Over(), Plan: s.PlanName, Terms: h.terms(terms[s.Subscription.PlanID]), Since: s.Subscription.CreatedAt,
			Spent: h.amount(spend[s.Subscription.APIID].Amount), Said: s.Latest.Comment, Provider: s.OwnerName,
		})
	}
	return page.Render(c, http.StatusOK, pages.Subscriptions(h.site.Request(c), props))
}

func (h *Handlers) spentThisMonth(c echo.Context, m models.Membership) (map[string]models.APISpend, error) {
	return h.store.SpendByAPI(ctx(c), m.Team.ID, models.HourOf(monthStart(h.Clock.Now())))
}
