package billing

import (
	"strings"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// Denial is a refusal with everything that its body, its page and its stored row say. Fields that are not known at the
// point of refusal are empty: a call without a valid key has no team.
type Denial struct {
	Kind   problem.Kind
	Detail string // one sentence about this very call
	CallID models.CallID

	TeamID, KeyID, KeyName              string
	APIID, APISlug, APIName             string
	VersionID, VersionName              string
	Method, Path                        string // as the caller sent it, without the query
	Price, Required, Available, HeldNow models.Nano

	Limit       Standing  // the limit that refused, if one did
	ResetsAt    time.Time // when it begins anew; zero if it does not by itself
	RetryAfter  int64     // seconds until time alone may let the call through; 0 if it does not
	Entry       Entry     // how the team would get in, where a subscription is what is missing
	ReadBilling bool      // the key may tell of the team's money

	Reference string // opaque, for links that explain this call
	ActionURL string // where the refusal can be cleared: top-up or subscribe page; "" if nowhere
}

// PaysOff says whether paying now clears the refusal.
func (d Denial) PaysOff() bool { return d.Kind.Status == 402 }

// OfBudget says whether a budget refused.
func (d Denial) OfBudget() bool { return strings.Contains(string(d.Limit.Policy), "-budget-") }

// OfTeam says whether the limit that refused is the team's.
func (d Denial) OfTeam() bool { return strings.HasPrefix(string(d.Limit.Policy), "team-") }

// TellsBudget says whether the caller may know the figures of the budget that refused: those of the key's own always, those
// of the team's if the key may tell of the team's money.
func (d Denial) TellsBudget() bool { return d.OfBudget() && (!d.OfTeam() || d.ReadBilling) }
