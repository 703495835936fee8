package billing

import (
	"slices"
	"sync"

	"github.com/faregate/faregate/models"
)

// openAnswers are the charged calls that were committed and whose last byte is not known to have been handed to the kernel.
// Should the process be killed, they are the ones that may have been charged without a whole answer; so every commit writes
// them down, and after an unclean stop they are listed for a refund.
type openAnswers struct {
	mu      sync.Mutex
	ids     map[models.CallID]struct{}
	written bool // a list that is not empty, or a batch of calls, was written since the last confirmation
}

// add notes the charged calls of a commit, before anybody is answered.
func (o *openAnswers) add(batch []*settlement) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ids == nil {
		o.ids = map[models.CallID]struct{}{}
	}
	for _, one := range batch {
		if one.call.Charge > 0 {
			o.ids[one.call.ID] = struct{}{}
			o.written = true
		}
	}
}

// close takes a call off the list.
func (o *openAnswers) close(id models.CallID) {
	o.mu.Lock()
	delete(o.ids, id)
	o.mu.Unlock()
}

// list is what is open now, in order.
func (o *openAnswers) list() []models.CallID {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.ids) == 0 {
		return nil
	}
	ids := make([]models.CallID, 0, len(o.ids))
	for id := range o.ids {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// toConfirm is what is open now, and whether the books say more than that.
func (o *openAnswers) toConfirm() (ids []models.CallID, due bool) {
	o.mu.Lock()
	due = o.written
	o.mu.Unlock()
	return o.list(), due
}

// confirmed notes what the books say now. There is one settler, so nothing was committed in between.
func (o *openAnswers) confirmed(ids []models.CallID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.written = len(ids) > 0
}
