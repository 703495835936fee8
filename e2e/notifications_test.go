package e2e

import (
	"strings"
	"testing"
)

// A team asks for a plan; the provider hears the bell, is led to the request and answers it; then the applicant's bell rings.
func TestTheBellLeadsToARequestAndItsAnswer(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	pat, carl := visit(t, demo, "Pat"), visit(t, demo, "Carl")

	pat.open("/t/quotable/apis/quotes/plans/new")
	pat.click("Sign in as the provider")
	pat.fill("Name", "Partner")
	pat.click("By hand")
	pat.fill("Price per call", "0.01")
	pat.click("Add plan")
	pat.sees("Partner is a plan of Quotes now")

	signUpAs(carl, "Sailing Club")
	carl.open("/apis/quotes")
	carl.click("Partner")
	carl.click("Subscribe Sailing Club")
	carl.sees("Waiting for a yes")

	pat.open("/apis")
	pat.click("Notifications")
	pat.sees("Sailing Club asks for Quotes", "Mark read")
	pat.click("Answer the request : Sailing Club asks for Quotes")
	pat.sees("Sailing Club", "asked by Carl")
	pat.click("Approve")
	pat.sees("Approved")

	carl.click("Notifications")
	carl.sees("Quotable approved your request for Quotes")
	carl.click("Mark read : Quotable approved your request for Quotes")
	carl.until("have it marked read", func() string { // no other page arrives
		if strings.Contains(carl.text("body"), "Mark read") {
			return "the button is still there"
		}
		return ""
	})
	carl.sees("Quotable approved your request for Quotes")
	carl.click("Choose what you are told of")
	carl.sees("What you are told of", "A request is approved or declined")
	carl.click("By mail: A request is approved or declined")
	carl.click("Save")
	carl.sees("Saved.")
}
