package sandbox_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/billing/sandbox"
)

func TestTheStateFileIsForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	newRig(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
}

// What could not be written did not happen: the payer is told so and the session can still be paid.
func TestAPaymentThatCannotBeSavedIsNotMade(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	b := newRig(t, filepath.Join(folder, "sandbox.json"))
	made := b.open()
	aside := folder + "-aside"
	if err := os.Rename(folder, aside); err != nil { // root may write anywhere, so permissions would prove nothing
		t.Fatal(err)
	}
	if res, _ := b.submit(made.URL, typed(goodCard)); res.StatusCode != http.StatusInternalServerError {
		t.Errorf("paying answered %s, want 500", res.Status)
	}
	if err := os.Rename(aside, folder); err != nil {
		t.Fatal(err)
	}
	if got := b.payment(made.ID).Status; got != billing.PaymentOpen {
		t.Errorf("the payment is %s, want open", got)
	}
	b.pay(made)
}

func TestNewRefuses(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("not json"), 0o600); err != nil {
		t.Fatal(err)
	}
	for sentence, cfg := range map[string]sandbox.Config{
		"an address without a host":    {BaseURL: "/sandbox", SecretKey: secretKey},
		"no key":                       {BaseURL: "http://127.0.0.1/sandbox"},
		"a webhook without a secret":   {BaseURL: "http://127.0.0.1/sandbox", SecretKey: secretKey, WebhookURL: "http://127.0.0.1/hook"},
		"a state file of another kind": {BaseURL: "http://127.0.0.1/sandbox", SecretKey: secretKey, StatePath: broken},
		"a folder that is not there": {BaseURL: "http://127.0.0.1/sandbox", SecretKey: secretKey,
			StatePath: filepath.Join(t.TempDir(), "nowhere", "sandbox.json")},
	} {
		if _, err := sandbox.New(cfg); err == nil {
			t.Errorf("%s was accepted", sentence)
		}
	}
}

func TestASandboxThatMovedLeadsToItsNewAddress(t *testing.T) {
	b := newRig(t, filepath.Join(t.TempDir(), "sandbox.json"))
	made := b.open()
	b.address = strings.Replace(b.address, "127.0.0.1", "localhost", 1)
	b.start()
	got := b.call("GET", "/v1/checkout/sessions/"+made.ID, nil).at("url")
	if want := b.address + "/pay/" + made.ID; got != want {
		t.Errorf("the page is at %v, want %s", got, want)
	}
}
