package models

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Plan is an offer to call an API. Its terms are in its revisions; what stands here holds for all of them.
type Plan struct {
	ID        string `gorm:"primaryKey"`
	APIID     string `gorm:"column:api_id"`
	Position  int    // among the API's plans; 1 is the one that an API begins with and lists show
	Name      string
	Approval  Approval
	Question  string     // to the applicant; "" for none
	ClosedAt  *time.Time // nobody new from then on; those who have it keep it
	CreatedAt time.Time
	// Price is that of the revision in effect, where a query has joined it: no column of plans.
	Price Nano `gorm:"->"`
}

// Approval is who decides that a team may have a plan.
type Approval string

// The ways of approval.
const (
	ApprovedAtOnce Approval = "auto"
	ApprovedByHand Approval = "manual" // somebody of the provider's team says yes
)

// Validate tidies what a provider may say of a plan besides its terms, and names what has to be mended: name, approval and
// question.
func (p *Plan) Validate() error {
	p.Name, p.Question = strings.TrimSpace(p.Name), strings.TrimSpace(p.Question)
	bad := Invalid{}
	bad.Check(p.Name != "", "name", "Enter the plan's name.")
	bad.Check(IsLine(p.Name, 60), "name", "Use at most 60 characters, on one line.")
	bad.Check(p.Approval == ApprovedAtOnce || p.Approval == ApprovedByHand, "approval", "Choose who decides that a team may have the plan.")
	bad.Check(IsLine(p.Question, 200), "question", "Use at most 200 characters, on one line.")
	bad.Check(p.Question == "" || p.Approval != ApprovedAtOnce, "question", "Nobody reads an answer to a plan that is given at once. Choose approval by hand, or leave the question empty.")
	return bad.Err()
}

// maxAnswer is how many characters an applicant may write.
const maxAnswer = 2_000

// CheckAnswer tidies what an applicant answers to the plan's question, and says what is wrong with it. To a plan that asks
// nothing there is no answer.
func (p *Plan) CheckAnswer(answer string) (string, error) {
	answer = strings.TrimSpace(answer)
	switch {
	case p.Question == "":
		return "", nil
	case answer == "":
		return "", Sentence("Answer the question: it is what your request is decided by.")
	case !isText(answer, maxAnswer):
		return "", Sentence("Use at most 2,000 characters.")
	}
	return answer, nil
}

// PlanChoice is what a team chooses when it subscribes.
type PlanChoice struct {
	PlanID string // "" is the API's only open plan
	Answer string // to the plan's question
}

// PlanRevision is a plan's terms from an instant on. A revision is never changed: a plan in use changes by a later one,
// and a call keeps the one that it was admitted under.
type PlanRevision struct {
	ID          string `gorm:"primaryKey"`
	PlanID      string
	Number      int
	EffectiveAt time.Time
	Price       Nano         // per charged call; 0 is free
	RoutePrices []RoutePrice `gorm:"serializer:json"` // in place of Price, for the calls that they match
	ChargeOn    ChargeRule
	Quota       Quota `gorm:"embedded;embeddedPrefix:quota_"`
	Rate        Rate  `gorm:"embedded;embeddedPrefix:rate_"` // of each subscription
	Concurrency int64 // calls of a subscription at the same time; 0 is no limit
	CreatedBy   string
	CreatedAt   time.Time
}

// Bounds of a plan's terms, beside those that keys have too. They keep typing errors out; sums of money are checked wherever
// they are made.
const (
	maxPrice       = 1000 * Unit // per call
	maxRoutePrices = 40
	maxQuota       = 1_000_000_000_000
)

// Validate tidies the terms and names what has to be mended: price, charge_on, quota, rate, concurrency, and for the n-th
// route price routeN or routeN-price, counted from 1.
func (r *PlanRevision) Validate() error {
	bad := Invalid{}
	bad.Check(r.Price >= 0 && r.Price <= maxPrice, "price", "Set a price between 0 and 1,000 per call.")
	bad.Check(r.ChargeOn == ChargeAnswered || r.ChargeOn == ChargeSuccess, "charge_on", "Choose which answers are charged.")
	bad.Check(r.Quota.Calls >= 0 && r.Quota.Calls <= maxQuota, "quota", "Set a quota between 1 and 1,000,000,000,000 calls, or none.")
	if !r.Quota.Limited() {
		r.Quota = Quota{Calls: r.Quota.Calls}
	} else {
		bad.Check(r.Quota.Period == PerHour || r.Quota.Period == PerDay || r.Quota.Period == PerMonth, "quota", "Choose an hour, a day or a month for the quota.")
	}
	bad.Check(r.Rate.Calls >= 0 && r.Rate.Calls <= maxRateCalls, "rate", "Set a rate between 1 and 1,000,000 calls, or none.")
	if r.Rate.Calls == 0 {
		r.Rate = Rate{}
	} else {
		bad.Check(r.Rate.Seconds == 1 || r.Rate.Seconds == 60 || r.Rate.Seconds == 3600, "rate", "Choose a second, a minute or an hour for the rate.")
	}
	bad.Check(r.Concurrency >= 0 && r.Concurrency <= maxConcurrency, "concurrency", "Set between 1 and 100,000 calls at the same time, or no limit.")
	validateRoutePrices(r.RoutePrices, bad)
	return bad.Err()
}

// SameTerms says whether two revisions ask and allow the same.
func (r PlanRevision) SameTerms(as PlanRevision) bool {
	return len(AuditChanges(TermFields, as, r)) == 0
}

func validateRoutePrices(prices []RoutePrice, bad Invalid) {
	bad.Check(len(prices) <= maxRoutePrices, "routes", fmt.Sprintf("Set at most %d prices of operations.", maxRoutePrices))
	first := map[string]int{}
	for i := range prices {
		p, field := &prices[i], "route"+strconv.Itoa(i+1)
		p.Method, p.Path = strings.ToUpper(strings.TrimSpace(p.Method)), strings.TrimSpace(p.Path)
		if err := p.Validate(); err != nil {
			bad.Check(false, field, err.Error())
		}
		if row, twice := first[p.calls()]; twice {
			bad.Check(false, field, fmt.Sprintf("These are the same calls as in row %d. Keep one of the two.", row))
		} else {
			first[p.calls()] = i + 1
		}
		bad.Check(p.Price >= 0 && p.Price <= maxPrice, field+"-price", "Set a price between 0 and 1,000 per call.")
	}
}

// ChargeRule says which answers cost the price and count for the quota.
type ChargeRule string

// The rules of charging.
const (
	ChargeAnswered ChargeRule = "answered" // 101 and 2xx to 4xx, but for 401, 402, 403, 407, 408 and 429
	ChargeSuccess  ChargeRule = "success"  // 101, 2xx and 3xx only
)

// Charges says whether an answer with this status costs the price: those are left out that tell of the gateway's own
// standing with the upstream or ask the caller to come again. Nothing is charged for 5xx: the provider failed, not the
// caller.
func (r ChargeRule) Charges(status int) bool {
	switch status {
	case 401, 402, 403, 407, 408, 429:
		return false
	}
	end := 500
	if r == ChargeSuccess {
		end = 400
	}
	return status == 101 || status >= 200 && status < end
}
