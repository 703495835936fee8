package openapi

import (
	"strconv"
	"strings"
	"unicode"
)

// addressable returns s as one segment of an address: letters, digits, dots, underscores and hyphens.
func addressable(s string) string {
	var b strings.Builder
	hyphen := false
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '_' {
			hyphen = true
			continue
		}
		if hyphen && b.Len() > 0 {
			b.WriteByte('-')
		}
		hyphen = false
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), ".")
}

// cut shortens a name to what an address can bear.
func cut(s string) string {
	const most = 120 // characters
	if r := []rune(s); len(r) > most {
		return strings.TrimRight(string(r[:most]), ".-")
	}
	return s
}

// unused returns name, or name with the first number from 2 on that is not taken.
func unused(name string, taken func(string) bool) string {
	if !taken(name) {
		return name
	}
	for i := 2; ; i++ {
		if numbered := name + "-" + strconv.Itoa(i); !taken(numbered) {
			return numbered
		}
	}
}
