package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// subscriberCase is one subscription to one of a team's APIs.
type subscriberCase struct {
	api models.APIListing
	row models.Subscriber
}

func (h *Handlers) subscriberCase(c echo.Context, m models.Membership) (s subscriberCase, err error) {
	if s.api, err = h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug")); err != nil {
		return s, err
	}
	s.row, err = h.store.APISubscriber(ctx(c), s.api.API.ID, c.Param("subscription"))
	return s, err
}

// Subscriber is one subscription as the provider sees it, with what the provider may do.
func (h *Handlers) Subscriber(c echo.Context, m models.Membership) error {
	s, err := h.subscriberCase(c, m)
	if err != nil {
		return err
	}
	return h.subscriberPage(c, http.StatusOK, m, s, pages.SubscriberForm{EndsAt: endInput(s.row.Subscription.EndsAt, zoneOf(h.teamRequest(c, m)))})
}

// PauseSubscriber stops the calls of a subscription until the provider resumes it.
func (h *Handlers) PauseSubscriber(c echo.Context, m models.Membership) error {
	s, err := h.subscriberCase(c, m)
	if err != nil {
		return err
	}
	reason, wrong := models.CheckPauseReason(c.FormValue("reason"))
	if wrong != nil {
		return h.subscriberPage(c, http.StatusUnprocessableEntity, m, s, pages.SubscriberForm{
			Reason: c.FormValue("reason"), EndsAt: endInput(s.row.Subscription.EndsAt, zoneOf(h.teamRequest(c, m))), Errors: ui.Errors{"reason": wrong.Error()},
		})
	}
	err = h.store.PauseSubscription(ctx(c), actor(c), models.ProviderSide, m.Team.ID, s.row.Subscription.ID, reason)
	return h.subscriberDone(c, m, s, err, "Paused. Calls of "+s.row.TeamName+" get 403 until you resume it, and they read why.")
}

// ResumeSubscriber takes the provider's pause back.
func (h *Handlers) ResumeSubscriber(c echo.Context, m models.Membership) error {
	s, err := h.subscriberCase(c, m)
	if err != nil {
		return err
	}
	said := "Resumed. " + s.row.TeamName + " can call again."
	if s.row.Subscription.PausedBy(models.SubscriberSide) {
		said = "Your pause is taken back. " + s.row.TeamName + " has paused the subscription too, and resumes it itself."
	}
	err = h.store.ResumeSubscription(ctx(c), actor(c), models.ProviderSide, m.Team.ID, s.row.Subscription.ID)
	return h.subscriberDone(c, m, s, err, said)
}

// SetSubscriberEnd sets when a subscription ends by itself, or that it does not.
func (h *Handlers) SetSubscriberEnd(c echo.Context, m models.Membership) error {
	s, err := h.subscriberCase(c, m)
	if err != nil {
		return err
	}
	zone, err := teamZone(m.Team)
	if err != nil {
		return err
	}
	at, err := comingTime(c.FormValue("ends_at"), "for no end", h.Clock.Now(), zone)
	if err == nil {
		err = h.store.SetSubscriptionEnd(ctx(c), actor(c), m.Team.ID, s.row.Subscription.ID, at)
	}
	if invalid, bad := isInvalid(err); bad {
		return h.subscriberPage(c, http.StatusUnprocessableEntity, m, s, pages.SubscriberForm{
			EndsAt: c.FormValue("ends_at"), Errors: errorsOf(invalid, "", "ends_at"),
		})
	}
	said := "The subscription holds until somebody ends it."
	if at != nil {
		said = "The subscription ends on " + ui.Clock{Zone: zone}.Exact(*at) + ". " + s.row.TeamName + " is told by mail, now and 7 days before."
	}
	return h.subscriberDone(c, m, s, err, said)
}

// subscriberDone leads back to the subscription and says what was done, or that it cannot be done any more.
func (h *Handlers) subscriberDone(c echo.Context, m models.Membership, s subscriberCase, err error, said string) error {
	tone := ui.Positive
	if errors.Is(err, models.ErrConflict) {
		tone, said, err = ui.Info, "Nothing was changed: the subscription is in another state by now.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Subscriber(m.Team.Slug, s.api.API.Slug, s.row.Subscription.ID))
}

func (h *Handlers) subscriberPage(c echo.Context, status int, m models.Membership, s subscriberCase, form pages.SubscriberForm) error {
	now, sub := h.Clock.Now(), s.row.Subscription
	calls, err := h.store.KeysCalling(ctx(c), sub.TeamID, s.api.API.ID, now.AddDate(0, 0, -models.UseDays), 1000)
	if err != nil {
		return err
	}
	p := pages.SubscriberProps{
		SubscriberForm: form, ID: sub.ID, API: s.api.API.Name, Slug: s.api.API.Slug, Team: s.row.TeamName, Plan: s.row.PlanName, PlanID: sub.PlanAt(now),
		State: string(sub.StateAt(now)), Since: sub.CreatedAt, Ends: timeOr(sub.EndsAt), Why: sub.PauseReason,
		PausedByTeam: sub.PausedBy(models.SubscriberSide),
		MayPause:     sub.Allows(models.ActPause, models.ProviderSide, now), MayResume: sub.Allows(models.ActResume, models.ProviderSide, now),
		MaySetEnd: sub.Allows(models.ActSetEnd, models.ProviderSide, now),
	}
	if at := sub.ChangesAt(now); at != nil {
		p.NextPlan, p.NextAt = s.row.NextPlanName, *at
	}
	for _, k := range calls {
		p.Calls += k.Calls
	}
	return page.Render(c, status, pages.Subscriber(h.teamRequest(c, m), p))
}

// comingTime reads when something shall happen; nil if the field is empty, which means what empty says. The error is a sentence.
func comingTime(text, empty string, now time.Time, zone *time.Location) (*time.Time, error) {
	at, err := laterTime(text, empty, now, zone)
	if err != nil || at.IsZero() {
		return nil, err
	}
	return &at, nil
}

// endInput is an end as it stands in its field.
func endInput(at *time.Time, zone *time.Location) string {
	if at == nil {
		return ""
	}
	return at.In(zone).Format(localTime)
}

// timeOr is the instant, or the zero value of none.
func timeOr(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return *at
}
