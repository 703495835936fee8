package store

import (
	"time"

	"github.com/faregate/faregate/models"
)

// noticeOfRequest promises the mails about a request: to those of the provider's team who may answer it, or to who asked:
// if that was a token of the team, to those of its people who may subscribe. endsAt is that of what was
// approved.
func (t *txn) noticeOfRequest(notice models.SubscriptionNotice, q models.Request, endsAt *time.Time) error {
	p, asker, err := t.requestFacts(notice, q)
	if err != nil {
		return err
	}
	p.EndsAt = endsAt
	people := []models.User{asker}
	switch {
	case notice == models.NoticeRequested:
		people, err = t.membersWho(q.ProviderID, models.MayPublish)
	case q.AskedBy == "":
		people, err = t.membersWho(q.TeamID, models.MaySubscribe)
	}
	if err != nil {
		return err
	}
	return t.notice(q.ID, p, people...)
}

// remind promises the mails about a request once more, to those who may answer it. models.ErrNobodyDecides if there is nobody.
func (t *txn) remind(q models.Request) error {
	p, _, err := t.requestFacts(models.NoticeReminded, q)
	if err != nil {
		return err
	}
	p.AskedAt = &q.CreatedAt
	people, err := t.membersWho(q.ProviderID, models.MayPublish)
	if err == nil && len(people) == 0 {
		err = models.ErrNobodyDecides
	}
	if err != nil {
		return err
	}
	return t.notice(q.ID+":"+models.NewID(models.KindMessage), p, people...)
}

// requestFacts is what mails about a request say, and who asked.
func (t *txn) requestFacts(notice models.SubscriptionNotice, q models.Request) (p models.SubscriptionNoticePayload, asker models.User, err error) {
	if p, err = t.noticeFacts(q.TeamID, q.APIID, q.PlanID, q.FromPlanID); err != nil {
		return p, asker, err
	}
	p.Notice, p.RequestID, p.Question, p.Answer, p.Said = notice, q.ID, q.Question, q.Answer, q.Comment
	asker, err = t.userNamed(q.AskedBy)
	if p.ByName = asker.Name; q.AskedBy == "" {
		p.ByName = models.TeamTokenName
	}
	return p, asker, err
}

// noticeOfSubscription promises the mails to those of a subscriber's people who may subscribe.
func (t *txn) noticeOfSubscription(notice models.SubscriptionNotice, sub models.Subscription) error {
	p, err := t.noticeFacts(sub.TeamID, sub.APIID, sub.PlanID, "")
	if err != nil {
		return err
	}
	p.Notice, p.Said, p.EndsAt = notice, sub.PauseReason, sub.EndsAt
	people, err := t.membersWho(sub.TeamID, models.MaySubscribe)
	if err != nil {
		return err
	}
	return t.notice(sub.ID+":"+models.NewID(models.KindMessage), p, people...)
}

// notice promises a mail to each of some people, once for what it is about.
func (t *txn) notice(about string, p models.SubscriptionNoticePayload, people ...models.User) error {
	var messages []models.OutboxMessage
	for _, u := range people {
		if u.ID == "" || u.DeletedAt != nil || u.Suspended() {
			continue
		}
		p.Name, p.Email = u.Name, u.Email
		messages = append(messages, models.NewOutboxMessage(models.SubscriptionNews, "subscription:"+string(p.Notice)+":"+about+":"+u.ID, p, t.now))
	}
	if len(messages) == 0 {
		return nil
	}
	return t.Create(&messages).Error
}

// noticeFacts names those who are in a subscription.
func (t *txn) noticeFacts(teamID, apiID, planID, fromPlanID string) (p models.SubscriptionNoticePayload, err error) {
	err = t.Raw(`SELECT t.name AS team_name, t.slug AS team_slug, o.name AS owner_name, o.slug AS owner_slug, a.name AS api_name, a.slug AS api_slug,
			p.name AS plan_name, COALESCE((SELECT name FROM plans WHERE id = ?), '') AS from_plan_name
		FROM teams t JOIN apis a ON a.id = ? JOIN teams o ON o.id = a.team_id JOIN plans p ON p.id = ? WHERE t.id = ?`,
		fromPlanID, apiID, planID, teamID).Take(&p).Error
	return p, err
}

// userNamed is a user, deleted or not; the zero value if there never was one, such as for what the system did.
func (t *txn) userNamed(id string) (u models.User, err error) {
	err = t.Where("id = ?", id).Limit(1).Find(&u).Error
	return u, err
}

// membersWho are the members of a team whose role includes a permission, the strongest roles first, at most
// models.MaxNoticed.
func (t *txn) membersWho(teamID string, may models.Permission) ([]models.User, error) {
	var people []models.User
	err := t.Raw(`SELECT u.* FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.team_id = ? AND m.role IN ? AND u.deleted_at IS NULL AND u.suspended_at IS NULL ORDER BY `+roleRank+`, u.id LIMIT ?`,
		teamID, models.RolesThat(may), models.MaxNoticed).Scan(&people).Error
	return people, err
}
