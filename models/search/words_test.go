package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models/search"
)

func TestTextsAreTakenApartIntoTerms(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"words in small letters", "Weather Forecasts", "weather forecasts"},
		{"accents are left out", "Überweisung à la Française", "uberweisung a la francaise"},
		{"accents written as characters of their own too", "U\u0308ber cafe\u0301", "uber cafe"},
		{"letters that are two without the right keyboard", "Straße Œuvre Ærø", "strasse oeuvre aero"},
		{"a path", "/users/{user_id}/repos.json", "users user id repos json"},
		{"parts of words and the whole", "listUserRepos", "list user repos listuserrepos"},
		{"capitals in a row are one part", "getHTTPServer", "get http server gethttpserver"},
		{"a capital at the end", "PlanB", "plan b planb"},
		{"capitals alone are one word", "REST API", "rest api"},
		{"digits stay with their word", "OAuth2 v2", "o auth2 oauth2 v2"},
		{"a script without spaces, character by character", "天気API", "天 気 api"},
		{"nothing in marks alone", "--- … {} \u0308", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(slices.Collect(search.Terms(c.text)), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestQueriesAreWords(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", " \t", ""},
		{"words are not parted at capitals", "GitHub API", "github api"},
		{"each word once, the last one last", "pay api pay for api", "pay for api"},
		{"a word beyond all words is cut", strings.Repeat("a", 100), strings.Repeat("a", 64)},
		{"characters are cut, not bytes", strings.Repeat("й", 100), strings.Repeat("й", 64)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(search.Words(c.text), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"", "weather API", "Überweisung", "/users/{id}", "天気予報", "a\xffb", "\u0308\u0308x", "İstanbul", "listHTTPUsers2", strings.Repeat("ẞ", 70)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words := search.Words(text)
		for _, word := range words {
			if word == "" || utf8.RuneCountInString(word) > 64 {
				t.Errorf("%q holds the word %q", text, word)
			}
		}
		if again := search.Words(strings.Join(words, " ")); !slices.Equal(again, words) {
			t.Errorf("the words of %q are %q, but the words of those are %q", text, words, again)
		}
		x := search.New([]search.Entry{{ID: "1", Texts: []search.Text{{Text: text, Weight: 1}}, Audience: search.Audience{Everyone: true}}})
		if found := x.Find(search.Query{Text: text}); found.Total != 1 {
			t.Errorf("an entry with the text %q is not found by it", text)
		}
		end := 0
		for _, mark := range search.Marks(text, text) {
			if mark.Start < end || mark.End <= mark.Start || mark.End > len(text) {
				t.Fatalf("marks of %q: %v", text, mark)
			}
			end = mark.End
		}
	})
}

func TestMarks(t *testing.T) {
	for _, c := range []struct{ name, query, text, want string }{
		{"whole words", "weather today", "Weather of today", "[Weather] of [today]"},
		{"the beginning that the last word has typed", "weather fore", "Weather forecasts", "[Weather] [fore]casts"},
		{"not the beginning of another word", "fore weather", "Weather forecasts", "[Weather] forecasts"},
		{"accented letters by their places in the text", "cafe", "Les Cafés", "Les [Café]s"},
		{"a letter that counts for two", "stras", "Straße", "[Straß]e"},
		{"a typo marks the word", "wether", "Weather", "[Weather]"},
		{"a part of a word", "user list", "listUserRepos", "[list][User]Repos"},
		{"nothing without words", "…", "Weather", "Weather"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			end := 0
			for _, mark := range search.Marks(c.query, c.text) {
				b.WriteString(c.text[end:mark.Start] + "[" + c.text[mark.Start:mark.End] + "]")
				end = mark.End
			}
			b.WriteString(c.text[end:])
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
