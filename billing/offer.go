package billing

import (
	"time"

	"github.com/faregate/faregate/models"
)

// Offer is a plan that new subscribers may take.
type Offer struct {
	Plan   Plan
	ByHand bool // the provider decides who may have it
}

// Entry is what stands between a team without a subscription and its calls.
type Entry string

// The entries, from the widest to the narrowest.
const (
	EntryOpen   Entry = "open"   // some plan can be taken at once, without paying
	EntryPaid   Entry = "paid"   // every plan that a team can take by itself has to be paid for when it is taken
	EntryAsked  Entry = "asked"  // every plan has to be asked for
	EntryClosed Entry = "closed" // nobody new
)

// EntryOf says how a team gets in, by the plans that are open and their terms at an instant. A plan whose terms are yet to come
// is no way in.
func EntryOf(state models.VersionState, offers []Offer, now time.Time) Entry {
	if state != models.Published {
		return EntryClosed // those who have a subscription go on
	}
	entry := EntryClosed
	for _, o := range offers {
		terms := o.Plan.At(now)
		switch {
		case terms == nil:
		case o.ByHand:
			if entry == EntryClosed {
				entry = EntryAsked
			}
		case terms.Upfront == 0:
			return EntryOpen
		default:
			entry = EntryPaid
		}
	}
	return entry
}
