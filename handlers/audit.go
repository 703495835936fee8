package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type auditStore interface {
	TeamAudit(ctx context.Context, teamID string, filter models.AuditFilter, page models.Page) (models.Paged[models.AuditListing], error)
	Audit(ctx context.Context, filter models.AuditFilter, page models.Page) (models.Paged[models.AuditListing], error)
	RecordExport(ctx context.Context, actor models.Actor, teamID, details string) error
}

// Audit lists who did what in a team, newest first, narrowed to what the address asks for.
func (h *Handlers) Audit(c echo.Context, m models.Membership) error {
	zone, err := teamZone(m.Team)
	if err != nil {
		return err
	}
	filter, shown := auditFilter(c, zone)
	filter.TeamSlug, shown.Team = "", ""
	entries, err := h.store.TeamAudit(ctx(c), m.Team.ID, filter, asked(c))
	if err != nil {
		return err
	}
	members, err := h.store.Members(ctx(c), m.Team.ID, models.Page{Limit: auditPeople})
	if err != nil {
		return err
	}
	list := paths.Audit(m.Team.Slug)
	props := pages.AuditProps{
		Entries: auditRows(entries.Rows, teamLinks(m)), Filter: shown, Nouns: auditNouns(shown.About, false),
		List: list, Export: paths.ExportAudit(m.Team.Slug), Pager: pager(c, shown.Of(list), entries.Next),
	}
	for _, l := range members.Rows {
		props.People = append(props.People, l.Email)
	}
	return page.Render(c, http.StatusOK, pages.Audit(h.teamRequest(c, m), props))
}

// auditPeople is how many of a team's members the filter offers; others are typed.
const auditPeople = 200

// AdminAudit lists who did what in all teams and in none.
func (h *Handlers) AdminAudit(c echo.Context) error {
	filter, shown := auditFilter(c, time.UTC)
	entries, err := h.store.Audit(ctx(c), filter, asked(c))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.AdminAudit(h.site.Request(c), pages.AuditProps{
		Entries: auditRows(entries.Rows, platformLinks), Filter: shown, Nouns: auditNouns(shown.About, true), Platform: true,
		List: paths.AdminAudit, Export: paths.ExportAdminAudit, Pager: pager(c, shown.Of(paths.AdminAudit), entries.Next),
	}))
}

// auditFilter reads the filters of an address or a form and gives them back in their plain form, for the page and its links.
// Whatever is typed for a person or an object narrows the list, if need be to nothing; a day or a group that is none does
// not.
func auditFilter(c echo.Context, zone *time.Location) (filter models.AuditFilter, shown paths.AuditFilter) {
	shown = paths.AuditFilter{
		Team: searched(c.FormValue(paths.QueryTeam)), By: searched(c.FormValue(paths.QueryBy)), Object: searched(c.FormValue(paths.QueryObject)),
	}
	filter = models.AuditFilter{TeamSlug: shown.Team, Person: shown.By, Subject: shown.Object}
	if noun := c.FormValue(paths.QueryAbout); slices.ContainsFunc(models.AuditNouns(), func(n models.AuditNoun) bool { return n.Noun == noun }) {
		filter.Noun, shown.About = noun, noun
	}
	if day, err := time.ParseInLocation(time.DateOnly, c.FormValue(paths.QueryFrom), zone); err == nil {
		filter.From, shown.From = day, day.Format(time.DateOnly)
	}
	if day, err := time.ParseInLocation(time.DateOnly, c.FormValue(paths.QueryTo), zone); err == nil {
		filter.To, shown.To = day.AddDate(0, 0, 1), day.Format(time.DateOnly)
	}
	return filter, shown
}

func auditNouns(chosen string, platform bool) []ui.Choice {
	choices := []ui.Choice{{Label: "Everything", Selected: chosen == ""}}
	for _, n := range models.AuditNouns() {
		if !n.Platform || platform {
			choices = append(choices, ui.Choice{Value: n.Noun, Label: n.Label, Selected: n.Noun == chosen})
		}
	}
	return choices
}

func auditRows(entries []models.AuditListing, href func(models.AuditListing) string) []pages.AuditRow {
	rows := make([]pages.AuditRow, len(entries))
	for i, l := range entries {
		e := l.Entry
		rows[i] = pages.AuditRow{
			At: e.CreatedAt, ByID: e.UserID, ByName: l.UserName, ByEmail: l.UserEmail, Through: l.ImpersonatorName, Operator: l.Operator, Words: e.Action.Words(),
			Team: l.TeamName, TeamSlug: l.TeamSlug, TeamDeleted: l.TeamDeleted,
			Object: e.Subject, ObjectName: l.Subject.Name, ObjectHref: href(l), Details: e.Details, Address: e.Address, RequestID: e.RequestID,
		}
		switch {
		case l.Operator:
		case e.UserID == "" && e.TokenID != "":
			rows[i].ByID, rows[i].ByName = e.TokenID, "Token "+tokenName(l)
		case e.UserID == "":
			rows[i].ByID, rows[i].ByName = models.AuditSystem, "The system"
		case e.TokenID != "":
			rows[i].TokenID, rows[i].Token = e.TokenID, tokenName(l)
		}
		for _, change := range e.Changes {
			rows[i].Changes = append(rows[i].Changes, pages.AuditChange{Field: change.Field, Before: change.Before, After: change.After})
		}
	}
	return rows
}

// tokenName is what the token is called by which something was done, "" if there was none.
func tokenName(l models.AuditListing) string {
	switch {
	case l.Entry.TokenID == "":
		return ""
	case l.TokenName == "":
		return "that is gone" // with its owner's account
	}
	return "“" + l.TokenName + "”"
}

// teamLinks leads from an entry to the page of what it is about, "" where the team has none.
func teamLinks(m models.Membership) func(models.AuditListing) string {
	return func(l models.AuditListing) string {
		id := l.Entry.Subject
		kind, _, _ := strings.Cut(id, "_")
		if call, err := models.ParseCallID(id); err == nil {
			return paths.Call(m.Team.Slug, call.String())
		}
		if !l.Subject.Ours {
			return ""
		}
		switch kind {
		case models.KindTeam:
			return paths.TeamSettings(m.Team.Slug)
		case models.KindKey:
			return paths.EditKey(m.Team.Slug, id)
		case models.KindSubscription:
			return paths.Subscriptions(m.Team.Slug)
		case models.KindTopup:
			return paths.Wallet(m.Team.Slug)
		case models.KindWebhook:
			return paths.Webhook(m.Team.Slug, id)
		case models.KindToken:
			return paths.Tokens(m.Team.Slug)
		case models.KindUser, models.KindInvitation:
			return paths.Members(m.Team.Slug)
		}
		return apiLink(m, kind, l)
	}
}

// apiLink is teamLinks for APIs and what belongs to them; a team that is no provider any more has no such pages.
func apiLink(m models.Membership, kind string, l models.AuditListing) string {
	if !m.Team.Provider {
		return ""
	}
	switch kind {
	case models.KindAPI, models.KindVersion, models.KindCredential:
		return paths.Studio(m.Team.Slug, l.Subject.Slug)
	case models.KindPlan:
		return paths.Plan(m.Team.Slug, l.Subject.Slug, l.Entry.Subject)
	}
	return ""
}

// platformLinks is teamLinks for administrators, who have no pages of a team's own things.
func platformLinks(l models.AuditListing) string {
	switch {
	case l.Subject.Name == "":
	case models.IsID(models.KindTeam, l.Entry.Subject):
		return paths.SearchTeams(l.Subject.Name)
	case models.IsID(models.KindUser, l.Entry.Subject):
		return paths.AdminUser(l.Entry.Subject)
	}
	return ""
}
