package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestDenialsOfAMinuteAreOneRow(t *testing.T) {
	r := newRig(t)
	d := models.Denial{ID: models.NewID(models.KindDenial), TeamID: r.consumer, KeyID: r.world.Key.ID, APIID: r.api, VersionID: "v", Code: "insufficient_credits",
		Method: "GET", Path: "/a", Price: 20, Required: 20, Available: 3, Held: 1, Count: 2, CreatedAt: r.clock.Now()}
	more := d
	more.Count, more.Required, more.Path = 5, 30, "/b"
	less := d
	less.Count, less.Required = 1, 10
	unknown := d
	unknown.ID, unknown.APIID = models.NewID(models.KindDenial), ""
	r.must(r.SaveDenials(ctx, []models.Denial{d, more, unknown}))
	r.must(r.SaveDenials(ctx, []models.Denial{less}))
	got, err := r.TeamDenials(ctx, r.consumer, 10)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	d.Count, d.Required = 8, 30
	if diff := cmp.Diff(models.DenialListing{Denial: d, APIName: "Quotes", KeyName: "test key"}, got[1]); diff != "" {
		t.Error(diff)
	}
	if got[0].APIName != "" {
		t.Errorf("%+v", got[0])
	}
}
