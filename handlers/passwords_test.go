package handlers

import (
	"context"
	"testing"

	"github.com/alexedwards/argon2id"
)

// An account that is not there costs a sign-in the same work as one that is: a place in the queue, and a hash with the same
// parameters.
func TestUnknownAccountsCostTheSameWork(t *testing.T) {
	p := CheapPasswords()
	known, err := p.Hash(t.Context(), "the right password")
	if err != nil {
		t.Fatal(err)
	}
	of := func(hash string) argon2id.Params {
		params, _, _, err := argon2id.DecodeHash(hash)
		if err != nil {
			t.Fatal(err)
		}
		return *params
	}
	if of(p.decoy()) != of(known) {
		t.Errorf("the hash that stands in has %+v, a real one %+v", of(p.decoy()), of(known))
	}
	for range cap(p.turn) {
		p.turn <- struct{}{} // nobody's turn comes
	}
	over, end := context.WithCancel(t.Context())
	end()
	for name, hash := range map[string]string{"known": known, "unknown": ""} {
		if _, err := p.Matches(over, "a guess", hash); err == nil {
			t.Errorf("a password of an %s account is answered without its turn", name)
		}
	}
	for range cap(p.turn) {
		<-p.turn
	}
	for sentence, tc := range map[string]struct {
		password, hash string
		want           bool
	}{
		"the right password":                    {"the right password", known, true},
		"a wrong one":                           {"a wrong password", known, false},
		"one for an account that is not there":  {"the right password", "", false},
		"the one that the stand-in was made of": {"nobody has this password", "", false},
	} {
		if got, err := p.Matches(t.Context(), tc.password, tc.hash); got != tc.want || err != nil {
			t.Errorf("%s: %t, %v", sentence, got, err)
		}
	}
}
