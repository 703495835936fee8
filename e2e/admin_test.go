package e2e

import (
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// An administrator puts a team's balance right, the team reads why, and the books are proven.
func TestAnAdministratorBooksADebitAndProvesTheMoney(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	for range 3 {
		program.Curl(t, demo.Keys.Ten, demo.InvokeURL)
	}
	pat, carl := visit(t, demo, "Pat"), visit(t, demo, "Carl")
	pat.open("/t/quotable")
	pat.click("Sign in as the provider")
	pat.click("Account of")
	pat.click("Administration")
	pat.sees("Is the money right?", "Not proven yet", "Unconfirmed calls")
	pat.clickIn("main", "All teams")
	pat.clickIn(rowOf("Ten Calls Ltd"), "the wallet of Ten Calls Ltd")
	pat.sees("Wallet of Ten Calls Ltd", "$0.14", "Book a correction")
	pat.fill("Direction", "Debit: the team gives money")
	pat.fill("Amount", "0.15")
	pat.fill("Reason", "Paid back by bank transfer")
	pat.click("Book correction")
	pat.sees("Ten Calls Ltd has $0.14 available, and a debit takes no more than that.")
	pat.fill("Amount", "0.04")
	pat.click("Book correction")
	pat.sees("$0.04 was taken from Ten Calls Ltd.", "Paid back by bank transfer", "−$0.04", "$0.10")

	carl.open("/t/ten-calls-ltd/wallet")
	carl.click("Sign in as the consumer")
	carl.sees("Paid back by bank transfer", "Correction by an administrator", "−$0.04", "$0.10")

	pat.open("/admin/unconfirmed")
	pat.sees("No call is in doubt")
	pat.open("/admin/proof")
	pat.sees("The money was not proven yet.")
	pat.click("Prove now")
	pat.sees("The money is right.", "Wallets equal their entries less their open hours.", "Not compared yet")
	pat.click("Administration")
	pat.sees("Yes", "Proven")
}
