package models_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestSettingsAreChecked(t *testing.T) {
	for _, row := range []struct {
		sentence string
		settings models.Settings
		wrong    string
		link     string
	}{
		{"nothing is set", models.Settings{}, "", ""},
		{"a name and an address", models.Settings{Name: " Acme APIs ", Support: " help@acme.example "}, "", "mailto:help@acme.example"},
		{"a page", models.Settings{Support: "https://acme.example/help?from=portal"}, "", "https://acme.example/help?from=portal"},
		{"a name of two lines", models.Settings{Name: "Acme\nAPIs"}, "name", ""},
		{"a name that fills the frame", models.Settings{Name: strings.Repeat("x", 41)}, "name", ""},
		{"a page that others can change on the way", models.Settings{Support: "http://acme.example"}, "support", ""},
		{"a script", models.Settings{Support: "javascript:alert(1)"}, "support", ""},
		{"a login in the address", models.Settings{Support: "https://me:secret@acme.example"}, "support", ""},
		{"words", models.Settings{Support: "ask Kim"}, "support", ""},
	} {
		err := row.settings.Validate()
		invalid, _ := err.(models.Invalid) //nolint:errorlint // Validate wraps nothing
		if (err == nil) != (row.wrong == "") || row.wrong != "" && invalid[row.wrong] == "" {
			t.Errorf("%s: %v", row.sentence, err)
		}
		if err == nil && row.settings.SupportLink() != row.link {
			t.Errorf("%s: it leads to %q", row.sentence, row.settings.SupportLink())
		}
	}
	if got := (models.Settings{}).PortalName(); got != "Faregate" {
		t.Errorf("a portal without a name is called %q", got)
	}
}
