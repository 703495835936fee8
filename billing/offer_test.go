package billing_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

func TestHowATeamGetsIn(t *testing.T) {
	offer := func(upfront models.Nano, byHand bool) billing.Offer {
		return billing.Offer{Plan: billing.Plan{{PlanID: "p", Upfront: upfront}}, ByHand: byHand}
	}
	free, paid, asked := offer(0, false), offer(5, false), offer(0, true)
	askedAndPaid := offer(5, true)
	coming := billing.Offer{Plan: billing.Plan{{PlanID: "p", EffectiveAt: noon.Add(time.Hour)}}}
	becomesFree := billing.Offer{Plan: billing.Plan{{PlanID: "p", EffectiveAt: noon.Add(time.Hour)}, {PlanID: "p", Upfront: 5}}}
	for _, row := range []struct {
		sentence string
		offers   []billing.Offer
		want     billing.Entry
	}{
		{"no plan is open", nil, billing.EntryClosed},
		{"one plan, free to take", []billing.Offer{free}, billing.EntryOpen},
		{"one plan, to be paid for when it is taken", []billing.Offer{paid}, billing.EntryPaid},
		{"one plan, by approval", []billing.Offer{asked}, billing.EntryAsked},
		{"one plan, by approval and then to be paid for", []billing.Offer{askedAndPaid}, billing.EntryAsked},
		{"one of several is free to take", []billing.Offer{paid, asked, free}, billing.EntryOpen},
		{"all that a team can take by itself are to be paid for", []billing.Offer{paid, paid}, billing.EntryPaid},
		{"and another one only by approval", []billing.Offer{asked, paid}, billing.EntryPaid},
		{"in the other order", []billing.Offer{paid, asked}, billing.EntryPaid},
		{"a plan whose terms are yet to come", []billing.Offer{coming}, billing.EntryClosed},
		{"beside one by approval", []billing.Offer{coming, asked}, billing.EntryAsked},
		{"a plan that will be free to take, and is not yet", []billing.Offer{becomesFree}, billing.EntryPaid},
	} {
		if got := billing.EntryOf(models.Published, row.offers, noon); got != row.want {
			t.Errorf("%s: %s, want %s", row.sentence, got, row.want)
		}
		if got := billing.EntryOf(models.Deprecated, row.offers, noon); got != billing.EntryClosed {
			t.Errorf("%s, of a version that is deprecated: %s", row.sentence, got)
		}
		c := goodCase()
		c.Subscription, c.Version.Offers = billing.SubscriptionTerms{}, row.offers
		if d := billing.Decide(&c); d.Code != "subscription_required" || d.Entry != row.want {
			t.Errorf("%s: the call is refused with %s, %s", row.sentence, d.Code, d.Entry)
		}
	}
	if got := billing.EntryOf(models.Published, []billing.Offer{becomesFree}, noon.Add(time.Hour)); got != billing.EntryOpen {
		t.Errorf("once it is free to take: %s", got)
	}
	c := goodCase()
	if d := billing.Decide(&c); d.Entry != "" {
		t.Errorf("who is in already is told of an entry: %s", d.Entry)
	}
}
