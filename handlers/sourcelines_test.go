package handlers

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/views/pages"
)

func TestThePlaceInADocumentIsShown(t *testing.T) {
	text := "one\ntwo\r\n\tthree\nfour\nfive\nsix\n"
	long := strings.Repeat("x", 300) + "!" + strings.Repeat("y", 300)
	for _, row := range []struct {
		sentence, text string
		line, column   int
		want           []pages.SourceLine
	}{
		{"in the middle", text, 3, 2, []pages.SourceLine{
			{Number: 1, Text: "one"}, {Number: 2, Text: "two"}, {Number: 3, Text: " three", Meant: true, Mark: " ^"}, {Number: 4, Text: "four"}, {Number: 5, Text: "five"},
		}},
		{"at the beginning", text, 1, 1, []pages.SourceLine{{Number: 1, Text: "one", Meant: true, Mark: "^"}, {Number: 2, Text: "two"}, {Number: 3, Text: " three"}}},
		{"behind the last line", text, 7, 1, []pages.SourceLine{{Number: 5, Text: "five"}, {Number: 6, Text: "six"}, {Number: 7, Meant: true, Mark: "^"}}},
		{"in a line, who knows where", "a\nb", 2, 0, []pages.SourceLine{{Number: 1, Text: "a"}, {Number: 2, Text: "b", Meant: true}}},
		{"beyond the end of its line", "a\nb", 2, 9, []pages.SourceLine{{Number: 1, Text: "a"}, {Number: 2, Text: "b", Meant: true}}},
		{"in a line of characters that take several bytes", "é日!", 1, 3, []pages.SourceLine{{Number: 1, Text: "é日!", Meant: true, Mark: "  ^"}}},
		{"in bytes that are no text", "\xff!", 1, 2, []pages.SourceLine{{Number: 1, Text: "\ufffd!", Meant: true, Mark: " ^"}}},
		{"in a long line", long, 1, 301, []pages.SourceLine{{Number: 1, Text: "…" + long[241:361], Meant: true, Mark: strings.Repeat(" ", 60) + "^"}}},
		{"at the beginning of a long line", long, 1, 1, []pages.SourceLine{{Number: 1, Text: long[:120], Meant: true, Mark: "^"}}},
		{"in a line that is not there", text, 9, 1, nil},
		{"nowhere", text, 0, 0, nil},
		{"in nothing", "", 2, 1, nil},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			if diff := cmp.Diff(row.want, (&source{raw: []byte(row.text)}).around(row.line, row.column)); diff != "" {
				t.Error(diff)
			}
		})
	}
	s := source{raw: []byte(text)}
	for _, line := range []int{2, 6, 3} {
		found := false
		for _, l := range s.around(line, 1) {
			found = found || l.Meant && l.Number == line
		}
		if !found {
			t.Errorf("line %d is not found after others", line)
		}
	}
}

func TestASummaryIsTheFirstSentence(t *testing.T) {
	for _, row := range []struct{ sentence, text, want string }{
		{"one of two", "Says things. Often.", "Says things."},
		{"behind a heading", "# Quotes\n\nSays *things*.\n\nMore.", "Says things."},
		{"with a link", "See [there](https://example.com) for more. Yes.", ""},
		{"that is long", strings.Repeat("word ", 60), strings.TrimSpace(strings.Repeat("word ", 31)) + "…"},
		{"of nothing", "\n\n", ""},
	} {
		if got := firstSentence(row.text); got != row.want {
			t.Errorf("%s: %q, want %q", row.sentence, got, row.want)
		}
	}
}
