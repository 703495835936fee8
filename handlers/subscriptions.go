package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type subscriptionStore interface {
	Subscribe(ctx context.Context, actor models.Actor, teamID, apiID string, choice models.PlanChoice) (models.Subscription, error)
	// WithdrawRequest is models.ErrConflict if it waits for no answer any more.
	WithdrawRequest(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error
	EndSubscription(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error
	TeamSubscription(ctx context.Context, teamID, subscriptionID string) (models.SubscriptionListing, error)
	TeamSubscriptions(ctx context.Context, teamID string, page models.Page) (models.Paged[models.SubscriptionListing], error)
	PauseSubscription(ctx context.Context, actor models.Actor, side models.Side, teamID, subscriptionID, reason string) error
	ResumeSubscription(ctx context.Context, actor models.Actor, side models.Side, teamID, subscriptionID string) error
	SetSubscriptionEnd(ctx context.Context, actor models.Actor, teamID, subscriptionID string, at *time.Time) error
	ChangePlan(ctx context.Context, actor models.Actor, teamID, subscriptionID string, change models.PlanChange) (models.PlanChanged, error)
	WithdrawPlanChange(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error
	KeysCalling(ctx context.Context, teamID, apiID string, since time.Time, limit int) ([]models.KeyCalls, error)
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
	now, planIDs := h.Clock.Now(), make([]string, len(list.Rows))
	for i, s := range list.Rows {
		planIDs[i] = s.Subscription.PlanAt(now)
	}
	terms, err := h.store.TermsInEffect(ctx(c), planIDs...)
	if err != nil {
		return err
	}
	ending, err := h.affected(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	props := pages.SubscriptionsProps{Affected: ending, Pager: pager(c, paths.Subscriptions(m.Team.Slug), list.Next)}
	for i, s := range list.Rows {
		row := h.subscriptionRow(s)
		row.Terms, row.Spent = h.terms(terms[planIDs[i]]), h.amount(spend[s.Subscription.APIID].Amount)
		props.Subscriptions = append(props.Subscriptions, row)
	}
	return page.Render(c, http.StatusOK, pages.Subscriptions(h.site.Request(c), props))
}

func (h *Handlers) subscriptionRow(s models.SubscriptionListing) pages.SubscriptionRow {
	now, sub := h.Clock.Now(), s.Subscription
	state := sub.StateAt(now)
	row := pages.SubscriptionRow{
		ID: sub.ID, API: s.APIName, APISlug: s.APISlug, Version: s.VersionName, APIState: string(s.VersionState), Provider: s.OwnerName,
		State: string(state), Over: state.Over(), Plan: s.PlanName, Since: sub.CreatedAt, Ends: timeOr(sub.EndsAt), Said: s.Latest.Comment,
		PausedByProvider: sub.PausedBy(models.ProviderSide), PauseReason: sub.PauseReason, PausedByTeam: sub.PausedBy(models.SubscriberSide),
		MayPause: sub.Allows(models.ActPause, models.SubscriberSide, now), MayResume: sub.Allows(models.ActResume, models.SubscriberSide, now),
		MayEnd: sub.Allows(models.ActEnd, models.SubscriberSide, now), MayWithdraw: sub.Allows(models.ActWithdraw, models.SubscriberSide, now),
	}
	if state.Over() {
		return row
	}
	if at := sub.ChangesAt(now); at != nil {
		row.NextPlan, row.NextAt = s.NextPlanName, *at
	} else if s.Latest.ForPlan && s.Latest.State == models.RequestWaiting {
		row.NextPlan = s.Latest.PlanName
	}
	row.MayChange = row.NextPlan == "" && sub.Allows(models.ActChangePlan, models.SubscriberSide, now)
	return row
}

func (h *Handlers) spentThisMonth(c echo.Context, m models.Membership) (map[string]models.APISpend, error) {
	return h.store.SpendByAPI(ctx(c), m.Team.ID, models.HourOf(monthStart(h.Clock.Now())))
}
