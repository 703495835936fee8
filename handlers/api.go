package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/handlers/markdown"
	"github.com/faregate/faregate/handlers/snippet"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type apiStore interface {
	// CatalogueAPI returns a published API that the viewer may see, or models.ErrNotFound.
	CatalogueAPI(ctx context.Context, viewer models.Viewer, slug string) (models.APIListing, error)
	RunningRelease(ctx context.Context, versionID string) (models.Release, error)
	LiveSubscription(ctx context.Context, teamID, apiID string) (sub models.Subscription, found bool, err error)
	apiHistoryStore
	TeamKeys(ctx context.Context, teamID string, filter models.KeyFilter, page models.Page) (models.Paged[models.Key], error)
}

// API is an API's page in the catalogue.
func (h *Handlers) API(c echo.Context) error {
	row, err := h.store.CatalogueAPI(ctx(c), page.ViewerOf(c).Reader(), c.Param("slug"))
	if err != nil {
		return err
	}
	return h.apiPage(c, http.StatusOK, row, nil)
}

// APIVersion is the page of one of its versions.
func (h *Handlers) APIVersion(c echo.Context) error {
	row, err := h.store.CatalogueVersion(ctx(c), page.ViewerOf(c).Reader(), c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.apiPage(c, http.StatusOK, row, nil)
}

func (h *Handlers) apiPage(c echo.Context, status int, row models.APIListing, errors ui.Errors) error {
	release, err := h.store.RunningRelease(ctx(c), row.Version.ID)
	if err != nil {
		return err
	}
	plans, err := h.store.APIPlans(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	access, own, err := h.access(c, row)
	if err != nil {
		return err
	}
	access.Errors = errors
	end, err := h.lifecycle(c, row)
	if err != nil {
		return err
	}
	props := pages.APIProps{
		APICard: h.card(row), About: ui.HTML(markdown.Page(row.API.Description, 3)), Logo: row.API.Logo, Category: row.CategoryName, Tags: row.API.Tags,
		PublishedAt: timeOr(release.PublishedAt), ExamplePath: row.API.ExamplePath, Plans: h.planOffers(plans, own), Access: access, End: end,
		Document: release.Document != "", Support: pages.APISupport{Email: row.API.SupportEmail, URL: row.API.SupportURL},
		Samples: samples(snippet.In(snippet.Request{
			Method: http.MethodGet, URL: paths.Absolute(h.PublicURL, paths.Invoke(row.API.Slug, row.Version.Name, row.API.ExamplePath)),
		})),
	}
	if err := h.addHistory(ctx(c), row, &props); err != nil {
		return err
	}
	if row.API.Visibility == models.Public {
		props.Feed = paths.APIFeed(row.API.Slug)
	}
	if v := page.ViewerOf(c); v.SignedIn() {
		favourites, err := h.store.Favourites(ctx(c), v.User.ID)
		if err != nil {
			return err
		}
		props.Favourite = slices.Contains(favourites, row.API.ID)
	}
	if len(errors) > 0 {
		typedChoice(c, props.Plans)
	}
	if access.Kind == pages.AccessSubscribe && !props.TakesSubscribers() {
		props.Access.Kind = pages.AccessNoPlan
	}
	return page.Render(c, status, pages.API(h.site.Request(c), props))
}

// access is what the viewer's team can do with the API now, and the plan that it has, "" for none. The gateway's own decision
// about the call that the page gives as an example says so, asked with a key that has nothing wrong with it.
func (h *Handlers) access(c echo.Context, row models.APIListing) (access pages.Access, planID string, err error) {
	v := page.ViewerOf(c)
	switch {
	case !v.SignedIn():
		return pages.Access{Kind: visitorAccess(row)}, "", nil
	case !v.HasTeam():
		return pages.Access{Kind: pages.AccessNoTeam}, "", nil
	}
	team := v.Current.Team
	sub, terms, err := h.teamTerms(ctx(c), team.ID, row)
	if err != nil {
		return access, "", err
	}
	funds, err := h.Funds(ctx(c), team.ID)
	if err != nil {
		return access, "", err
	}
	price := terms.PriceOf(http.MethodGet, row.API.ExamplePath)
	decision := billing.Decide(&billing.Case{
		Now: h.Clock.Now(), Key: billing.KeyTerms{TeamID: team.ID, State: models.KeyActive}, Team: billing.TeamTerms{Suspended: team.Suspended},
		Version: versionTerms(row), Subscription: subscriptionTerms(sub), Price: price, Funds: funds,
	})
	access = pages.Access{
		Kind: accessKind(decision, row, v.Current.Role), SubscriptionID: sub.ID, Since: sub.CreatedAt,
		Example: h.amount(price), Available: h.amount(funds.Available()),
		PausedByTeam: sub.PausedBy(models.SubscriberSide), PauseReason: sub.PauseReason,
	}
	if access.Kind == pages.AccessReady {
		access.Key, err = h.anyKey(c, team.ID)
	}
	return access, sub.PlanID, err
}

// visitorAccess is for those who are not signed in: they can begin, unless nobody can.
func visitorAccess(row models.APIListing) pages.AccessKind {
	if row.Version.State != models.Published || row.Version.Blocked {
		return pages.AccessClosed
	}
	return pages.AccessSignIn
}

// accessKind puts the gateway's decision into the words of the page.
func accessKind(d billing.Decision, row models.APIListing, role models.Role) pages.AccessKind {
	if d.Own {
		return pages.AccessOwner
	}
	switch d.Code {
	case "":
		return pages.AccessReady
	case problem.InsufficientCredits, problem.CreditsHeld:
		return pages.AccessTopUp
	case problem.SubscriptionPending:
		return pages.AccessAwaiting
	case problem.SubscriptionPaused:
		return pages.AccessPaused
	case problem.TeamSuspended:
		return pages.AccessSuspended
	case problem.SubscriptionRequired:
		switch {
		case row.Version.State != models.Published:
			return pages.AccessClosed
		case !role.May(models.MaySubscribe):
			return pages.AccessNotYours
		}
		return pages.AccessSubscribe
	}
	return pages.AccessClosed
}

// anyKey is the hint of one of the team's active keys, "" if it has none among its latest.
func (h *Handlers) anyKey(c echo.Context, teamID string) (string, error) {
	keys, err := h.store.TeamKeys(ctx(c), teamID, models.KeyFilter{}, models.Page{})
	if err != nil {
		return "", err
	}
	now := h.Clock.Now()
	for _, k := range keys.Rows {
		if k.StateAt(now).Works() {
			return k.Hint, nil
		}
	}
	return "", nil
}

// versionTerms is what the decision needs to know of the API.
func versionTerms(row models.APIListing) billing.VersionTerms {
	return billing.VersionTerms{
		APIID: row.API.ID, VersionID: row.Version.ID, ReleaseID: row.Version.RunningReleaseID, OwnerTeamID: row.API.TeamID,
		Visibility: row.API.Visibility, SharedWith: row.SharedWith, State: row.Version.State, Blocked: row.Version.Blocked,
	}
}

// subscriptionTerms is what the decision needs to know of a subscription; the zero value of one that is not there.
func subscriptionTerms(sub models.Subscription) billing.SubscriptionTerms {
	return billing.SubscriptionTerms{ID: sub.ID, PlanID: sub.PlanID, State: sub.State, EndsAt: timeOr(sub.EndsAt)}
}
