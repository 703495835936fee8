package models

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// The lengths of a password, in characters. NIST SP 800-63B asks for length and a list of what is tried first, not for kinds
// of characters.
const (
	MinPassword = 10
	MaxPassword = 128
)

// maxTail is how many digits and signs at the end make no other password of a common one: "football2026!" is "football".
const maxTail = 5

// CheckPassword says what is wrong with a password that somebody chose, and what would be right; "" if it may be used. email
// and name are theirs, as NewUser.Validate leaves them.
func CheckPassword(password, email, name string) string {
	length := utf8.RuneCountInString(password)
	local, _, _ := strings.Cut(email, "@")
	switch {
	case !utf8.ValidString(password):
		return "Use characters only."
	case length < MinPassword:
		return "Use at least 10 characters. A few words in a row are easy to keep."
	case length > MaxPassword:
		return "Use at most 128 characters."
	case isCommon(password):
		return "Many people use this password, so it is tried first. Use a few words that do not belong together."
	case isMade(password, email) || isMade(password, local) || isMade(password, name):
		return "This is your address or name, which others know. Use a few words that do not belong together."
	}
	return ""
}

// isCommon says whether a password is on the list, with or without a tail.
func isCommon(password string) bool {
	lower := strings.ToLower(password)
	core := strings.TrimRightFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	return common()[lower] || utf8.RuneCountInString(lower)-utf8.RuneCountInString(core) <= maxTail && common()[core]
}

// isMade says whether a password has the letters of a text and little else.
func isMade(password, from string) bool {
	letters := lettersOf(password)
	return letters != "" && letters == lettersOf(from) &&
		utf8.RuneCountInString(password)-utf8.RuneCountInString(letters) <= maxTail
}

func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// commonPasswords is described in commonpasswords.md.
//
//go:embed commonpasswords.txt.gz
var commonPasswords []byte

var common = sync.OnceValue(func() map[string]bool {
	packed, err := gzip.NewReader(bytes.NewReader(commonPasswords))
	if err != nil {
		panic("models: the common passwords: " + err.Error()) // they are part of the program
	}
	raw, err := io.ReadAll(packed)
	if err != nil {
		panic("models: the common passwords: " + err.Error())
	}
	list := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		list[strings.TrimSuffix(line, "\n")] = true
	}
	return list
})
