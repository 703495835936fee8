package e2e

import (
	"testing"

	"github.com/faregate/faregate/handlers/signon/signontest"
)

// Somebody comes by the company's provider, is in the team that their group leads to, and proves at the provider who they are
// before they choose a password.
func TestSigningInByTheCompanysProvider(t *testing.T) {
	t.Parallel()
	provider := signontest.New(t)
	demo := startDemo(t, "--oidc-issuer", provider.URL, "--oidc-client-id", signontest.ClientID, "--oidc-client-secret", signontest.ClientSecret,
		"--oidc-name", "Acme Login", "--oidc-group-claim", "groups")
	provider.Allow(t, demo.PortalURL+"/sign-in/single-sign-on/return")
	provider.Ask(signontest.Person{
		Subject: "ada-1", Name: "Ada Lovelace", Email: "ada@acme.example", Verified: true, Claims: map[string]any{"groups": []string{"weather"}},
	})

	root := visit(t, demo, "Root")
	root.open("/admin/single-sign-on")
	root.clickIn("main", "Sign in as the provider")
	root.sees("Single sign-on", "No rules yet", provider.URL)
	root.click("New rule")
	root.fill("Group", "weather")
	root.fill("Team", "empty-pockets")
	root.clickIn("main form", "Add the rule")
	root.sees("weather", "viewer")

	ada := visit(t, demo, "Ada")
	ada.expects = provider.URL
	ada.open("/sign-in?next=/start")
	ada.click("Continue with Acme Login")
	ada.click("Sign in as Ada Lovelace")
	ada.sees("Empty Pockets")
	ada.open("/account")
	ada.sees("Single sign-on", "ada@acme.example", "Your account has no password")
	ada.clickIn("main .facts-list", "Choose another one")
	ada.fill("New password", "correct horse battery")
	ada.clickIn("main form", "Change the password")
	ada.sees("Your password is changed.")
}
