package jobs_test

import (
	"testing"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

func TestThePulseRemembersTheLastTenMinutes(t *testing.T) {
	var counted int64
	p := jobs.NewPulse(func() models.Beat { counted++; return models.Beat{Calls: counted} })
	if beats := p.Beats(); len(beats) != 0 {
		t.Errorf("before the first it remembers %v", beats)
	}
	for range 100 {
		if err := p.Feel().Do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if beats := p.Beats(); len(beats) != 61 || beats[0].Calls != 40 || beats[60].Calls != 100 {
		t.Errorf("it remembers %d, from %+v", len(beats), beats[0])
	}
}
