package jobs

import (
	"context"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// JoinRequests delivers the mails about requests to join a team.
type JoinRequests struct {
	Mailer    Mailer
	PublicURL string
}

// Asked tells somebody who manages the team that somebody asks.
func (j JoinRequests) Asked(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.JoinAskedPayload](message)
	if err != nil {
		return err
	}
	return j.Mailer.post(ctx, message, p.Email, email.JoinAsked{
		Name: p.Name, Team: p.TeamName, AskingName: p.AskingName, AskingEmail: p.AskingEmail, URL: paths.Absolute(j.PublicURL, paths.Members(p.TeamSlug)),
	})
}

// Answered tells whoever asked what the team says.
func (j JoinRequests) Answered(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.JoinAnsweredPayload](message)
	if err != nil {
		return err
	}
	return j.Mailer.post(ctx, message, p.Email, email.JoinAnswered{
		Name: p.Name, Team: p.TeamName, Role: string(p.Role), URL: paths.Absolute(j.PublicURL, paths.Team(p.TeamSlug)),
	})
}
