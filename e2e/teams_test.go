package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// An owner invites somebody who has no account yet; they sign up, join, make a key and call with it. Their role changes what
// they may do with the next page, and being removed ends it all.
func TestSomebodyIsInvitedJoinsAndCalls(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	pat, nia := visit(t, demo, "Pat"), visit(t, demo, "Nia").withoutScripts()

	pat.open("/t/quotable/members")
	pat.click("Sign in as the provider")
	pat.sees("Members", "(you)", "owner")
	pat.click("Who may do what")
	pat.sees("Yours in Quotable is owner", "create, limit, rotate and revoke keys")
	pat.clickIn("main", "Members")
	pat.clickIn("main", "Invite")
	pat.fill("Email", "nia@example.com")
	pat.click("Sees everything and changes nothing.")
	pat.click("Send invitation")
	pat.sees("An invitation is on its way to nia@example.com", "Open invitations", "viewer")
	pat.clickIn(rowOf("nia@example.com"), "Send again")
	pat.sees("The link of the older mail has ended")

	pat.open("/outbox") // the mail is written a moment after the promise
	var links []string
	pat.until("find both mails", func() string {
		links = regexp.MustCompile(`/invitations/[A-Z2-7]{26}`).FindAllString(pat.text("#mails .mail[open] pre"), 1)
		if strings.Count(pat.text("#mails"), "to nia@example.com") == 2 && len(links) == 1 {
			return ""
		}
		pat.reload()
		return "they are not there yet"
	})
	nia.open(links[0])
	nia.sees("Join Quotable", "invites you", "viewer", "Sign in with the account that should join, or make one")
	nia.clickIn("main", "Sign up")
	fillSignUp(nia, "Nia New", "nia@home.example")
	nia.sees("You are signed in as Nia New (nia@home.example). It is this account that joins.")
	nia.click("Join as Nia New")
	nia.sees("You have joined Quotable with the role viewer")
	nia.click("Keys")
	nia.misses("Create key")

	pat.open("/t/quotable/members")
	pat.clickIn(rowOf("nia@home.example"), "Change role")
	pat.click("Keys, subscriptions, and the team's own APIs")
	pat.click("Save role")
	pat.sees("Nia New has the role developer in Quotable")

	nia.reload()
	nia.click("Create key")
	nia.fill("Label", "Nia's laptop")
	nia.click("Create key")
	key := nia.read(".secret-text")
	if a := program.Curl(t, key, demo.InvokeURL); a.Status != 200 {
		t.Fatalf("the new member's key gets %d: %s", a.Status, a.Body)
	}

	pat.open("/t/quotable/members")
	pat.clickIn(rowOf("nia@home.example"), "Remove")
	pat.sees("1 key that they made go on working")
	pat.click("Remove Nia New")
	pat.sees("Nia New is no member of Quotable any more")
	nia.open("/t/quotable")
	nia.wants(404)
	nia.open(links[0])
	nia.wants(410)
	nia.sees("This invitation was used")
}

// Whoever deletes a team is told what that means, and its keys are refused before the page that says so.
func TestATeamIsDeletedAndItsKeysStop(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	carl, pat := visit(t, demo, "Carl"), visit(t, demo, "Pat")
	signUpAs(carl, "Sailing Club")
	carl.click("Keys")
	carl.click("Create key")
	carl.fill("Label", "Boat computer")
	carl.click("Create key")
	key := carl.read(".secret-text")
	if a := program.Curl(t, key, demo.InvokeURL); a.Status == 401 {
		t.Fatalf("a key that works gets %d: %s", a.Status, a.Body)
	}
	carl.open("/t/sailing-club/settings")
	carl.fill("Team name", "Sailing Society")
	carl.click("Save name")
	carl.sees("The team is called Sailing Society now")
	carl.clickIn("main", "Delete team")
	carl.sees("Its key stops working at once", "The short name sailing-club is not given to another team")
	carl.fill("Type Sailing Society to confirm", "Sailing Club")
	carl.clickIn("main", "Delete team")
	carl.sees("This is not the team's name")
	carl.fill("Type Sailing Society to confirm", "Sailing Society")
	carl.clickIn("main", "Delete team")
	carl.sees("Sailing Society is deleted", "Create your team")
	if a := program.Curl(t, key, demo.InvokeURL); a.Status != 401 || !strings.Contains(a.Body, "key_revoked") {
		t.Fatalf("the key of a deleted team gets %d: %s", a.Status, a.Body)
	}

	// A team that is owed something, or that others rely on, stays.
	pat.open("/t/quotable/settings/delete")
	pat.click("Sign in as the provider")
	pat.sees("Not yet.", "Quotes is still served to others")
	pat.misses("to confirm")
}
