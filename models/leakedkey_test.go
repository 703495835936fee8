package models_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestWhereAKeyWasFoundIsAPlainAddressOrNothing(t *testing.T) {
	long := "https://code.test/" + strings.Repeat("a", 400)
	for text, want := range map[string]string{
		"https://code.test/acme/import/blob/main/.env": "https://code.test/acme/import/blob/main/.env",
		" http://203.0.113.9:8080/x ":                  "http://203.0.113.9:8080/x",
		"https://me:secret@code.test/x?token=1#frag":   "https://code.test/x",
		"https://code.test/a%2Fb":                      "https://code.test/a%2Fb",
		"https://code.test/ä":                          "https://code.test/%C3%A4",
		"https://bü.test/":                             "https://b%C3%BC.test/",
		long:                                           long[:300],
		"":                                             "", "code.test/x": "", "javascript:alert(1)": "", "ftp://code.test/x": "", "https://": "", "https:///x": "",
		"https://code.test/\r\nBcc: all@example.test": "", "https://code.test/\x00": "", "https://a<b.test/": "", "http://[::1": "",
	} {
		if got := models.CleanPlace(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
