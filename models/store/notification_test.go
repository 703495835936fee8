package store_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

// heardOf is what somebody was told since it was last asked, the oldest first. What they were told is read by that.
func (r *rig) heardOf(who models.Actor) []string {
	r.Helper()
	list, err := r.Notifications(ctx, who.UserID, models.NotificationFilter{Unread: true}, models.Page{Limit: 200})
	r.must(err)
	words := []string{}
	for _, l := range slices.Backward(list.Rows) {
		words = append(words, l.Words())
		r.must(r.ReadNotification(ctx, who.UserID, l.Notification.ID))
	}
	return words
}

// mailed are the mails that notifications have promised since it was last asked: "to: words".
func (r *rig) mailed() []string {
	r.Helper()
	for {
		n, err := r.PromiseNotificationMails(ctx)
		r.must(err)
		if n == 0 {
			break
		}
	}
	due, err := r.DueMessages(ctx, 200)
	r.must(err)
	mails := []string{}
	for _, m := range due {
		var p models.NotificationPayload
		if m.Kind != models.NotificationMail {
			continue
		}
		r.must(json.Unmarshal(m.Payload, &p))
		if m.Choice.UserID == "" || m.Choice.Kind == "" {
			r.Errorf("the mail %+v hangs on no choice", p)
		}
		mails = append(mails, p.Email+": "+p.Words)
		r.must(r.FinishMessage(ctx, m.ID))
	}
	slices.Sort(mails)
	return mails
}

// choose sets one choice of somebody; the others are as they are without one.
func (r *rig) choose(who models.Actor, team string, kind models.NotificationKind, portal, mail bool) {
	r.Helper()
	r.must(r.ChooseNotifications(ctx, who.UserID, team, []models.NotificationChoice{{Kind: kind, Portal: portal, Mail: mail}}))
}

// Who is told of what, and in which words. Everybody who could be told is there: nobody hears of what they did or may not see.
func TestWhoIsToldOfWhat(t *testing.T) {
	type told map[string][]string
	for _, row := range []struct {
		sentence string
		prepare  func(r *rig, dora models.Actor)
		act      func(r *rig, dora models.Actor) error
		want     told
		mails    []string
	}{
		{"a team asks for another plan", func(r *rig, _ models.Actor) { r.asking() }, func(r *rig, _ models.Actor) error {
			_, err := r.ChangePlan(ctx, r.carl, r.consumer, r.world.Subscription.ID, models.PlanChange{PlanChoice: models.PlanChoice{PlanID: r.planNamed("Partner"), Answer: "More"}})
			return err
		}, told{"pia": {"Consumers asks for another plan of Quotes: Partner"}}, nil},
		{"and is let in", func(r *rig, _ models.Actor) {
			r.asking()
			_, err := r.ChangePlan(ctx, r.carl, r.consumer, r.world.Subscription.ID, models.PlanChange{PlanChoice: models.PlanChoice{PlanID: r.planNamed("Partner"), Answer: "More"}})
			r.must(err)
		}, func(r *rig, _ models.Actor) error {
			return r.AnswerRequest(ctx, r.pia, r.provider, r.waiting().Request.ID, yes)
		}, told{
			"carl": {"Providers changed the plan of Quotes: Partner", "Providers approved your request for Quotes"},
			"dora": {"Providers changed the plan of Quotes: Partner", "Providers approved your request for Quotes"},
		}, nil},
		{"a member pauses", nil, func(r *rig, dora models.Actor) error {
			return r.PauseSubscription(ctx, dora, models.SubscriberSide, r.consumer, r.world.Subscription.ID, "")
		}, told{"carl": {"dora paused the subscription to Quotes"}, "pia": {"The subscription of Consumers to Quotes was paused"}}, nil},
		{"the provider pauses", nil, func(r *rig, _ models.Actor) error {
			return r.PauseSubscription(ctx, r.pia, models.ProviderSide, r.provider, r.world.Subscription.ID, "why")
		}, told{"carl": {"Providers paused the subscription to Quotes"}, "dora": {"Providers paused the subscription to Quotes"}}, nil},
		{"a provider gives its API and both teams names that ask for names", func(r *rig, _ models.Actor) {
			r.exec(`UPDATE apis SET name = 'Quotes {by}' || char(1)`)
			r.exec(`UPDATE teams SET name = '{who}' || char(2)`)
		}, func(r *rig, _ models.Actor) error {
			return r.PauseSubscription(ctx, r.carl, models.SubscriberSide, r.consumer, r.world.Subscription.ID, "")
		}, told{"dora": {"Carl Consumer paused the subscription to Quotes {by}"}, "pia": {"The subscription of {who} to Quotes {by} was paused"}}, nil},
		{"the subscription ends", nil, func(r *rig, _ models.Actor) error {
			return r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID)
		}, told{"dora": {"The subscription to Quotes has ended"}, "pia": {"The subscription of Consumers to Quotes has ended"}}, nil},
		{"a plan gets new terms", nil, func(r *rig, _ models.Actor) error {
			r.revise(30, 0)
			return nil
		}, told{
			"carl": {"Providers set new terms for your plan Pay per call of Quotes: revision 2, from 22 Nov 2026, 09:30:00 UTC on"},
			"dora": {"Providers set new terms for your plan Pay per call of Quotes: revision 2, from 22 Nov 2026, 09:30:00 UTC on"},
		}, []string{
			"carl@example.test: Providers set new terms for your plan Pay per call of Quotes: revision 2, from 22 Nov 2026, 09:30:00 UTC on",
			"dora@example.test: Providers set new terms for your plan Pay per call of Quotes: revision 2, from 22 Nov 2026, 09:30:00 UTC on",
		}},
		{"a plan is added", nil, func(r *rig, _ models.Actor) error { r.addPlan("Pro", 5); return nil },
			told{"carl": {"Providers offers the plan Pro of Quotes"}, "dora": {"Providers offers the plan Pro of Quotes"}}, nil},
		{"a release is published", nil, func(r *rig, _ models.Actor) error {
			_, err := r.PublishAPI(ctx, r.pia, r.provider, r.api, "Second")
			return err
		}, told{"carl": {"Providers published a release of Quotes v1"}, "dora": {"Providers published a release of Quotes v1"}}, nil},
		{"somebody else revokes the key that carl made", nil, func(r *rig, dora models.Actor) error {
			return r.RevokeKey(ctx, dora, r.consumer, r.world.Key.ID)
		}, told{"carl": {"dora revoked your key test key"}}, []string{"carl@example.test: dora revoked your key test key"}},
		{"he does it himself", nil, func(r *rig, _ models.Actor) error { return r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID) }, told{}, nil},
		{"an administrator revokes it as carl", nil, func(r *rig, _ models.Actor) error {
			return r.RevokeKey(ctx, r.throughCarl(), r.consumer, r.world.Key.ID)
		}, told{"carl": {"An administrator revoked your key test key"}}, []string{"carl@example.test: An administrator revoked your key test key"}},
		{"an administrator pauses as carl", nil, func(r *rig, _ models.Actor) error {
			return r.PauseSubscription(ctx, r.throughCarl(), models.SubscriberSide, r.consumer, r.world.Subscription.ID, "")
		}, told{
			"carl": {"An administrator paused the subscription to Quotes"}, "dora": {"An administrator paused the subscription to Quotes"},
			"pia": {"The subscription of Consumers to Quotes was paused"},
		}, nil},
		{"a role changes", nil, func(r *rig, dora models.Actor) error {
			return r.SetRole(ctx, r.carl, r.consumer, dora.UserID, models.RoleBilling)
		}, told{"dora": {"Carl Consumer changed your role in Consumers"}}, []string{"dora@example.test: Carl Consumer changed your role in Consumers"}},
		{"a member is removed, and forgets the team", func(r *rig, dora models.Actor) {
			r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
			r.must(r.PauseSubscription(ctx, r.pia, models.ProviderSide, r.provider, r.world.Subscription.ID, ""))
			r.choose(dora, r.consumer, models.NotifyChanged, true, false)
		}, func(r *rig, dora models.Actor) error {
			r.heardOf(r.carl)
			r.must(r.RemoveMember(ctx, r.carl, r.consumer, dora.UserID))
			if n := r.number(`SELECT COUNT(*) FROM notification_choices WHERE user_id = ?`, dora.UserID); n != 0 {
				r.Errorf("%d of her choices are left", n)
			}
			return nil
		}, told{"dora": {"You are no member of Consumers any more"}}, []string{"dora@example.test: You are no member of Consumers any more"}},
		{"credit is granted", nil, func(r *rig, _ models.Actor) error { r.grant(r.consumer, models.Unit); return nil },
			told{"carl": {"Credit was granted to Consumers"}}, nil},
		{"a top-up is paid", nil, func(r *rig, _ models.Actor) error {
			_, err := r.CreditTopup(ctx, r.topup("cs_1", 25*models.Unit).ID, "pi_1")
			return err
		}, told{"carl": {"A top-up of 25.00 USD was credited"}}, nil},
		{"a payment fails, which is noticed twice", nil, func(r *rig, _ models.Actor) error {
			topup := r.topup("cs_1", 25*models.Unit)
			r.must(r.MoveTopup(ctx, topup.ID, models.TopupFailed, "card_declined"))
			return r.MoveTopup(ctx, topup.ID, models.TopupFailed, "card_declined")
		}, told{"carl": {"The top-up of 25.00 USD was not paid"}}, []string{"carl@example.test: The top-up of 25.00 USD was not paid"}},
		{"nothing was done, so nothing is told", nil, func(r *rig, _ models.Actor) error {
			if err := r.LeaveTeam(ctx, r.carl, r.consumer); !is(err, models.ErrLastOwner) {
				r.Errorf("the only owner leaves: %v", err)
			}
			return nil
		}, told{}, nil},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			dora := r.join("dora", models.RoleDeveloper)
			people := map[string]models.Actor{"carl": r.carl, "pia": r.pia, "dora": dora}
			if row.prepare != nil {
				row.prepare(r, dora)
			}
			for _, who := range people {
				r.heardOf(who)
			}
			r.mailed()
			r.must(row.act(r, dora))
			for name, who := range people {
				want := row.want[name]
				if want == nil {
					want = []string{}
				}
				if diff := cmp.Diff(want, r.heardOf(who)); diff != "" {
					t.Errorf("%s: %s", name, diff)
				}
			}
			if diff := cmp.Diff(strings.Join(row.mails, "\n"), strings.Join(r.mailed(), "\n")); diff != "" {
				t.Errorf("the mails: %s", diff)
			}
		})
	}
}

// throughCarl is an administrator who acts through carl's account.
func (r *rig) throughCarl() models.Actor {
	r.Helper()
	actor := r.carl
	actor.ImpersonatorID = r.root("root").UserID
	return actor
}

// planNamed is the id of a plan of the world's API.
func (r *rig) planNamed(name string) (id string) {
	r.Helper()
	r.must(r.raw.QueryRowContext(ctx, `SELECT id FROM plans WHERE name = ?`, name).Scan(&id))
	return id
}

// The mails that say more than a sentence go to those who want them, and to nobody else.
func TestMailsOfTheirOwnObeyTheChoices(t *testing.T) {
	for _, row := range []struct {
		sentence string
		kind     models.NotificationKind
		who      func(r *rig) models.Actor // whose choice it is
		act      func(r *rig)
		mail     models.OutboxKind
	}{
		{"a request", models.NotifyAsked, func(r *rig) models.Actor { return r.pia }, func(r *rig) { r.ask() }, models.SubscriptionNews},
		{"its answer", models.NotifyAnswered, func(r *rig) models.Actor { return r.carl }, func(r *rig) {
			r.ask()
			r.news() // the provider's
			r.must(r.AnswerRequest(ctx, r.pia, r.provider, r.waiting().Request.ID, no))
		}, models.SubscriptionNews},
		{"a pause", models.NotifyChanged, func(r *rig) models.Actor { return r.carl }, func(r *rig) {
			r.must(r.PauseSubscription(ctx, r.pia, models.ProviderSide, r.provider, r.world.Subscription.ID, ""))
		}, models.SubscriptionNews},
		{"an end that is near", models.NotifyEnding, func(r *rig) models.Actor { return r.carl }, func(r *rig) {
			r.exec(`UPDATE subscriptions SET ends_at = ?`, r.clock.Now().Add(time.Hour).UnixMilli())
			_, err := r.TellOfEnds(ctx)
			r.must(err)
		}, models.SubscriptionNews},
		{"somebody asks to join", models.NotifyJoining, func(r *rig) models.Actor { return r.carl }, func(r *rig) {
			r.exec(`UPDATE teams SET join_domain = 'acme.example' WHERE id = ?`, r.consumer)
			r.must(r.AskToJoin(ctx, r.person("ada@acme.example"), r.consumer))
		}, models.JoinAsked},
		{"a webhook is disabled", models.NotifyWebhook, func(r *rig) models.Actor { return r.carl }, func(r *rig) {
			r.must(r.SendTestWebhook(ctx, r.carl, r.consumer, r.hook(r.carl, r.consumer).ID))
			r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: r.due().Delivery.ID, At: r.clock.Now(), State: models.WebhookDead, Gone: true}))
		}, models.WebhookOff},
		{"a leaked key, which is always mailed", "key.leaked", func(r *rig) models.Actor { return r.carl }, func(r *rig) {
			hash, err := models.HashKey(r.world.Secret)
			r.must(err)
			r.must(r.ReportLeak(ctx, models.System, models.FoundSecret{Hash: hash}))
		}, models.LeakedKey},
	} {
		for _, wanted := range []bool{true, false} {
			r := newRig(t)
			r.choose(row.who(r), "", row.kind, true, wanted)
			row.act(r)
			kind, _ := models.NotificationRowOf(row.kind)
			want := wanted || kind.Always
			due, err := r.DueMessages(ctx, 100)
			r.must(err)
			mails := slices.DeleteFunc(due, func(m models.OutboxMessage) bool { return m.Kind != row.mail })
			if len(mails) > 1 || (len(mails) == 1) != want {
				t.Errorf("%s, wanted %t: %d mails", row.sentence, wanted, len(mails))
			}
			if want && !kind.Always && (mails[0].Choice != models.MailChoice{UserID: row.who(r).UserID, Kind: row.kind}) {
				t.Errorf("%s hangs on %+v", row.sentence, mails[0].Choice)
			}
			if n := r.number(`SELECT COUNT(*) FROM notification_readers WHERE user_id = ? AND notification_id IN (SELECT id FROM notifications WHERE kind = ?)`, row.who(r).UserID, row.kind); n != 1 {
				t.Errorf("%s is in the portal %d times", row.sentence, n)
			}
		}
	}
}

// ask has the consumers ask for the world's API anew.
func (r *rig) ask() {
	r.Helper()
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	_, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: r.asking().ID, Answer: "For tests"})
	r.must(err)
}

func TestAWholeTeamIsTold(t *testing.T) {
	r := newRig(t)
	r.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
		INSERT INTO users (id, name, email, password_hash, created_at) SELECT 'usr_' || i, 'N', 'n' || i || '@example.test', 'x', 0 FROM n`)
	r.exec(`INSERT INTO members SELECT ?, id, 'billing', 1, '' FROM users WHERE name = 'N'`, r.consumer)
	r.exec(`UPDATE users SET suspended_at = 1 WHERE id = 'usr_7'`)
	r.grant(r.consumer, models.Unit)
	if n := r.number(`SELECT COUNT(*) FROM notification_readers r JOIN notifications n ON n.id = r.notification_id WHERE n.kind = 'balance.changed'`); n != 1000 { // with carl, without the suspended one
		t.Errorf("%d were told", n)
	}
}

// Those who have a plan are told a slice at a time, each once, however many teams they are in.
func TestALargeAudienceIsToldInSlices(t *testing.T) {
	r := newRig(t)
	r.addTeams(250)
	r.exec(`INSERT INTO users (id, name, email, password_hash, created_at) SELECT 'usr' || id, 'N', id || '@example.test', 'x', 0 FROM teams WHERE name = 'n'`)
	r.exec(`INSERT INTO members SELECT id, 'usr' || id, 'owner', 1, '' FROM teams WHERE name = 'n'`)
	r.exec(`INSERT INTO members SELECT id, ?, 'owner', 1, '' FROM teams WHERE name = 'n'`, r.carl.UserID)
	r.exec(`INSERT INTO subscriptions (id, team_id, api_id, plan_id, state, created_by, created_at)
		SELECT 'sub' || id, id, ?, ?, 'active', ?, 1 FROM teams WHERE name = 'n'`, r.api, r.world.API.Plan.ID, r.carl.UserID)
	r.heardOf(r.carl)
	r.revise(30, 0)
	const readers = `SELECT COUNT(*) FROM notification_readers r JOIN notifications n ON n.id = r.notification_id WHERE n.kind = 'plan.terms'`
	if n := r.number(readers); n < 50 || n > 110 {
		t.Errorf("%d are told in the transaction of the act", n)
	}
	further := 0
	for {
		n, err := r.HandOutNotifications(ctx)
		r.must(err)
		if n == 0 {
			break
		}
		further++
	}
	if n := r.number(readers); n != 251 || further != 2 {
		t.Errorf("%d are told in %d slices more", n, further)
	}
	if got := r.heardOf(r.carl); len(got) != 1 {
		t.Errorf("who is in all the teams hears of it %d times", len(got))
	}
	if mails := r.mailed(); len(mails) != 200 {
		t.Errorf("%d mails are due", len(mails))
	}
}

func TestSomebodyChoosesWhereTheyAreTold(t *testing.T) {
	r := newRig(t)
	other, err := r.CreateTeam(ctx, r.carl, "Other", false)
	r.must(err)
	tell := func(want ...string) {
		t.Helper()
		r.grant(r.consumer, models.Unit)
		r.grant(other.ID, models.Unit)
		if got := append(r.heardOf(r.carl), r.mailed()...); cmp.Diff(want, got) != "" {
			t.Errorf("told %q", got)
		}
	}
	const kind, here, there = "balance.changed", "Credit was granted to Consumers", "Credit was granted to Other"
	r.heardOf(r.carl)
	tell(here, there)
	r.choose(r.carl, "", kind, false, true)
	tell("carl@example.test: "+here, "carl@example.test: "+there)
	r.choose(r.carl, other.ID, kind, true, false)
	tell(there, "carl@example.test: "+here)
	r.must(r.StopNotificationMails(ctx, models.MailChoice{UserID: r.carl.UserID, Kind: kind}))
	tell(there)
	r.must(r.ChooseNotifications(ctx, r.carl.UserID, other.ID, nil))
	tell([]string{}...)
	r.choose(r.carl, "", kind, true, false)
	if n := r.number(`SELECT COUNT(*) FROM notification_choices`); n != 0 {
		t.Errorf("%d choices are kept that differ from nothing", n)
	}
	tell(here, there)

	if err := r.ChooseNotifications(ctx, r.carl.UserID, r.provider, nil); !is(err, models.ErrNotFound) {
		t.Errorf("for a team that is not theirs: %v", err)
	}
	for sentence, choice := range map[string]models.MailChoice{
		"what is always mailed": {UserID: r.carl.UserID, Kind: "key.leaked"}, "no kind": {UserID: r.carl.UserID, Kind: "odd"}, "nobody": {UserID: "usr_nobody", Kind: kind},
	} {
		if err := r.StopNotificationMails(ctx, choice); !is(err, models.ErrNotFound) {
			t.Errorf("%s was turned off: %v", sentence, err)
		}
	}
	r.must(r.StopNotificationMails(ctx, models.MailChoice{UserID: r.carl.UserID, Kind: models.NotifyChanged}))
	if choices, err := r.NotificationChoices(ctx, r.carl.UserID); err != nil || len(choices) != 1 || !choices[0].Portal || choices[0].Mail {
		t.Errorf("the first choice is %+v, %v", choices, err)
	}
}
