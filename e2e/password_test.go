package e2e

import (
	"regexp"
	"testing"
)

// Somebody signs up, verifies their address, forgets their password and gets another one, by the mails of the demo's outbox.
func TestAForgottenPasswordIsReplaced(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	replaceThePassword(visit(t, demo, "Ada"), visit(t, demo, "Casey"))
}

// The same without a line of JavaScript.
func TestAForgottenPasswordIsReplacedWithoutJavaScript(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	replaceThePassword(visit(t, demo, "Ada").withoutScripts(), visit(t, demo, "Casey").withoutScripts())
}

func replaceThePassword(ada, casey *person) {
	ada.open("/sign-up")
	ada.fill("Your name", "Ada Lovelace")
	ada.fill("Email", "ada@example.com")
	ada.fill("Password", "Password1234")
	ada.clickIn("main form.form", "Sign up")
	ada.wants(422)
	ada.sees("Many people use this password, so it is tried first.")
	ada.fill("Password", "correct horse battery")
	ada.clickIn("main form.form", "Sign up")
	ada.sees("Create your team", "Verify your address: this demo sends no mail")
	ada.clickIn(".banner", "Send it again")
	ada.sees("Your account", "not verified", "Another link is on its way to ada@example.com.")
	ada.clickIn(".banner", "outbox")
	ada.open(ada.mailed("/verify/"))
	ada.sees("Is it yours, and did you make it?")
	ada.click("Yes, verify ada@example.com")
	ada.sees("ada@example.com is verified.")
	ada.misses("Verify your address")

	ada.open("/account")
	ada.sees("verified", "Choose another one")
	ada.click("Choose another one")
	ada.sees("Choose another password", "You stay signed in here.")
	ada.fill("New password", "four lazy orange cats")
	ada.clickIn("main form.form", "Change the password")
	ada.sees("Your password is changed. Everywhere else you are signed out.")
	ada.open("/forgot-password")
	ada.clickIn("main form.form", "Send the link")
	ada.sees("Look into your mail", "find the mail in the outbox")
	casey.open("/outbox")
	casey.click("Sign in as the consumer")
	link := casey.mailed("/reset-password/")

	ada.open(link)
	ada.fill("New password for ada@example.com", "short")
	ada.clickIn("main form.form", "Change the password")
	ada.wants(422)
	ada.sees("Use at least 10 characters.")
	ada.fill("New password for ada@example.com", "seven purple hedgehogs")
	ada.clickIn("main form.form", "Change the password")
	ada.sees("Your password is changed. Sign in with it.")
	ada.fill("Email", "ada@example.com")
	ada.fill("Password", "seven purple hedgehogs")
	ada.clickIn("main form.form", "Sign in")
	ada.sees("Create your team")
	ada.open(link)
	ada.wants(404)
	ada.sees("This link does not work", "Ask for another link")
}

// mailed is the link that begins so in the newest mail of the outbox, once the mail is there.
func (p *person) mailed(prefix string) (link string) {
	p.t.Helper()
	pattern := regexp.MustCompile(regexp.QuoteMeta(p.demo.PortalURL+prefix) + `[A-Z0-9]+`)
	p.until("find the link "+prefix, func() string {
		if link = pattern.FindString(p.text("main")); link == "" {
			p.reload()
			return "the outbox says " + p.text("main")
		}
		return ""
	})
	return link
}
