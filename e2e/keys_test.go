package e2e

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// A key is rotated while its program goes on, the old secret ends, and the new one is found by a stranger, who ends it.
func TestAKeyIsRotatedAndThenFoundByAStranger(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	old := demo.Keys.Funded
	wants := func(when, secret string, status int) {
		t.Helper()
		if a := program.Curl(t, secret, demo.InvokeURL); a.Status != status {
			t.Fatalf("%s: %d %s", when, a.Status, a.Body)
		}
	}
	wants("before", old, 200)
	casey, sam := visit(t, demo, "Casey"), visit(t, demo, "Sam")
	casey.open("/t/acme-research/keys")
	casey.click("Sign in as the consumer")
	casey.clickIn(rowOf("Demo key"), "Rotate")
	casey.sees("its limits, budgets and history go on", "24 hours")
	casey.clickIn("main form", "Rotate key")
	casey.sees("Save this key now", "The old secret", "works until")
	secret := casey.read(".secret-text")
	wants("the old secret in the overlap", old, 200)
	wants("the new secret in the overlap", secret, 200)
	casey.click("I have saved it")
	casey.sees("rotating", "old secret works until", "Download CSV")
	casey.clickIn(rowOf("Demo key"), "Rotate")
	casey.sees("It is rotating already")
	casey.click("End its time without a new secret")
	casey.sees("get 401 from the moment you confirm")
	casey.click("End old secret")
	casey.sees("The old secret of “Demo key” is over.")
	if a := program.Curl(t, old, demo.InvokeURL); a.Status != 401 || !strings.Contains(a.Body, "was replaced by a new one") {
		t.Fatalf("the old secret after its end: %d %s", a.Status, a.Body)
	}
	wants("the new secret after that", secret, 200)
	casey.clickIn(rowOf("Demo key"), "Revoke")
	casey.sees("This key is in use.", "rotate it")

	// A key that is kept to an operation, by the form.
	casey.open("/t/acme-research/keys/new")
	casey.fill("Label", "Narrow")
	casey.click("Limits")
	casey.fill("Operations", "quotes POST")
	casey.click("Create key")
	casey.wants(422)
	casey.sees("is not an operation; write one a line")
	casey.fill("Operations", "quotes POST /random")
	casey.click("Create key")
	narrow := casey.read(".secret-text")
	if a := program.Curl(t, narrow, demo.InvokeURL); a.Status != 403 || !strings.Contains(a.Body, "may not call GET /random of Quotes") {
		t.Fatalf("an operation that the key may not call: %d %s", a.Status, a.Body)
	}

	sam.open("/leaked-keys")
	sam.fill("Key", secret[:20])
	sam.click("Report it")
	sam.wants(422)
	sam.fill("Key", secret)
	sam.click("Report it")
	sam.sees("Received. If it was a key or an API token of this portal, it does not work any more.")
	wants("a key that was found", secret, 401)
	casey.open("/t/acme-research/keys?state=revoked")
	casey.sees("State: revoked", "Demo key")
}
