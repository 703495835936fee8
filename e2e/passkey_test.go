package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Somebody adds a passkey, signs in with it in place of password and code, confirms who they are with it, and removes it. What
// the device refuses is told in words.
func TestSigningInByPasskey(t *testing.T) {
	t.Parallel()
	ada := visit(t, startDemo(t, "--addr", ":0"), "Ada") // a passkey belongs to a name, and here that is localhost
	device := ada.device()
	ada.open("/sign-up")
	ada.fill("Your name", "Ada Lovelace")
	ada.fill("Email", "ada@example.com")
	ada.fill("Password", "correct horse battery")
	ada.clickIn("main form.form", "Sign up")

	ada.open("/account")
	ada.sees("None yet. A passkey signs you in by a finger")
	ada.click("Add a passkey")
	ada.misses("Passkeys take a browser that knows them")
	ada.verified(device, false)
	ada.ask("Add a passkey")
	ada.sees("Nothing was done: it was cancelled")
	ada.verified(device, true)
	ada.fill("Name", "Laptop")
	ada.askAndGo("Add a passkey")
	ada.sees("The passkey “Laptop” is added.", "on one device only", "not yet")
	ada.click("Add a passkey")
	ada.ask("Add a passkey")
	ada.sees("There is a passkey for this account in this place already.")

	ada.signOut()
	ada.present(device, false) // or the browser would offer it at once, and nobody be there to choose
	ada.open("/sign-in?next=/account")
	ada.verified(device, false)
	ada.present(device, true)
	ada.ask("Sign in with a passkey")
	ada.sees("Nothing was done: it was cancelled")
	ada.verified(device, true)
	ada.askAndGo("Sign in with a passkey")
	ada.sees("Your account", "Laptop")
	ada.misses("not yet")

	ada.open("/account/confirm?next=/account/password")
	ada.sees("Confirm that it is you")
	ada.askAndGo("Confirm with a passkey")
	ada.sees("New password")

	ada.open("/account")
	ada.click("Rename")
	ada.fill("Name", "Old laptop")
	ada.clickIn("main form.form", "Rename")
	ada.clickIn(rowOf("Old laptop"), "Remove")
	ada.sees("Your device or password manager goes on offering it")
	ada.click("Remove it")
	ada.sees("The passkey is removed", "None yet.")

	ada.signOut()
	ada.present(device, false)
	ada.open("/sign-in")
	ada.present(device, true)
	ada.askAndGo("Sign in with a passkey")
	ada.wants(422)
	ada.sees("This passkey does not work here.")
}

// Where the browser can, it offers passkeys in the field for the address, without a click on our page.
func TestTheBrowserOffersPasskeys(t *testing.T) {
	t.Parallel()
	ada := visit(t, startDemo(t, "--addr", ":0"), "Ada")
	ada.device()
	ada.open("/account/passkeys/new")
	ada.click("Sign in as the provider")
	ada.askAndGo("Add a passkey")
	ada.signOut()
	// The device takes the offer as soon as it is made, so the page is left before anybody could inspect it.
	_, err := chromedp.Call(ada.tab, page.Navigate, page.NavigateParams{URL: ada.demo.PortalURL + "/sign-in?next=/account"})
	ada.must("open the sign-in page", err)
	ada.sees("Where you are signed in")
	if at := ada.path(); at != "/account" {
		t.Errorf("the offer leads to %s", at)
	}
}

// At an address that is a number there are no passkeys, and without JavaScript nobody is offered what they cannot do.
func TestPasskeysAreNotOfferedWhereTheyCannotBe(t *testing.T) {
	t.Parallel()
	numbered := visit(t, startDemo(t), "Ada")
	numbered.open("/account/passkeys/new")
	numbered.misses("Sign in with a passkey")
	numbered.click("Sign in as the provider")
	numbered.sees("this portal is reached by a number")

	plain := visit(t, startDemo(t, "--addr", ":0"), "Nia").withoutScripts()
	plain.open("/account/passkeys/new")
	plain.misses("Sign in with a passkey")
	plain.click("Sign in as the provider")
	plain.sees("Passkeys take a browser that knows them, with JavaScript turned on.")
}

// device gives the person's browser a device that holds passkeys and asks for a finger, which is always there.
func (p *person) device() webauthn.AuthenticatorID {
	p.t.Helper()
	command(p, webauthn.Enable, webauthn.EnableParams{})
	made, err := chromedp.Call(p.tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	p.must("have a device", err)
	return made.AuthenticatorID
}

// verified says whether the finger is the right one from now on.
func (p *person) verified(device webauthn.AuthenticatorID, right bool) {
	p.t.Helper()
	command(p, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: device, IsUserVerified: right})
}

// present says whether anybody is at the device from now on.
func (p *person) present(device webauthn.AuthenticatorID, there bool) {
	p.t.Helper()
	command(p, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: device, Enabled: there})
}

// ask clicks on a button that asks the device, which leads nowhere if that refuses.
func (p *person) ask(text string) {
	p.t.Helper()
	p.must("click "+text, p.pressOn(text))
}

// askAndGo is ask, and waits for the page that follows.
func (p *person) askAndGo(text string) {
	p.t.Helper()
	p.arrive("click "+text, func() error { return p.pressOn(text) })
}

func (p *person) pressOn(text string) error {
	p.t.Helper()
	var found spot
	p.until(fmt.Sprintf("click %q", text), func() string {
		if err := p.eval(&found, "findSpot", "main form:has([data-passkey])", text); err != nil {
			return err.Error()
		}
		return found.Problem
	})
	return chromedp.Do(p.tab, chromedp.MouseClickXY(found.X, found.Y))
}

func (p *person) signOut() {
	p.t.Helper()
	p.click("Account")
	p.click("Sign out")
}
