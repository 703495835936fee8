package models

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

func TestPasswordsThatMayNotBeUsedAreToldWhatWouldBeRight(t *testing.T) {
	const email, name = "ada.lovelace@example.test", "Ada King"
	for _, row := range []struct{ sentence, password, says string }{
		{"a few words", "correct horse battery", ""},
		{"ten characters that are not on the list", "kzqvwxjpft", ""},
		{"letters of another script", "пароль мой", ""},
		{"a common one with a long tail is another one", "dragon8492715503", ""},
		{"a name with much around it is another one", "ada king of 14 hedgehogs", ""},
		{"128 characters", strings.Repeat("ab cd ef", 16), ""},
		{"nothing", "", "at least 10 characters"},
		{"nine characters", "kzqvwxjpf", "at least 10 characters"},
		{"nine characters of several bytes each", "äöüäöüäöü", "at least 10 characters"},
		{"129 characters", strings.Repeat("x", 129), "at most 128 characters"},
		{"what is no text", "\xff\xfe no text at all", "characters only"},
		{"one of the list", "1234567890", "Many people use this password"},
		{"one of the list beyond its first 10,000", "basketball1", "Many people use this password"},
		{"one of the list in capitals", "QWERTYUIOP", "Many people use this password"},
		{"a short one of the list with a year", "Football2026!", "Many people use this password"},
		{"the address", "Ada.Lovelace@example.test", "your address or name"},
		{"the address before the @", "ada-lovelace", "your address or name"},
		{"the same with a number", "adalovelace1815", "your address or name"},
		{"the name with a number", "Ada King 12", "your address or name"},
	} {
		got := CheckPassword(row.password, email, name)
		if (got == "") != (row.says == "") || !strings.Contains(got, row.says) {
			t.Errorf("%s: %q, want %q", row.sentence, got, row.says)
		}
	}
	if got := CheckPassword("1357924680!", "", ""); got != "" {
		t.Errorf("a password without letters is taken for the name of nobody: %q", got)
	}
}

// The list is the one that commonpasswords.md describes.
func TestTheListOfCommonPasswordsIsWhole(t *testing.T) {
	note, err := os.ReadFile("commonpasswords.md")
	if err != nil {
		t.Fatal(err)
	}
	packed, err := gzip.NewReader(bytes.NewReader(commonPasswords))
	if err != nil {
		t.Fatal(err)
	}
	list, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	for what, raw := range map[string][]byte{"the file": commonPasswords, "the list": list} {
		if sum := fmt.Sprintf("%x", sha256.Sum256(raw)); !strings.Contains(string(note), sum) {
			t.Errorf("the note does not name %s, whose sha256 is %s", what, sum)
		}
	}
	if n := len(common()); n != 11_412 {
		t.Errorf("%d passwords", n)
	}
	for password := range common() {
		if password != strings.ToLower(password) || strings.TrimSpace(password) == "" {
			t.Errorf("%q is never matched", password)
		}
	}
}
