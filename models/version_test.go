package models_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestCheckVersionName(t *testing.T) {
	for _, row := range []struct {
		sentence, typed, name string
		good                  bool
	}{
		{"a number", "v2", "v2", true},
		{"spaces around it", " v2 ", "v2", true},
		{"a date", "2027-01-31", "2027-01-31", true},
		{"dots", "v2.1.0", "v2.1.0", true},
		{"twenty characters", strings.Repeat("v", 20), strings.Repeat("v", 20), true},
		{"twenty-one", strings.Repeat("v", 21), strings.Repeat("v", 21), false},
		{"nothing", " ", "", false},
		{"upper case", "V2", "V2", false},
		{"a slash", "v2/x", "v2/x", false},
		{"an at sign, which parts an API from its version", "@v2", "@v2", false},
		{"dots alone", "..", "..", false},
		{"a word that the portal uses", "new", "new", false},
	} {
		name, err := models.CheckVersionName(row.typed)
		if name != row.name || (err == nil) != row.good {
			t.Errorf("%s: %q, %v", row.sentence, name, err)
		}
	}
}
