package e2e

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// A key is given a budget for one call. The second call is refused, the team finds out why, raises the budget, and the very
// same call goes through.
func TestARefusalIsExplainedAndTheBudgetRaised(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	casey := visit(t, demo, "Casey")
	casey.open("/t/acme-research/refusals")
	casey.click("Sign in as the consumer")
	casey.sees("Nothing was refused")

	casey.click("Keys")
	casey.clickIn(rowOf("Demo key"), "Edit")
	casey.sees("Spent so far", "$0.00 today")
	casey.fill("A day", "two cents")
	casey.click("Save limits")
	casey.wants(422)
	casey.keeps("A day", "two cents")
	casey.fill("A day", "0.02")
	casey.fill("Networks", "127.0.0.0/8\n::1")
	casey.click("Save limits")
	casey.sees("The limits of “Demo key” are saved.", "$0.00 of $0.02 today", "from 2 networks")

	if a := program.Curl(t, demo.Keys.Funded, demo.InvokeURL); a.Status != 200 {
		t.Fatalf("the first call gets %d: %s", a.Status, a.Body)
	}
	a := program.Curl(t, demo.Keys.Funded, demo.InvokeURL)
	var body struct{ Code string }
	if a.Decode(t, &body); a.Status != 403 || body.Code != "key_budget_exceeded" {
		t.Fatalf("the second call gets %d: %s", a.Status, a.Body)
	}
	casey.reload()
	casey.sees("$0.02 of $0.02 today", "reached")

	casey.click("Refusals") // a refusal is written a moment after it
	casey.until("find the refusal", func() string {
		if strings.Contains(casey.text("main"), "Nothing was refused") {
			casey.reload()
			return "there is none yet"
		}
		return ""
	})
	casey.sees("The key's budget is reached", "key_budget_exceeded", "Quotes", "Demo key")
	casey.fill("Reason", "The key's budget is reached")
	casey.click("Filter")
	casey.sees("Reason: The key's budget is reached")
	casey.clickIn(rowOf("key_budget_exceeded"), "The key's budget is reached")
	casey.sees("GET /random", "The key's budget of a day", "It would be refused", "It costs $0.02, and $0.00 of the budget is left.",
		"Owners, admins and developers of Acme Research can change it.")
	refusal := casey.path()
	casey.click("Edit the key's budget")
	casey.sees("$0.02 of $0.02 today")
	casey.fill("A day", "1")
	casey.click("Save limits")
	casey.sees("$0.02 of $1.00 today")
	casey.open(refusal)
	casey.sees("It would go through.", "It costs $0.02.")
	if a := program.Curl(t, demo.Keys.Funded, demo.InvokeURL); a.Status != 200 {
		t.Fatalf("the same call gets %d once the budget is raised: %s", a.Status, a.Body)
	}

	// The team's own budget, in its own zone.
	casey.click("Limits")
	casey.sees("$0.04 today", "Days and months are those of UTC")
	casey.fill("In total", "0.04")
	casey.fill("Time zone", "Europe/Berlin")
	casey.click("Save limits")
	casey.sees("Its next day and month are those of Europe/Berlin.", "$0.04 of $0.04 in total")
	if a := program.Curl(t, demo.Keys.Funded, demo.InvokeURL); a.Status != 403 || !strings.Contains(a.Body, "team_budget_exceeded") {
		t.Fatalf("a call beyond the team's budget gets %d: %s", a.Status, a.Body)
	}

	// The form of a new key keeps its limits out of the way until somebody wants them.
	casey.open("/t/acme-research/keys/new")
	casey.click("Limits")
	casey.sees("What it may spend", "How often it may call", "What it may call, and from where")
}
