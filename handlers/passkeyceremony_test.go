package handlers

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/faregate/faregate/models/modeltest"
)

// A flood of challenges takes no more memory than is set aside for them, and those that are too old go first.
func TestChallengesAreBounded(t *testing.T) {
	clock := modeltest.NewClock(time.Time{})
	cs := newCeremonies(clock)
	begin := func(name string, n int) {
		for i := range n {
			cs.begin(signInCeremony, "ada", webauthn.SessionData{Challenge: fmt.Sprint(name, i)})
		}
	}
	begin("old", maxCeremonies-10)
	clock.Move(ceremonyLife)
	begin("new", 11)
	if len(cs.open) != 11 {
		t.Errorf("%d are kept, with the old ones", len(cs.open))
	}
	begin("flood", 2*maxCeremonies)
	if len(cs.open) > maxCeremonies {
		t.Errorf("%d are kept of a flood", len(cs.open))
	}
	begin("last", 1)
	if _, ok := cs.take(signInCeremony, "ada", "last0"); !ok {
		t.Error("the last one is not taken")
	}
	if _, ok := cs.take(signInCeremony, "ada", "last0"); ok {
		t.Error("it is taken twice")
	}
}
