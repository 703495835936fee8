package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

type auditStore interface {
	TeamAudit(ctx context.Context, teamID string, filter models.AuditFilter, page models.Page) (models.Paged[models.AuditListing], error)
}

const tagAudit = "Audit log"

// AuditEntry is who did what to what.
type AuditEntry struct {
	ID        string               `json:"id"`
	At        time.Time            `json:"at"`
	By        AuditActor           `json:"by"`
	Action    string               `json:"action" example:"key.revoked"`
	What      string               `json:"what" doc:"The same in plain words." example:"revoked a key"`
	Object    AuditObject          `json:"object"`
	Details   string               `json:"details"`
	Changes   []models.AuditChange `json:"changes" nullable:"false"`
	Address   string               `json:"address" doc:"Of the network that it came from; empty for the portal's own work and for its operators."`
	RequestID string               `json:"request_id"`
}

// AuditActor is who did something.
type AuditActor struct {
	Kind  string `json:"kind" enum:"user,token,operator,system" doc:"A user, a token of the team, an administrator of this portal whose name is not told, or the portal itself."`
	User  string `json:"user" doc:"The user's id."`
	Name  string `json:"name" doc:"The user's."`
	Email string `json:"email" doc:"The user's."`
	Token string `json:"token" doc:"The id of the API token by which it was done; empty if by none."`
}

// AuditObject is what something was done to.
type AuditObject struct {
	ID   string `json:"id"`
	Name string `json:"name" doc:"Empty if it has none any more."`
}

func auditEntry(l models.AuditListing) AuditEntry {
	e := l.Entry
	shown := AuditEntry{
		ID: e.ID, At: e.CreatedAt, By: AuditActor{"user", e.UserID, l.UserName, l.UserEmail, e.TokenID}, Action: string(e.Action), What: e.Action.Words(),
		Object: AuditObject{e.Subject, l.Subject.Name}, Details: e.Details, Changes: append([]models.AuditChange{}, e.Changes...),
		Address: e.Address, RequestID: e.RequestID,
	}
	switch {
	case l.Operator:
		shown.By.Kind = "operator"
	case e.UserID == "" && e.TokenID != "":
		shown.By.Kind = "token"
	case e.UserID == "":
		shown.By.Kind = "system"
	}
	return shown
}

type auditPage struct {
	InTeam
	Paging
	By     string    `query:"by" maxLength:"254" doc:"Only what this user did, by id or address; or this token, by id; or the portal itself: “system”."`
	About  string    `query:"about" maxLength:"60" doc:"Only what was done to things of this kind: the part of the action before the point." example:"key"`
	Object string    `query:"object" maxLength:"60" doc:"Only what was done to the thing with this id."`
	From   time.Time `query:"from" doc:"Only what was done from then on."`
	To     time.Time `query:"to" doc:"Only what was done before then."`
}

var listAudit = operation[auditPage, listed[AuditEntry]]{
	id: "list-audit", tag: tagAudit, summary: "List who did what",
	description: "In the team, the newest first. What administrators of this portal did is told without who that was and from where.",
	do: func(ctx context.Context, c *call, in *auditPage) (*listed[AuditEntry], error) {
		filter := models.AuditFilter{Person: in.By, Noun: in.About, Subject: in.Object, From: in.From.UTC(), To: in.To.UTC()}
		rows, err := c.api.store.TeamAudit(ctx, c.team.ID, filter, in.page())
		return list(c, rows, auditEntry), err
	},
}
