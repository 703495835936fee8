package handlers

import (
	"fmt"
	"testing"
	"time"

	"github.com/faregate/faregate/models/modeltest"
)

// guess tries until it must wait, and says how many tries were let in and how long the wait is.
func guess(t *throttle, email string, address func(i int) string) (letIn int, wait time.Duration) {
	for ; letIn < 1000; letIn++ {
		if _, wait = t.try(passwordTry, email, address(letIn)); wait > 0 {
			break
		}
	}
	return letIn, wait
}

func at(address string) func(int) string { return func(int) string { return address } }

func TestGuessingFromOneAddress(t *testing.T) {
	clock := modeltest.NewClock(time.Time{})
	th := newThrottle(clock)
	letIn, wait := guess(th, "ada@example.test", at("192.0.2.1"))
	if letIn != pairLimit.burst || wait <= 0 || wait > pairLimit.every {
		t.Errorf("%d guesses, then a wait of %s", letIn, wait)
	}
	if again, _ := guess(th, "ada@example.test", at("192.0.2.1")); again != 0 {
		t.Errorf("%d more were let in at once: a refused try must not make the wait shorter", again)
	}
	clock.Move(wait)
	if again, _ := guess(th, "ada@example.test", at("192.0.2.1")); again != 1 {
		t.Errorf("after the wait %d were let in, want 1", again)
	}
	// Many accounts from one address end too.
	sum := 0
	for i := range 100 {
		n, _ := guess(th, fmt.Sprintf("user%d@example.test", i), at("192.0.2.9"))
		sum += n
	}
	if sum != addressLimit.burst {
		t.Errorf("%d guesses at different accounts, want %d", sum, addressLimit.burst)
	}
}

// Strangers who guess from everywhere stop each other, and not the owner who has been there before.
func TestTheOwnerIsNeverLockedOut(t *testing.T) {
	clock := modeltest.NewClock(time.Time{})
	th := newThrottle(clock)
	home, _ := th.try(passwordTry, "ada@example.test", "192.0.2.1")
	home.succeeded()
	letIn, _ := guess(th, "ada@example.test", func(i int) string { return fmt.Sprintf("198.51.%d.%d", i/250, i%250) })
	if letIn > accountLimit.burst {
		t.Errorf("%d guesses from different addresses were let in", letIn)
	}
	if _, wait := th.try(passwordTry, "Ada@Example.test ", "192.0.2.1"); wait != 0 {
		t.Errorf("the owner at home waits for %s", wait)
	}
	if _, wait := th.try(passwordTry, "ada@example.test", "203.0.113.5"); wait == 0 {
		t.Error("a stranger is let in while the account is under attack")
	}
}

func TestSuccessCostsNothing(t *testing.T) {
	th := newThrottle(modeltest.NewClock(time.Time{}))
	for range 500 {
		a, wait := th.try(passwordTry, "ada@example.test", "192.0.2.1")
		if wait > 0 {
			t.Fatal("signing in often is not guessing")
		}
		a.succeeded()
	}
}

func TestOneIPv6NetworkIsOneAddress(t *testing.T) {
	for address, want := range map[string]string{
		"2001:db8:1:2:aaaa::1": "2001:db8:1:2::/64", "2001:db8:1:2:bbbb::2": "2001:db8:1:2::/64", "192.0.2.1": "192.0.2.1",
		"::ffff:192.0.2.1": "::ffff:192.0.2.1", "": "",
	} {
		if got := network(address); got != want {
			t.Errorf("network(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestTheThrottleForgets(t *testing.T) {
	clock := modeltest.NewClock(time.Time{})
	th := newThrottle(clock)
	for i := range maxBuckets + 1000 {
		th.bucket(pairLimit, fmt.Sprint(i), clock.Now())
	}
	if len(th.buckets) > maxBuckets {
		t.Errorf("%d buckets are kept", len(th.buckets))
	}
}

// Who has the password of an account with a second factor, and not the code, is a stranger still: the codes of others are
// counted apart from passwords, and the owner at home is not held to what strangers have used up.
func TestAPasswordAloneMakesNobodyKnown(t *testing.T) {
	th := newThrottle(modeltest.NewClock(time.Time{}))
	const ada, home, away = "ada@example.test", "192.0.2.1", "203.0.113.5"
	owner, _ := th.try(codeTry, ada, home)
	owner.succeeded()
	thief, _ := th.try(passwordTry, ada, away)
	thief.passed()
	letIn := 0
	for i := range 200 { // from as many addresses as they like
		if _, wait := th.try(codeTry, ada, fmt.Sprintf("198.51.100.%d", i)); wait == 0 {
			letIn++
		}
	}
	if letIn != codeAccountLimit.burst {
		t.Errorf("%d codes were let in, want %d", letIn, codeAccountLimit.burst)
	}
	if _, wait := th.try(codeTry, ada, away); wait == 0 {
		t.Error("the password has made its address known")
	}
	for _, kind := range []tryKind{codeTry, passwordTry} {
		if _, wait := th.try(kind, ada, home); wait != 0 {
			t.Errorf("the owner at home waits for %s", wait)
		}
	}
}
