package main

import (
	"errors"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
)

func TestTheDocumentListsEveryWebhookEvent(t *testing.T) {
	raw, err := os.ReadFile("../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	alsoTold := map[models.WebhookAudience]string{
		models.ToBothSides: "the other side of the subscription", models.ToPlanHolders: "teams with the plan", models.ToAPIHolders: "teams subscribed to the API",
	}
	for _, e := range models.WebhookEvents() {
		if row := "| `" + string(e.Type) + "` | " + e.Words + " | " + alsoTold[e.Audience] + " |\n"; !strings.Contains(text, row) {
			t.Errorf("docs/webhooks.md has no row %s", row)
		}
	}
	events, _, _ := strings.Cut(text, "\n### Body")
	var listed []models.WebhookType
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+\\.[a-z_]+)` \\|").FindAllStringSubmatch(events, -1) {
		listed = append(listed, models.WebhookType(row[1]))
	}
	if !slices.Equal(listed, models.WebhookTypes()) {
		t.Errorf("docs/webhooks.md lists\n%v, want\n%v", listed, models.WebhookTypes())
	}
	for _, snippet := range []string{pages.WebhookPython, pages.WebhookNode} {
		if !strings.Contains(text, "\n"+snippet+"\n```\n") {
			t.Errorf("docs/webhooks.md shows another snippet than the page:\n%s", snippet)
		}
	}
}

func TestWebhooksGoWhereUpstreamsMayBe(t *testing.T) {
	open := gateway.Upstreams{Allowed: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, row := range []struct {
		what  string
		rule  gateway.Upstreams
		plain bool
	}{
		{"private networks are closed", gateway.Upstreams{}, false}, {"one is open", open, true}, {"loopback is", gateway.Upstreams{Loopback: true}, true},
	} {
		if plainWebhooks(row.rule) != row.plain {
			t.Errorf("%s: http is taken: %v", row.what, !row.plain)
		}
	}
	var sentence models.Sentence
	if conn, err := guardedDial(gateway.Upstreams{})(t.Context(), "tcp", "127.0.0.1:9"); conn != nil || !errors.As(err, &sentence) || !strings.Contains(sentence.Error(), "--allow-upstreams") {
		t.Errorf("a closed address: %v", err)
	}
	if _, err := guardedDial(gateway.Upstreams{})(t.Context(), "tcp", "nowhere.invalid:443"); err == nil || errors.As(err, &sentence) && strings.Contains(err.Error(), "private") {
		t.Errorf("a name that nobody has: %v", err)
	}
}
