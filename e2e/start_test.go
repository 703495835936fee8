package e2e

import (
	"testing"
	"time"

	"github.com/faregate/faregate/e2e/program"
)

// The demo is ready within two seconds of its start, on data that it has to make first. On a busy machine it gets a few
// tries; one suffices to show that it can.
func TestTheDemoIsReadyWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	var took []time.Duration
	for range 5 {
		demo := startDemo(t)
		if a := program.Curl(t, demo.Keys.Funded, demo.InvokeURL); a.Status != 200 {
			t.Fatalf("the demo said that it is ready, and answers %d", a.Status)
		}
		if took = append(took, demo.Up); demo.Up < 2*time.Second {
			return
		}
	}
	t.Errorf("the demo was ready after %v", took)
}
