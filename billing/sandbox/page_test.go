package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestThePageShowsWhatIsBought(t *testing.T) {
	b := newRig(t, "")
	made := b.open()
	res, page := b.get(made.URL)
	if !strings.HasPrefix(made.URL, b.address+"/pay/cs_test_") || res.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %s", made.URL, res.Status)
	}
	for selector, want := range map[string]string{
		"title":                 "Sandbox checkout — no real money",
		".banner":               "Sandbox checkout — no real money",
		"h1":                    "$25.00 USD",
		".lines li:first-child": "Prepaid credit",
		".seller":               "portal.example",
		"form .primary":         "Pay $25.00 USD",
		".cards tbody":          "4000 0000 0000 9995",
	} {
		if got := page.Find(selector).Text(); !strings.Contains(got, want) {
			t.Errorf("%s is %q, want %q in it", selector, got, want)
		}
	}
	for selector, want := range map[string]string{
		"input[name=email] @value": "ann@example.com",
		"a.back @href":             "https://portal.example/top-up",
		"form @action":             "/sandbox" + strings.TrimPrefix(made.URL, b.address),
	} {
		element, attribute, _ := strings.Cut(selector, " @")
		if got := page.Find(element).AttrOr(attribute, ""); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	if n := page.Find("script, style, [style], [onclick]").Length(); n != 0 {
		t.Errorf("%d scripts or inline styles, want none", n)
	}
	policy := res.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "style-src 'self'", "form-action 'self' https://portal.example"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	if strings.Contains(policy, "script-src") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q allows scripts", policy)
	}
}

func TestTheStylesheetIsServedUnderTheSamePrefix(t *testing.T) {
	b := newRig(t, "")
	_, page := b.get(b.open().URL)
	href := page.Find("link[rel=stylesheet]").AttrOr("href", "")
	res, _ := b.get(strings.TrimSuffix(b.address, "/sandbox") + href)
	if !strings.HasPrefix(href, "/sandbox/") || res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/css") {
		t.Errorf("%q answered %s with %s", href, res.Status, res.Header.Get("Content-Type"))
	}
}

func TestWhatIsWrongIsSaidAtTheField(t *testing.T) {
	for _, row := range []struct {
		sentence, field, value, says string
	}{
		{"no card number", "number", "", "Enter a card number."},
		{"letters in the card number", "number", "4242 4242 4242 424x", "digits only"},
		{"a short card number", "number", "4242 4242", "not complete"},
		{"a mistyped card number", "number", "4242 4242 4242 4241", "check digit"},
		{"a card that is not a test card", "number", "5555 5555 5555 4444", "Use one of the test cards"},
		{"no expiry", "expiry", "", "like 12 / 34"},
		{"a month that does not exist", "expiry", "13 / 34", "from 01 to 12"},
		{"a date that is over", "expiry", "01 / 20", "in the past"},
		{"a date that is a typing error", "expiry", "12 / 2999", "too far"},
		{"a short CVC", "cvc", "12", "three digits"},
		{"a CVC of letters", "cvc", "abc", "three digits"},
		{"no name", "name", " ", "name on the card"},
		{"no e-mail address", "email", "ann at example", "e-mail address"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			b := newRig(t, "")
			made := b.open()
			form := typed(goodCard)
			form.Set(row.field, row.value)
			res, page := b.submit(made.URL, form)
			if res.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("answered %s, want 422", res.Status)
			}
			if got := page.Find("#" + row.field + "-error").Text(); !strings.Contains(got, row.says) {
				t.Errorf("the field says %q, want %q in it", got, row.says)
			}
			if n := page.Find("[aria-invalid]").Length(); n != 1 {
				t.Errorf("%d fields are marked wrong, want one", n)
			}
			if described := page.Find("#"+row.field).AttrOr("aria-describedby", ""); described != row.field+"-error" {
				t.Errorf("the field is described by %q", described)
			}
			wantKept(t, page.Find("form input").Length(), form, func(name string) string {
				return page.Find("#"+name).AttrOr("value", "")
			})
			if got := b.payment(made.ID); got.PaymentIntentID != "" {
				t.Error("an attempt was made although the form was wrong")
			}
		})
	}
}

func TestADeclineKeepsWhatWasTypedButTheCVC(t *testing.T) {
	b := newRig(t, "")
	made := b.open()
	form := typed(poorCard)
	_, page := b.submit(made.URL, form)
	form.Set("cvc", "")
	wantKept(t, page.Find("form input").Length(), form, func(name string) string {
		return page.Find("#"+name).AttrOr("value", "")
	})
}

func wantKept(t *testing.T, inputs int, form url.Values, value func(name string) string) {
	t.Helper()
	if inputs != len(form) {
		t.Errorf("%d inputs, want %d", inputs, len(form))
	}
	for name := range form {
		if got, want := value(name), strings.TrimSpace(form.Get(name)); got != want {
			t.Errorf("%s shows %q, want %q", name, got, want)
		}
	}
}

func TestATestCardCanBePutInWithoutTyping(t *testing.T) {
	b := newRig(t, "")
	made := b.open()
	_, page := b.submit(made.URL, url.Values{"email": {"eve@example.com"}, "use": {"4242424242424242"}})
	filled := url.Values{}
	for _, name := range []string{"email", "number", "expiry", "cvc", "name"} {
		filled.Set(name, page.Find("#"+name).AttrOr("value", ""))
	}
	if filled.Get("email") != "eve@example.com" || filled.Get("number") != goodCard {
		t.Errorf("filled in %v", filled)
	}
	if res, _ := b.submit(made.URL, filled); res.StatusCode != http.StatusSeeOther {
		t.Errorf("paying with what was filled in answered %s", res.Status)
	}
}

func TestAnUnknownPageSaysSo(t *testing.T) {
	b := newRig(t, "")
	res, page := b.get(b.address + "/pay/cs_test_nobody")
	if res.StatusCode != http.StatusNotFound || page.Find("h1").Text() != "There is no such checkout" {
		t.Errorf("answered %s: %s", res.Status, page.Find("h1").Text())
	}
}
