package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// unread is the number beside somebody's bell.
func (r *rig) unread(who models.Actor) int {
	r.Helper()
	n, err := r.CountUnread(ctx, who.UserID)
	r.must(err)
	return n
}

// listed are somebody's notifications as a filter leaves them, in one string: each by the first letter of its team and its kind.
func (r *rig) listed(who models.Actor, filter models.NotificationFilter) string {
	r.Helper()
	var all []string
	page := models.Page{Limit: 2}
	for {
		list, err := r.Notifications(ctx, who.UserID, filter, page)
		r.must(err)
		for _, l := range list.Rows {
			all = append(all, l.TeamName[:1]+" "+string(l.Notification.Kind))
		}
		if page.After = list.Next; page.After == "" {
			return strings.Join(all, ", ")
		}
	}
}

func TestNotificationsAreListedAndRead(t *testing.T) {
	r := newRig(t)
	other, err := r.CreateTeam(ctx, r.carl, "Other", false)
	r.must(err)
	r.heardOf(r.carl)
	r.exec(`DELETE FROM notification_readers WHERE user_id = ?`, r.carl.UserID)
	r.grant(r.consumer, 1)
	r.grant(other.ID, 1)
	r.must(r.PauseSubscription(ctx, r.pia, models.ProviderSide, r.provider, r.world.Subscription.ID, ""))
	r.grant(r.consumer, 1)
	for _, row := range []struct {
		sentence string
		filter   models.NotificationFilter
		want     string
	}{
		{"all, newest first", models.NotificationFilter{}, "C balance.changed, C subscription.changed, O balance.changed, C balance.changed"},
		{"of a team", models.NotificationFilter{TeamSlug: other.Slug}, "O balance.changed"},
		{"of a kind", models.NotificationFilter{Kind: models.NotifyChanged}, "C subscription.changed"},
		{"of both", models.NotificationFilter{TeamSlug: other.Slug, Kind: models.NotifyChanged}, ""},
		{"unread ones", models.NotificationFilter{Unread: true}, "C balance.changed, C subscription.changed, O balance.changed, C balance.changed"},
	} {
		if got := r.listed(r.carl, row.filter); got != row.want {
			t.Errorf("%s: %s", row.sentence, got)
		}
	}

	list, err := r.Notifications(ctx, r.carl.UserID, models.NotificationFilter{}, models.Page{})
	r.must(err)
	newest, second := list.Rows[0].Notification.ID, list.Rows[1].Notification.ID
	for _, step := range []struct {
		sentence string
		read     func() error
		left     int
	}{
		{"by somebody else", func() error { return r.ReadNotification(ctx, r.pia.UserID, newest) }, 4},
		{"one", func() error { return r.ReadNotification(ctx, r.carl.UserID, newest) }, 3},
		{"once more", func() error { return r.ReadNotification(ctx, r.carl.UserID, newest) }, 3},
		{"those of another team", func() error {
			return r.ReadNotifications(ctx, r.carl.UserID, models.NotificationFilter{TeamSlug: other.Slug}, newest)
		}, 2},
		{"those of a kind, up to one before", func() error {
			return r.ReadNotifications(ctx, r.carl.UserID, models.NotificationFilter{Kind: models.NotifyChanged}, second[:len(second)-1])
		}, 2},
		{"those of a kind", func() error {
			return r.ReadNotifications(ctx, r.carl.UserID, models.NotificationFilter{Kind: models.NotifyChanged}, newest)
		}, 1},
		{"all that were seen before another came", func() error {
			r.grant(r.consumer, 1)
			return r.ReadNotifications(ctx, r.carl.UserID, models.NotificationFilter{}, newest)
		}, 1},
	} {
		r.must(step.read())
		if n := r.unread(r.carl); n != step.left {
			t.Errorf("read %s: %d are unread, want %d", step.sentence, n, step.left)
		}
	}
	if _, err := r.Notification(ctx, r.pia.UserID, newest); !is(err, models.ErrNotFound) {
		t.Errorf("somebody else opens it: %v", err)
	}
	if l, err := r.Notification(ctx, r.carl.UserID, newest); err != nil || l.ReadAt == nil || l.TeamSlug != "consumers" {
		t.Errorf("%+v, %v", l, err)
	}
	r.exec(`UPDATE teams SET deleted_at = 1 WHERE id = ?`, other.ID)
	if got := r.listed(r.pia, models.NotificationFilter{TeamSlug: other.Slug}); got != "" {
		t.Errorf("of a team that is gone: %s", got)
	}
}

func TestTheBellReadsAnIndexAndCountsToAHundred(t *testing.T) {
	r := newRig(t)
	r.heardOf(r.carl)
	r.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
		INSERT INTO notifications (id, kind, act, told, team_id, subject, text, created_at) SELECT 'ntf_' || i, 'k', 'a', 'team', '', '', 't', 1 FROM n`)
	r.exec(`INSERT INTO notification_readers SELECT id, ?, '', TRUE, FALSE, NULL FROM notifications WHERE kind = 'k'`, r.carl.UserID)
	plans := r.Plans()
	if n := r.unread(r.carl); n != 100 {
		t.Errorf("%d are counted", n)
	}
	for query, plan := range plans {
		if !strings.Contains(plan, "USING COVERING INDEX notification_readers_unread") {
			t.Errorf("%s\n%s", query, plan)
		}
	}
}

func TestOldNotificationsAreForgotten(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 1)
	r.clock.Move(models.NotificationLife / 2)
	r.grant(r.consumer, 1)
	r.clock.Move(models.NotificationLife/2 + time.Hour)
	for {
		n, err := r.DropOldNotifications(ctx)
		r.must(err)
		if n == 0 {
			break
		}
	}
	if got := r.listed(r.carl, models.NotificationFilter{}); got != "C balance.changed" {
		t.Errorf("left are %s", got)
	}
	if n := r.number(`SELECT COUNT(*) FROM notifications`); n != 1 {
		t.Errorf("%d are left", n)
	}
}

// What nobody does is noticed once.
func TestWhatTimeBringsIsToldOnce(t *testing.T) {
	const day = 24 * time.Hour
	for _, row := range []struct {
		sentence string
		happens  func(r *rig)
		want     string // that carl is told; "" for nothing
		again    time.Duration
	}{
		{"a key expires in 6 days", func(r *rig) { r.keyUntil(30*day, 6*day) }, "The key test key expires: 28 Nov 2026, 09:30 UTC", 0},
		{"a key expires in 8 days", func(r *rig) { r.keyUntil(30*day, 8*day) }, "", 0},
		{"a key was made for 6 days only", func(r *rig) { r.keyUntil(0, 6*day) }, "", 0},
		{"a key has expired", func(r *rig) { r.keyUntil(30*day, -time.Hour) }, "", 0},
		{"a key that expires is revoked", func(r *rig) {
			r.keyUntil(30*day, 6*day)
			r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
		}, "", 0},
		{"calls are refused for want of money", func(r *rig) { r.refuseAt("insufficient_credits", r.clock.Now()) }, "Calls of Consumers are refused: the wallet has too little for them", day},
		{"they were, an hour ago", func(r *rig) { r.refuseAt("insufficient_credits", r.clock.Now().Add(-time.Hour)) }, "", 0},
		{"calls are refused by the team's budget", func(r *rig) { r.refuseAt("team_budget_exceeded", r.clock.Now()) }, "Calls of Consumers are refused: a budget of the team is reached", day},
		{"calls are refused by a key's budget", func(r *rig) { r.refuseAt("key_budget_exceeded", r.clock.Now()) }, "Calls with the key test key are refused: its budget is reached", day},
		{"calls are refused by a rate", func(r *rig) { r.refuseAt("rate_limited", r.clock.Now()) }, "", 0},
		{"an announcement begins", func(r *rig) { r.must(r.Announce(ctx, r.root("root"), r.notice("Maintenance"))) }, "Maintenance: Read this.", 0},
		{"an announcement is to come", func(r *rig) {
			later := r.notice("Later")
			later.From = r.clock.Now().Add(time.Minute)
			r.must(r.Announce(ctx, r.root("root"), later))
		}, "", 0},
		{"the balance falls below what a webhook watches", func(r *rig) {
			r.grant(r.consumer, 4*models.Unit)
			form, low := models.WebhookForm{URL: "https://hooks.example.test/in"}, 5*models.Unit
			form.LowBalance = &low
			_, err := r.AddWebhook(ctx, r.carl, r.consumer, form, "sealed")
			r.must(err)
			r.heardOf(r.carl)
		}, "The balance of Consumers is low: 4.00 USD, below 5.00", 0},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			row.happens(r)
			r.heardOf(r.carl)
			tell := func() string {
				r.must(r.TellLowBalances(ctx))
				for {
					if n, err := r.TellOfTimes(ctx); n == 0 {
						r.must(err)
						return strings.Join(r.heardOf(r.carl), ", ")
					}
				}
			}
			if got := tell(); got != row.want {
				t.Errorf("told: %q", got)
			}
			if got := tell(); got != "" {
				t.Errorf("told again: %q", got)
			}
			if row.again == 0 {
				return
			}
			r.clock.Move(row.again)
			row.happens(r)
			if got := tell(); got != row.want {
				t.Errorf("told the next day: %q", got)
			}
		})
	}
}

// keyUntil has the world's key be made so long ago and expire in a while.
func (r *rig) keyUntil(ago, in time.Duration) {
	r.Helper()
	now := r.clock.Now()
	r.exec(`UPDATE api_keys SET created_at = ?, expires_at = ? WHERE id = ?`, now.Add(-ago).UnixMilli(), now.Add(in).UnixMilli(), r.world.Key.ID)
}

// refuseAt stores a denial with an id of its instant, as the gateway makes them.
func (r *rig) refuseAt(code string, at time.Time) {
	r.Helper()
	r.refuse(code, at, 9, func(d *models.Denial) { d.ID = models.FirstID(models.KindDenial, at) })
}
