package models_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestWhereAWebhookMayLead(t *testing.T) {
	for _, row := range []struct {
		sentence, url string
		safe, plain   bool // whether it is taken where http is not allowed, and where it is
	}{
		{"an address", "https://example.com/hooks", true, true},
		{"an address with port and query", "https://example.com:8443/hooks?team=1", true, true},
		{"with space around it", "  https://example.com ", true, true},
		{"http", "http://10.0.0.7:9000/in", false, true},
		{"nothing", "", false, false},
		{"no scheme", "example.com/hooks", false, false},
		{"another scheme", "ftp://example.com", false, false},
		{"script", "javascript:alert(1)", false, false},
		{"no host", "https:///hooks", false, false},
		{"user and password", "https://me:secret@example.com", false, false},
		{"markup for a host", `https://"><script>alert(1)</script>`, false, false},
		{"an IPv6 address", "https://[2001:db8::1]:8443/in", true, true},
		{"an IPv6 address with a zone", "https://[fe80::1%25eth0]/", false, false},
		{"a name with other letters", "https://bücher.example/in", true, true},
		{"a fragment", "https://example.com/#a", false, false},
		{"port zero", "https://example.com:0", false, false},
		{"a line break", "https://example.com/\r\nHost: x", false, false},
		{"broken text", "https://example.com/\xff", false, false},
		{"too long", "https://example.com/" + strings.Repeat("a", 2000), false, false},
	} {
		for plain, want := range map[bool]bool{false: row.safe, true: row.plain} {
			if _, err := (models.WebhookForm{URL: row.url}).Validate(plain); (err == nil) != want {
				t.Errorf("%s, http allowed %v: %v", row.sentence, plain, err)
			}
		}
	}
}

func TestTheEventsOfAWebhook(t *testing.T) {
	form, err := models.WebhookForm{URL: "https://example.com", Events: []models.WebhookType{"member.left", "key.created", "key.created"}}.Validate(false)
	if want := []models.WebhookType{"key.created", "member.left"}; err != nil || !slices.Equal(form.Events, want) {
		t.Errorf("%v, %v", form.Events, err)
	}
	var w models.Webhook
	w.Set(form)
	if !w.Wants("key.created") || w.Wants("key.revoked") || w.Host != "example.com" {
		t.Errorf("%+v", w)
	}
	w.Set(models.WebhookForm{URL: "https://example.com"})
	if !w.Wants("key.revoked") || !w.Wants("thing.of_tomorrow") {
		t.Error("an endpoint that chose nothing does not hear of everything")
	}
	if _, err := (models.WebhookForm{URL: "https://example.com", Events: []models.WebhookType{"webhook.test"}}).Validate(false); err == nil {
		t.Error("a type that nobody can choose was taken")
	}
}

func TestTheTableOfWebhookEventsIsSound(t *testing.T) {
	known, told, types := auditActions(t), map[models.AuditAction]bool{}, map[models.WebhookType]bool{}
	for _, e := range models.WebhookEvents() {
		if types[e.Type] || e.Group == "" || e.Words == "" || strings.HasSuffix(e.Words, ".") || len(e.Acts) == 0 {
			t.Errorf("%+v", e)
		}
		types[e.Type] = true
		for _, a := range e.Acts {
			if told[a] || !slices.Contains(known, a) {
				t.Errorf("%s: the act %s is told twice or does not exist", e.Type, a)
			}
			told[a] = true
			if got, ok := models.WebhookEventOf(a); !ok || got.Type != e.Type {
				t.Errorf("%s is told as %s", a, got.Type)
			}
		}
	}
	if _, ok := models.WebhookEventOf(models.AuditExported); ok {
		t.Error("an act that is not listed is told")
	}
}

func TestAWebhookSecretHasTheFormOfTheStandard(t *testing.T) {
	secret := models.NewWebhookSecret()
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(raw) != 32 || secret == models.NewWebhookSecret() {
		t.Errorf("%q: %d bytes, %v", secret, len(raw), err)
	}
}
