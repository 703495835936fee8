package models

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// The most that an API may have.
const (
	maxTags   = 12
	maxTag    = 30  // characters of one
	maxShares = 200 // teams
)

var tagForm = regexp.MustCompile(`^[a-z0-9]+([ -][a-z0-9]+)*$`)

// ReadTags reads what stands in the field of a form: tags with commas between them.
func ReadTags(text string) []string { return strings.Split(text, ",") }

// FitTags are those of some words that can be tags of an API, as many as it may have, in the order of the words.
func FitTags(words []string) []string {
	var fit []string
	for _, word := range words {
		tag := strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(word, "_", " ")), " "))
		if len(tag) <= maxTag && tagForm.MatchString(tag) && !slices.Contains(fit, tag) && len(fit) < maxTags {
			fit = append(fit, tag)
		}
	}
	return fit
}

// checkTags tidies tags, each once and in the order of the alphabet, and says what is wrong with them.
func checkTags(tags []string, bad Invalid) []string {
	tidy := []string{}
	for _, tag := range tags {
		if tag = strings.ToLower(strings.Join(strings.Fields(tag), " ")); tag != "" {
			tidy = append(tidy, tag)
			bad.Check(len(tag) <= maxTag && tagForm.MatchString(tag), "tags", "Use letters a to z, digits, and single hyphens or spaces, at most 30 characters a tag.")
		}
	}
	slices.Sort(tidy)
	tidy = slices.Compact(tidy)
	bad.Check(len(tidy) <= maxTags, "tags", "Use at most 12 tags.")
	return tidy
}

// checkSupport says what is wrong with where callers can ask. Either may be empty.
func checkSupport(email, address string, bad Invalid) {
	if email != "" {
		bad.Check(IsEmail(email), "support_email", "Enter a whole e-mail address, or leave it empty.")
	}
	if address != "" {
		u, err := url.Parse(address)
		bad.Check(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && len(address) <= 2000, "support_url",
			"Enter a whole address that begins with https:// or http://, or leave it empty.")
	}
}
