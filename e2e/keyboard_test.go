package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Whoever has no mouse searches, signs in and finds their way.
func TestEverythingIsReachedByKeyboard(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	casey := visit(t, demo, "Casey")

	casey.open("/")
	casey.press(kb.Tab)
	casey.hasFocus("Skip to content")
	casey.press("/")
	casey.hasFocus("Search APIs")
	casey.press("quot")
	casey.pressAndGo(kb.Enter)
	casey.sees("1 API matching “quot”", "Quotes")
	casey.press("/")
	casey.hasFocus("Search by name, purpose or team")
	casey.press("zebra") // the search is selected, so it is replaced
	casey.sees("Nothing matches “zebra”")

	casey.open("/sign-in?next=%2Ft%2Facme-research")
	casey.tabTo("Email")
	casey.press(demo.Logins.Consumer.Email)
	casey.press(kb.Tab)
	casey.hasFocus("Password")
	casey.press(demo.Logins.Consumer.Password)
	casey.pressAndGo(kb.Enter)
	casey.sees("Acme Research", "Active keys")

	casey.press("?")
	casey.sees("Keyboard shortcuts")
	casey.press(kb.Escape)
	casey.until("close the list of shortcuts", func() string {
		if strings.Contains(casey.text("body"), "Keyboard shortcuts") {
			return "it is still there"
		}
		return ""
	})
	casey.press("g")
	casey.pressAndGo("w")
	casey.sees("Wallet", "Credit to try things out")
	casey.tabTo("Team: Acme Research")
	casey.press(kb.Enter)
	casey.tabTo("Ten Calls Ltd")
	casey.pressAndGo(kb.Enter)
	casey.sees("$0.20")
}

// Bad input loses nothing that was typed: the form comes back with it, and the focus stands on what is wrong.
func TestBadInputComesBackWithWhatIsWrong(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	pat := visit(t, demo, "Pat")

	pat.open("/sign-in")
	pat.fill("Email", demo.Logins.Provider.Email)
	pat.fill("Password", "not the password")
	pat.clickIn("main form.form", "Sign in")
	pat.wants(422)
	pat.hasFocus("E-mail and password do not belong together. Check both and try again.")
	pat.keeps("Email", demo.Logins.Provider.Email)
	pat.keeps("Password", "")
	pat.fill("Password", demo.Logins.Provider.Password)
	pat.clickIn("main form.form", "Sign in")
	pat.sees("Quotable")

	pat.click("My APIs")
	pat.click("New API")
	pat.fill("Name", "Weather")
	pat.fill("Short name", "quotes") // taken
	pat.fill("Upstream URL", "ftp://weather.example.com")
	pat.fill("Price per call", "two cents")
	pat.click("Create draft")
	pat.wants(422)
	if focus := pat.focus(); !strings.HasPrefix(focus, "Not done yet.") {
		pat.fail("the focus is not on the summary of what is wrong but on " + focus)
	}
	pat.keeps("Name", "Weather")
	pat.keeps("Short name", "quotes")
	pat.keeps("Upstream URL", "ftp://weather.example.com")
	pat.keeps("Price per call", "two cents")
	pat.says("Upstream URL", "http")
	pat.says("Price per call", "0.02")
	pat.press(kb.Tab) // the summary's first line leads to the first field that is wrong
	pat.hasFocus("Enter a whole address that begins with https:// or http://.")
	pat.press(kb.Enter)
	pat.hasFocus("Upstream URL")

	pat.open("/teams/new")
	pat.fill("Team name", strings.Repeat("A very long name ", 40))
	pat.click("Create team")
	pat.wants(422)
	pat.keeps("Team name", strings.Repeat("A very long name ", 40))
}

// tabTo presses Tab until something has the focus.
func (p *person) tabTo(name string) {
	p.t.Helper()
	for range 60 {
		if strings.HasSuffix(p.focus(), name) {
			return
		}
		p.press(kb.Tab)
	}
	p.fail("Tab never reaches " + name)
}

// keeps makes sure that a field still has what was typed.
func (p *person) keeps(label, want string) {
	p.t.Helper()
	if got := p.value(label); got != want {
		p.fail("the field " + label + " has " + got + ", not " + want)
	}
}

// says makes sure that a field is marked, and that a sentence with a word of help belongs to it.
func (p *person) says(label, help string) {
	p.t.Helper()
	var about struct{ Invalid, Says string }
	p.must("read what belongs to "+label, p.eval(&about, "aboutField", label))
	if about.Invalid != "true" || !strings.Contains(about.Says, help) {
		p.fail("the field " + label + " says " + about.Says + " (aria-invalid " + about.Invalid + ")")
	}
}
