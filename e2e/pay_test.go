package e2e

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/e2e/program"
)

// The job that the product exists for: a call is refused for want of money, somebody pays, and the very same call goes
// through.
func TestARefusedCallIsPaidForAndGoesThrough(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	payForARefusedCall(t, demo, visit(t, demo, "Casey"))
}

// The same without a line of JavaScript.
func TestARefusedCallIsPaidForWithoutJavaScript(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	payForARefusedCall(t, demo, visit(t, demo, "Casey").withoutScripts())
}

func payForARefusedCall(t *testing.T, demo *program.Demo, casey *person) {
	t.Helper()
	if a := program.Curl(t, demo.Keys.Funded, demo.InvokeURL); a.Status != 200 || a.Header.Get("Faregate-Charged") != "20000000" {
		t.Fatalf("the funded key gets %d, charged %q: %s", a.Status, a.Header.Get("Faregate-Charged"), a.Body)
	}
	refused := program.Curl(t, demo.Keys.Broke, demo.InvokeURL)
	link := wantsPayment(t, demo, refused)

	casey.open(link)
	casey.sees("Sign in", "Pick a side; no password to remember.")
	casey.click("Sign in as the consumer")

	casey.sees("Top up to continue", "Empty Pockets needs $0.02 and the wallet has $0.00", "GET /random", "Quotes", "Demo key", "$0.02 per call")
	if casey.value("$1.00") != "true" {
		casey.fail("the least amount that covers what is missing is not preselected")
	}
	casey.click("Pay with Stripe")

	casey.sees("Sandbox checkout", "$1.00")
	payWith(casey, "4000 0000 0000 0002")
	casey.wants(402)
	casey.sees("Your card was declined.", "Nothing was paid.")
	if got := casey.value("Card number"); strings.ReplaceAll(got, " ", "") != "4000000000000002" {
		casey.fail("the card number that was typed is lost: " + got)
	}
	if a := program.Curl(t, demo.Keys.Broke, demo.InvokeURL); a.Status != 402 {
		t.Fatalf("after a declined card the call gets %d", a.Status)
	}
	payWith(casey, "4242 4242 4242 4242")

	casey.sees("Credited $1.00", "Stripe confirmed the payment", "Credited to the wallet of Empty Pockets", "The wallet has $1.00 now")
	paid := program.Curl(t, demo.Keys.Broke, demo.InvokeURL)
	if paid.Status != 200 || paid.Header.Get("Faregate-Charged") != "20000000" {
		t.Fatalf("the same call gets %d after paying: %s", paid.Status, paid.Body)
	}

	casey.click("See the calls")
	casey.sees("Calls", "GET /random")
	casey.clickIn(rowOf("$0.02"), "Call of")
	casey.sees(paid.Header.Get("Faregate-Request-Id"), "Charged", "$0.02")
	casey.click("Wallet")
	casey.sees("Quotes", "1 call so far", "−$0.02", "+$1.00", "$0.98", "credited")

	casey.open("/outbox") // the receipt is written a moment after the payment
	casey.until("find the receipt", func() string {
		if strings.Contains(casey.text("main"), "No mail yet") {
			casey.reload()
			return "there is no mail yet"
		}
		return ""
	})
	casey.sees("consumer@example.com", "$1.00")
}

// wantsPayment makes sure that an answer is the 402 that standards-402.md section 14 describes, and returns its link.
func wantsPayment(t *testing.T, demo *program.Demo, a program.Answer) (link string) {
	t.Helper()
	var body map[string]any
	a.Decode(t, &body)
	link, _ = body["top_up_url"].(string)
	id := a.Header.Get("Faregate-Request-Id")
	ref, _ := strings.CutPrefix(link, demo.PortalURL+"/billing/top-up?ref=dny_")
	if !strings.HasPrefix(id, "req_") || ref == link || url.QueryEscape(ref) != ref {
		t.Errorf("the request id is %q and the link %q", id, link)
	}
	if strings.Contains(link, demo.Keys.Broke) {
		t.Error("the key stands in the link")
	}
	if diff := cmp.Diff(402, a.Status); diff != "" {
		t.Error("status", diff)
	}
	headers := map[string]string{}
	for _, name := range []string{"Cache-Control", "Content-Type", "Vary", "Link", "X-Should-Retry", "Faregate-Charged", "Retry-After", "WWW-Authenticate"} {
		headers[name] = a.Header.Get(name)
	}
	if diff := cmp.Diff(map[string]string{
		"Cache-Control": "no-store", "Content-Type": "application/problem+json", "Vary": "Accept, Authorization, X-API-Key",
		"Link": "<" + link + `>; rel="payment"; type="text/html"; title="Top up"`, "X-Should-Retry": "false", "Faregate-Charged": "0",
		"Retry-After": "", "WWW-Authenticate": "",
	}, headers); diff != "" {
		t.Error("headers", diff)
	}
	nano := func(amount string) map[string]any { return map[string]any{"amount": amount, "unit": "nanousd"} }
	if diff := cmp.Diff(map[string]any{
		"type": demo.PortalURL + "/problems/insufficient_credits", "title": "Not enough credit", "status": 402.0,
		"detail":   "This call needs 0.0200 USD; 0.0000 USD is available.",
		"instance": "urn:faregate:request:" + id, "request_id": id, "code": "insufficient_credits",
		"required": nano("20000000"), "available": nano("0"), "held": nano("0"), "top_up_url": link,
		"error": map[string]any{
			"message": "Not enough credit: needs 0.0200 USD, 0.0000 available. Top up at " + link,
			"type":    "insufficient_quota", "param": nil, "code": "insufficient_credits",
		},
	}, body); diff != "" {
		t.Error("body", diff)
	}
	return link
}

// payWith fills in the sandbox's page and pays.
func payWith(p *person, card string) {
	p.t.Helper()
	p.fill("Card number", card)
	p.fill("Expiry", "12/34")
	p.fill("CVC", "123")
	p.fill("Name on card", "Casey Consumer")
	p.clickIn("main", "Pay $")
}

// Who leaves the payment page loses nothing: it can be finished later, and a page that waits for the money turns by itself
// when it comes.
func TestAPaymentThatWasLeftIsFinishedLater(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	finishAPaymentLater(t, demo, visit(t, demo, "Casey"))
}

// The same without JavaScript: then the browser itself asks again.
func TestAPaymentThatWasLeftIsFinishedLaterWithoutJavaScript(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	finishAPaymentLater(t, demo, visit(t, demo, "Casey").withoutScripts())
}

func finishAPaymentLater(t *testing.T, demo *program.Demo, casey *person) {
	t.Helper()
	casey.open("/billing/top-up?team=empty-pockets")
	casey.click("Sign in as the consumer")
	casey.sees("The wallet of Empty Pockets has $0.00")
	casey.click("Other")
	casey.fill("Amount", "0.10")
	casey.click("Pay with Stripe")
	casey.wants(422)
	casey.keeps("Amount", "0.10")
	casey.fill("Amount", "7.50")
	casey.click("Pay with Stripe")
	casey.sees("Sandbox checkout", "$7.50")
	checkout := casey.path()
	casey.click("Cancel and go back")
	casey.sees("Top up")

	casey.click("Wallet")
	casey.clickIn(rowOf("open"), "Continue")
	casey.sees("Waiting for Stripe", "Back to the payment page")
	friend := visit(t, demo, "Friend") // Stripe's page asks for no login of ours
	friend.open(checkout)
	friend.fill("E-mail", "friend@example.com")
	payWith(friend, "4242 4242 4242 4242")
	casey.sees("Credited $7.50", "The wallet has $7.50 now")
	casey.click("Open the wallet")
	casey.sees("+$7.50", "credited")
	friend.open(checkout)
	friend.sees("This has been paid", "It cannot be paid twice.")
	casey.reload()
	casey.misses("$15.00")
}

// Money for ten calls buys ten.
func TestMoneyForTenCallsBuysTen(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	for call := 1; call <= 10; call++ {
		if a := program.Curl(t, demo.Keys.Ten, demo.InvokeURL); a.Status != 200 {
			t.Fatalf("call %d gets %d: %s", call, a.Status, a.Body)
		}
	}
	if a := program.Curl(t, demo.Keys.Ten, demo.InvokeURL); a.Status != 402 {
		t.Errorf("the eleventh call gets %d", a.Status)
	}
	casey := visit(t, demo, "Casey")
	casey.open("/t/ten-calls-ltd/wallet")
	casey.click("Sign in as the consumer")
	casey.sees("Paid calls are refused until you top up.", "10 calls so far", "−$0.20", "+$0.20", "$0.00")
}

// A browser that is refused gets a page, with the same link.
func TestABrowserIsRefusedWithAPage(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	casey := visit(t, demo, "Casey")
	casey.open("/invoke/quotes/v1/random")
	casey.wants(401)
	casey.sees("missing_api_key")

	casey.sends("X-API-Key", demo.Keys.Broke)
	casey.open("/invoke/quotes/v1/random")
	casey.wants(402)
	casey.sees("Not enough credit", "insufficient_credits", "$0.02")
	casey.click("Top up")
	casey.click("Sign in as the consumer")
	casey.sees("Top up to continue", "Empty Pockets needs $0.02")
}
