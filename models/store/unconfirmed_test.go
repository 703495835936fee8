package store_test

import (
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
)

// A clean stop is no proof that every answer went out: a slow reader's may have been cut.
func TestACleanStopListsTheChargedAnswersThatAreStillOpen(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, models.Unit)
	cut, whole, free := r.call(r.consumer, 5), r.call(r.consumer, 5), r.call(r.consumer, 0)
	r.settle(cut, whole, free)
	r.must(r.ConfirmCalls(ctx, []models.CallID{cut.ID, free.ID}))
	r.must(r.Store.Close(ctx))

	again := storetest.OpenIn(t, r.dir, r.clock)
	listed, err := again.UnconfirmedCalls(ctx, models.Page{})
	r.must(err)
	if again.StoppedUncleanly() || len(listed.Rows) != 1 || listed.Rows[0].Call.ID != cut.ID {
		t.Errorf("unclean: %t, listed %+v", again.StoppedUncleanly(), listed.Rows)
	}
}
