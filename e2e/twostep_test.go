package e2e

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Somebody turns two-step sign-in on, signs in with it from another browser, loses the app, gets in with a recovery code,
// ends the other browser's session and turns it off again.
func TestSigningInTakesTwoSteps(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	takeTwoSteps(visit(t, demo, "Ada"), visit(t, demo, "Laptop"))
}

// The same without a line of JavaScript.
func TestSigningInTakesTwoStepsWithoutJavaScript(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	takeTwoSteps(visit(t, demo, "Ada").withoutScripts(), visit(t, demo, "Laptop").withoutScripts())
}

func takeTwoSteps(ada, laptop *person) {
	ada.open("/sign-up")
	ada.fill("Your name", "Ada Lovelace")
	ada.fill("Email", "ada@example.com")
	ada.fill("Password", "correct horse battery")
	ada.clickIn("main form.form", "Sign up")
	ada.open("/account")
	ada.sees("Where you are signed in", "Chrome on Linux", "this one")
	ada.click("Set it up")
	ada.sees("Scan this with your authenticator app")
	secret := ada.read(".secret-text")
	ada.fill("Code", "000000")
	ada.clickIn("main form.form", "Turn it on")
	ada.wants(422)
	ada.sees("This is not the code that your app shows now.")
	ada.fill("Code", codeOf(secret, 0))
	ada.clickIn("main form.form", "Turn it on")
	ada.sees("Save these recovery codes now", "Two-step sign-in is on")
	recovery := strings.Fields(ada.read("main pre"))[0]
	ada.click("I have saved them")
	ada.sees("10 recovery codes left")

	laptop.open("/account")
	laptop.fill("Email", "ada@example.com")
	laptop.fill("Password", "correct horse battery")
	laptop.clickIn("main form.form", "Sign in")
	laptop.sees("Second step")
	laptop.fill("Code", codeOf(secret, 1)) // that of the set-up was used, and a clock may be half a minute fast
	laptop.clickIn("main form.form", "Sign in")
	laptop.sees("Your account", "End all other sessions")
	laptop.click("End all other sessions")
	laptop.sees("1 other session ended.")

	ada.open("/account")
	ada.fill("Email", "ada@example.com")
	ada.fill("Password", "correct horse battery")
	ada.clickIn("main form.form", "Sign in")
	ada.click("Use a recovery code")
	ada.fill("Recovery code", recovery)
	ada.clickIn("main form.form", "Sign in")
	ada.sees("Your account", "9 recovery codes left")
	ada.click("Turn it off")
	ada.sees("From then on your password alone opens your account.")
	ada.clickIn("main form.form", "Turn it off")
	ada.sees("Two-step sign-in is off.", "Set it up")
}

// codeOf is what an authenticator app shows some steps of 30 seconds from now, by RFC 6238.
func codeOf(secret string, steps int64) string {
	key, _ := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.Join(strings.Fields(secret), ""))
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, time.Now().Unix()/30+steps)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%1_000_000)
}
