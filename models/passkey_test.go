package models_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestPasskeyNames(t *testing.T) {
	for sentence, row := range map[string]struct{ typed, other, want, bad string }{
		"one with spaces around it":  {" Laptop ", "x", "Laptop", ""},
		"none, where another stands": {" ", "Firefox on Linux", "Firefox on Linux", ""},
		"none at all":                {"", "", "", "Enter a name by which you will know it."},
		"the longest":                {strings.Repeat("ä", 60), "", strings.Repeat("ä", 60), ""},
		"a longer one":               {strings.Repeat("ä", 61), "", "", "Use at most 60 characters, on one line."},
		"two lines":                  {"a\nb", "", "", "Use at most 60 characters, on one line."},
	} {
		name, err := models.PasskeyName(row.typed, row.other)
		if row.bad == "" && (err != nil || name != row.want) || row.bad != "" && (err == nil || err.Error() != "name: "+row.bad) {
			t.Errorf("%s: %q, %v", sentence, name, err)
		}
	}
}

func TestTransportsAreKeptAsTheyWereTold(t *testing.T) {
	for want, told := range map[string][]string{
		"":                {},
		"internal hybrid": {"internal", "hybrid"},
		"usb":             {"usb", "two words", "line\nbreak", strings.Repeat("x", 21), ""},
	} {
		if got := models.TransportsText(told); got != want {
			t.Errorf("%q are kept as %q", told, got)
		}
	}
	if got := models.TransportsText(strings.Split(strings.Repeat("usb,", 60), ",")); got != "" {
		t.Errorf("too many are kept as %q", got)
	}
}
