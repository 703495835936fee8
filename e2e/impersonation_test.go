package e2e

import "testing"

// An administrator sees the portal as a user: the bar stays in view, a top-up is refused, and the user reads who looked and why.
func TestAnAdministratorSeesThePortalAsAUser(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	pat, carl := visit(t, demo, "Pat"), visit(t, demo, "Carl")
	carl.open("/account")
	carl.click("Sign in as the consumer")
	carl.sees("Your account")
	pat.open("/admin/users")
	pat.click("Sign in as the provider")
	pat.clickIn("main", "Casey Consumer")
	pat.click("See the portal as")
	pat.sees("gets a mail with your name and the reason")
	pat.fill("Reason", "You asked why your calls are refused")
	pat.clickIn("main", "See the portal as")
	pat.sees("You see Faregate as Casey Consumer")

	pat.open("/billing/top-up?team=ten-calls-ltd")
	pat.sees("You see Faregate as Casey Consumer", "Top up")
	pat.click("Pay with Stripe")
	pat.sees("Only Casey Consumer can do this", "Nothing was done.")

	carl.open("/account")
	carl.sees("Administrators who looked", "Pat Provider", "You asked why your calls are refused")

	pat.clickIn(".impersonation", "End")
	pat.sees("You see the portal as yourself again.")
	pat.open("/admin/audit?about=impersonation")
	pat.sees("began to see the portal as a user", "stopped seeing the portal as a user", "You asked why your calls are refused")
}
