package e2e

import (
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// A provider adds a plan that is approved by hand, with a price for one operation; a team asks for it, is let in, pays that
// price, and is told beforehand of a price that is to come.
func TestAPlanIsAddedAskedForAndPaid(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	pat, carl := visit(t, demo, "Pat"), visit(t, demo, "Carl")

	pat.open("/t/quotable/apis/quotes")
	pat.click("Sign in as the provider")
	pat.clickIn("main", "Plans")
	pat.sees("Plans of Quotes", "Pay per call", "$0.02 per call", "no limit")
	pat.click("Add plan")
	pat.fill("Name", "Calm")
	pat.click("By hand")
	pat.fill("Question to the applicant", "What will you use it for?")
	pat.fill("Price per call", "0.01")
	pat.fill("Method, row 1", "GET")
	pat.fill("Path, row 1", "random")
	pat.fill("Price, row 1", "0.25")
	pat.fill("Quota, in calls", "1000")
	pat.click("Add plan")
	pat.sees("Not done yet", "\"random\" is not a path")
	pat.fill("Path, row 1", "/random")
	pat.click("Add plan")
	pat.sees("Calm is a plan of Quotes now", "GET /random", "$0.25 per call", "1,000 calls a month", "by hand")

	signUpAs(carl, "Sailing Club")
	carl.open("/apis/quotes")
	carl.sees("Pay per call", "Calm", "$0.01 to $0.25 per call", "1,000 calls a month")
	carl.misses("What will you use it for?")
	carl.click("Calm")
	carl.fill("What will you use it for?", "A calendar")
	carl.click("Subscribe Sailing Club")
	carl.sees("Waiting for a yes", "It waits for approval")
	carl.open("/t/sailing-club/subscriptions")
	carl.sees("requested", "Waits for approval", "Calm, 1,000 calls a month")

	pat.click("Requests")
	pat.sees("Sailing Club", "asked by Carl", "A calendar")
	pat.click("Approve")
	pat.sees("Approved", "Nobody is waiting")

	carl.click("Keys")
	carl.click("Create key")
	carl.fill("Label", "Boat computer")
	carl.click("Create key")
	key := carl.read(".secret-text")
	pat.open("/admin/teams")
	pat.fill("Team", "Sailing Club")
	pat.fill("Amount", "1")
	pat.fill("Reason", "Welcome aboard")
	pat.click("Grant credit")
	if got := program.Curl(t, key, demo.InvokeURL); got.Status != 200 || got.Header.Get("Faregate-Charged") != "250000000" {
		t.Errorf("the call gets %d and costs %s: %s", got.Status, got.Header.Get("Faregate-Charged"), got.Body)
	}
	carl.open("/apis/quotes")
	carl.sees("Ready to call", "your plan")

	// New terms, from now on.
	pat.open("/t/quotable/apis/quotes/plans")
	pat.clickIn(rowOf("Calm"), "Calm")
	pat.click("Change terms")
	pat.sees("This touches 1 team: Sailing Club", "Calls that were made keep their price")
	pat.fill("Price, row 1", "0.3")
	pat.click("Set terms")
	pat.sees("The new terms are in effect")
	if got := program.Curl(t, key, demo.InvokeURL).Header.Get("Faregate-Charged"); got != "300000000" {
		t.Errorf("then it costs %s", got)
	}
	pat.click("Name and approval")
	pat.fill("Name", "Quiet")
	pat.click("Save")
	pat.click("Close to new subscribers…")
	pat.click("Close plan")
	pat.sees("Quiet is closed to new subscribers", "closed")
	carl.open("/t/sailing-club/calls")
	carl.sees("$0.30", "$0.25")
}

// signUpAs makes a login and a team of its own.
func signUpAs(p *person, team string) {
	p.t.Helper()
	p.open("/")
	signUp(p, "Carl Consumer", "carl@example.test")
	p.fill("Team name", team)
	p.click("Create team")
	p.sees(team)
}
