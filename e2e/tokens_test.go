package e2e

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// Somebody makes a token for a program, the program asks who it is and reads its team's keys, and nothing more; then the
// token is revoked, and the program is nobody.
func TestAProgramGetsATokenAndLosesIt(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	casey := visit(t, demo, "Casey")
	casey.open("/account/tokens")
	casey.click("Sign in as the consumer")
	casey.clickIn("main", "Create token")
	casey.fill("Name", "Nightly build")
	casey.clickIn("main form", "Create token")
	casey.sees("Save this token now", "/api/v1/me")
	token := casey.read(".secret-text")
	says := func(path string, status int, text string) {
		t.Helper()
		if a := program.Curl(t, token, demo.PortalURL+"/api/v1"+path); a.Status != status || !strings.Contains(a.Body, text) {
			t.Fatalf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	says("/me", 200, `"name":"Nightly build"`)
	says("/teams/acme-research/keys", 200, `"next"`)
	says("/teams/acme-research/wallet", 403, "scope_missing")
	says("/teams/quotable/keys", 404, "about:blank")

	casey.click("I have saved it")
	casey.clickIn(rowOf("Nightly build"), "Revoke")
	casey.fill("Type Nightly build to confirm", "Nightly build")
	casey.click("Revoke token")
	casey.sees("revoked")
	says("/me", 401, "invalid_token")
}
