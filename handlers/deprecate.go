package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type deprecateStore interface {
	// As with a publish, an error that Config.NotLive knows means: saved, but the gateway has not heard of it yet. It is
	// models.ErrConflict if the act is not possible in the version's state.
	AnnounceDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string, draft models.DeprecationDraft) error
	ChangeDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string, draft models.DeprecationDraft, confirmed bool) error
	UndoDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string) error
	RetireVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error
	BringBackVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error
}

// ShowDeprecate is the form that announces the end of a version, then what it would do to whom; or what was announced.
func (h *Handlers) ShowDeprecate(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	switch {
	case row.Version.Allows(models.ActAnnounce, h.Clock.Now()) && c.QueryParam("step") == "review":
		return h.reviewDeprecation(c, m, row)
	case row.Version.Allows(models.ActAnnounce, h.Clock.Now()):
		return h.deprecateForm(c, http.StatusOK, m, row, typedDeprecation(c))
	case !row.Version.State.Callable() && row.Version.State != models.Retired:
		return models.ErrNotFound // a draft has no end
	}
	return h.deprecatedPage(c, m, row)
}

// Deprecate announces the end of a version and tells its subscribers.
func (h *Handlers) Deprecate(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	form, draft, err := h.deprecationDraft(c, m, row)
	if err == nil {
		err = h.store.AnnounceDeprecation(ctx(c), actor(c), m.Team.ID, row.Version.ID, draft)
	}
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.deprecateForm(c, http.StatusUnprocessableEntity, m, row, form)
	}
	return h.lifecycleDone(c, m, err, "Announced. Subscribers are told, and every answer says so.")
}

// ShowChangeDeprecation is the form with what was announced.
func (h *Handlers) ShowChangeDeprecation(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	form, err := h.announcedEnd(c, m, row)
	if err != nil {
		return err
	}
	return h.changeDeprecationForm(c, http.StatusOK, m, row, form, false)
}

// ChangeDeprecation puts something else in the place of what was announced. What leaves callers less time is asked for once more, with
// their names.
func (h *Handlers) ChangeDeprecation(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	form, draft, err := h.deprecationDraft(c, m, row)
	if err == nil {
		err = h.store.ChangeDeprecation(ctx(c), actor(c), m.Team.ID, row.Version.ID, draft, same(form.Confirm, versionName(row)))
	}
	if errors.Is(err, models.ErrSooner) {
		form.Errors = ui.Errors{"confirm": "Look at who has less time than they were told, and type " + versionName(row) + "."}
		return h.changeDeprecationForm(c, http.StatusUnprocessableEntity, m, row, form, true)
	}
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.changeDeprecationForm(c, http.StatusUnprocessableEntity, m, row, form, false)
	}
	return h.lifecycleDone(c, m, err, "Changed. Subscribers are told.")
}

// teamVersion is the version that the address names.
func (h *Handlers) teamVersion(c echo.Context, m models.Membership) (models.APIListing, error) {
	return h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
}

// versionName is what is typed to confirm that something is done to a version: "quotes v1".
func versionName(row models.APIListing) string { return row.API.Slug + " " + row.Version.Name }

// lifecycleDone leads to what holds now and says what was done, or that it cannot be done any more.
func (h *Handlers) lifecycleDone(c echo.Context, m models.Membership, err error, said string) error {
	tone := ui.Positive
	switch {
	case errors.Is(err, models.ErrConflict):
		tone, said, err = ui.Info, "Nothing was changed: the version is in another state by now.", nil
	case h.NotLive(err):
		tone, said, err = ui.Attention, "Saved, but not live yet: the gateway could not take the change. It is tried again at the next change.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Deprecate(m.Team.Slug, c.Param("slug"), c.Param("version")))
}

// typedDeprecation reads the form, from the body or from the address.
func typedDeprecation(c echo.Context) pages.DeprecationForm {
	return pages.DeprecationForm{
		Successor: c.FormValue("successor"), SuccessorAPI: c.FormValue("successor_api"), Reason: c.FormValue("reason"),
		DeprecatedAt: c.FormValue("deprecated_at"), SunsetAt: c.FormValue("sunset_at"), Confirm: c.FormValue("confirm"),
	}
}

// deprecationDraft makes a draft of what was typed; whether it can be announced is for its Validate and the store to say. The error
// is models.Invalid where it is no draft.
func (h *Handlers) deprecationDraft(c echo.Context, m models.Membership, row models.APIListing) (form pages.DeprecationForm, draft models.DeprecationDraft, err error) {
	form = typedDeprecation(c)
	zone, err := teamZone(m.Team)
	if err != nil {
		return form, draft, err
	}
	bad := models.Invalid{}
	draft.Reason = form.Reason
	draft.DeprecatedAt = announcedTime(form.DeprecatedAt, "to deprecate it at once", zone, bad, "deprecated_at")
	draft.SunsetAt = announcedTime(form.SunsetAt, "for no date yet", zone, bad, "sunset_at")
	name, isVersion := strings.CutPrefix(form.Successor, pages.SuccessorOfVersion)
	switch {
	case isVersion:
		next, err := h.store.TeamVersion(ctx(c), m.Team.ID, row.API.Slug, name)
		if errors.Is(err, models.ErrNotFound) {
			bad.Check(false, "successor", "Choose a version that is there.")
		} else if err != nil {
			return form, draft, err
		}
		draft.SuccessorVersionID = next.Version.ID
	case form.Successor == pages.SuccessorAPI:
		next, err := h.store.CatalogueAPI(ctx(c), page.ViewerOf(c).Reader(), strings.TrimSpace(form.SuccessorAPI))
		if errors.Is(err, models.ErrNotFound) {
			bad.Check(false, "successor_api", "There is no such API that you can see. Check the short name.")
		} else if err != nil {
			return form, draft, err
		}
		draft.SuccessorAPIID = next.API.ID
	case strings.TrimSpace(form.SuccessorAPI) != "":
		bad.Check(false, "successor", "Choose “Another API”, or leave its short name empty.")
	}
	return form, draft, bad.Err()
}

// announcedTime reads one of the two times; whether it may be that is for the draft to say.
func announcedTime(text, empty string, zone *time.Location, bad models.Invalid, field string) time.Time {
	at, err := typedTime(text, empty, zone)
	if err != nil {
		bad.Check(false, field, err.Error())
	}
	return at
}

// announcedEnd is the form with what was announced.
func (h *Handlers) announcedEnd(c echo.Context, m models.Membership, row models.APIListing) (form pages.DeprecationForm, err error) {
	zone, err := teamZone(m.Team)
	if err != nil {
		return form, err
	}
	d := row.Version.Deprecation
	form = pages.DeprecationForm{Reason: d.Reason, DeprecatedAt: endInput(d.DeprecatedAt, zone), SunsetAt: endInput(d.SunsetAt, zone)}
	next, err := h.store.Successor(ctx(c), row.Version.ID)
	switch {
	case next.Version != "":
		form.Successor = pages.SuccessorOfVersion + next.Version
	case next.APISlug != "":
		form.Successor, form.SuccessorAPI = pages.SuccessorAPI, next.APISlug
	}
	return form, err
}

func (h *Handlers) deprecateForm(c echo.Context, status int, m models.Membership, row models.APIListing, form pages.DeprecationForm) error {
	props, err := h.deprecateProps(c, row, form)
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.Deprecate(h.teamRequest(c, m), props))
}

func (h *Handlers) changeDeprecationForm(c echo.Context, status int, m models.Membership, row models.APIListing, form pages.DeprecationForm, sooner bool) error {
	if !row.Version.Allows(models.ActChange, h.Clock.Now()) {
		return h.lifecycleDone(c, m, models.ErrConflict, "")
	}
	props, err := h.deprecateProps(c, row, form)
	if err != nil {
		return err
	}
	props.Change, props.AskSooner = true, sooner
	if sooner {
		if props.Callers, err = h.callers(c, m, row); err != nil {
			return err
		}
	}
	return page.Render(c, status, pages.ChangeDeprecation(h.teamRequest(c, m), props))
}

func (h *Handlers) deprecateProps(c echo.Context, row models.APIListing, form pages.DeprecationForm) (pages.DeprecateProps, error) {
	versions, err := h.store.APIVersions(ctx(c), row.API.ID)
	p := pages.DeprecateProps{
		DeprecationForm: form, API: row.API.Name, Slug: row.API.Slug, Version: row.Version.Name, Deprecated: row.Version.State == models.Deprecated,
		Successors: []ui.Choice{{Value: pages.SuccessorNone, Label: "None", Selected: form.Successor == pages.SuccessorNone}},
	}
	for _, v := range versions {
		if value := pages.SuccessorOfVersion + v.Name; v.ID != row.Version.ID && v.State == models.Published && v.Deprecation.AnnouncedAt == nil {
			p.Successors = append(p.Successors, ui.Choice{Value: value, Label: row.API.Name + " " + v.Name, Selected: form.Successor == value})
		}
	}
	p.Successors = append(p.Successors, ui.Choice{Value: pages.SuccessorAPI, Label: "Another API", Selected: form.Successor == pages.SuccessorAPI})
	return p, err
}

// reviewDeprecation shows who would be affected by what was typed, and what they would read.
func (h *Handlers) reviewDeprecation(c echo.Context, m models.Membership, row models.APIListing) error {
	now := h.Clock.Now()
	form, draft, err := h.deprecationDraft(c, m, row)
	if err == nil {
		err = draft.Validate(row.Version, now)
	}
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.deprecateForm(c, http.StatusUnprocessableEntity, m, row, form)
	}
	if err != nil {
		return err
	}
	_, row.Version.Deprecation = row.Version.After(models.ActAnnounce, draft, now)
	d := row.Version.Deprecation
	next := models.Successor{APIName: row.API.Name, Version: strings.TrimPrefix(form.Successor, pages.SuccessorOfVersion)}
	switch {
	case draft.SuccessorAPIID != "":
		other, err := h.store.CatalogueAPI(ctx(c), page.ViewerOf(c).Reader(), strings.TrimSpace(form.SuccessorAPI))
		if err != nil {
			return err
		}
		next = models.Successor{APIName: other.API.Name}
	case draft.SuccessorVersionID == "":
		next = models.Successor{}
	}
	who, err := h.callers(c, m, row)
	if err != nil {
		return err
	}
	_, all, err := h.store.CountAcknowledged(ctx(c), row.API.ID, row.Version.ID)
	if err != nil {
		return err
	}
	r := h.teamRequest(c, m)
	mail := h.deprecationMail(r.User.Name, m.Team.Name, row, d.Words(next.String(), now))
	query := url.Values{
		"successor": {form.Successor}, "successor_api": {form.SuccessorAPI}, "reason": {form.Reason}, "deprecated_at": {form.DeprecatedAt}, "sunset_at": {form.SunsetAt},
	}
	return page.Render(c, http.StatusOK, pages.DeprecateReview(r, pages.DeprecateReviewProps{
		Form: form, Callers: who, Subscribers: all, Subject: mail.Subject(), Text: mail.Text(),
		Lifecycle: pages.Lifecycle{
			API: row.API.Name, Slug: row.API.Slug, Version: row.Version.Name, State: string(row.Version.State),
			Deprecated: timeOr(d.DeprecatedAt), Sunset: timeOr(d.SunsetAt), Successor: next.String(), Reason: d.Reason,
		},
		Edit: paths.Deprecate(m.Team.Slug, row.API.Slug, row.Version.Name) + "?" + query.Encode(),
	}))
}

// deprecationMail is the mail that subscribers will get, to somebody of this name.
func (h *Handlers) deprecationMail(reader, team string, row models.APIListing, details string) email.Notification {
	event := models.NotificationsOf(models.AuditDeprecationAnnounced)[0]
	return email.Notification{
		Name: reader, Step: event.Step,
		Words: strings.NewReplacer("{actor}", team, "{api}", row.API.Name+" "+row.Version.Name, "{details}", details).Replace(event.Words),
		URL:   paths.Absolute(h.PublicURL, paths.Deprecation(row.API.Slug, row.Version.ID)),
	}
}

func (h *Handlers) deprecatedPage(c echo.Context, m models.Membership, row models.APIListing) error {
	l, err := h.lifecycle(c, row)
	if err != nil {
		return err
	}
	who, err := h.callers(c, m, row)
	if err != nil {
		return err
	}
	read, all, err := h.store.CountAcknowledged(ctx(c), row.API.ID, row.Version.ID)
	if err != nil {
		return err
	}
	now := h.Clock.Now()
	return page.Render(c, http.StatusOK, pages.Deprecated(h.teamRequest(c, m), pages.DeprecatedProps{
		Lifecycle: l, Callers: who, Read: read, Subscribers: all,
		MayChange: row.Version.Allows(models.ActChange, now), MayUndo: row.Version.Allows(models.ActUndo, now),
		MayRetire: row.Version.Allows(models.ActRetire, now), MayBringBack: row.Version.Allows(models.ActBringBack, now),
	}))
}
