package billing

import (
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

	Reference string // opaque, for links that explain this call
	ActionURL string // where the refusal can be cleared: top-up or subscribe page; "" if nowhere
}

// PaysOff says whether paying now clears the refusal.
func (d Denial) PaysOff() bool { return d.Kind.Status == 402 }
