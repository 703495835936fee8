// Package markdown turns what providers write into HTML that is safe inside our pages.
//
// Descriptions are CommonMark with tables, as OpenAPI says they are, and in real documents also HTML: whole references are
// written in <p> and <ul>. So the harmless elements of HTML are kept and everything else is left out. A text passes four
// hands. Goldmark makes HTML of it. A parser balances that HTML as a browser would read it, so that no element of a
// description can end one of the page. This package moves headings below the page's own, turns images into links, for the
// policy of our pages loads nobody else's, and marks links as somebody else's. And last bluemonday lets through what its
// list names and nothing else, whatever the others did.
package markdown

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
)

// maxText bounds a text in bytes. The introductions of big APIs are well below it, and none is longer than people read.
const maxText = 128 << 10

const cut = "\n\n*The text goes on, but is too long to be shown here.*\n"

var reader = goldmark.New(
	goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)), extension.Strikethrough, extension.Linkify),
	goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe()), // the policy decides on the HTML in a text
)

// Page is a text that has a part of a page for itself. Its highest heading becomes one of level top, 2 to 6; headings have
// anchors, so a page can hold only one such text.
func Page(text string, top int) string {
	return render(text, outline{top: top, anchors: map[string]int{}})
}

// Part is a text among others, such as a parameter's. Its headings become paragraphs in bold.
func Part(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if plain(text) {
		return "<p>" + html.EscapeString(text) + "</p>"
	}
	return render(text, outline{})
}

func render(text string, o outline) string {
	text = bounded(strings.ToValidUTF8(text, "\uFFFD"))
	if deep(text) {
		return escaped(text)
	}
	var made bytes.Buffer
	if err := reader.Convert([]byte(text), &made); err != nil {
		return escaped(text)
	}
	balanced, err := o.arrange(bytes.NewReader(bytes.TrimSpace(intake.SanitizeBytes(made.Bytes()))))
	if err != nil {
		return escaped(text)
	}
	return strings.TrimSpace(outlet.Sanitize(balanced))
}

// escaped is a text that cannot be drawn any better.
func escaped(text string) string { return "<pre tabindex=\"0\">" + html.EscapeString(text) + "</pre>" }

// bounded cuts what is too long where a character begins.
func bounded(text string) string {
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + cut
}

// maxDepth is how many quotes and lists a line may open within each other. People stop at three, and the time that Goldmark
// takes grows with the square.
const maxDepth = 50

// deep says whether a line opens more quotes and lists than that.
func deep(text string) bool {
	for line := range strings.Lines(text) {
		opened := 0
		for i := 0; i < len(line) && strings.IndexByte(" \t>-+*.)0123456789", line[i]) >= 0; i++ {
			spaced := i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '\t')
			if line[i] == '>' || spaced && strings.IndexByte("-+*.)", line[i]) >= 0 {
				opened++
			}
		}
		if opened > maxDepth {
			return true
		}
	}
	return false
}

// plain says whether a text, which is not empty, is a line without anything that Markdown could read as more than words. Most
// descriptions of parameters are, and a page has hundreds of them.
func plain(text string) bool {
	first := text[0] | 0x20
	return first >= 'a' && first <= 'z' && !strings.ContainsAny(text, "*_`[]<>&!|~\\@\n\r\t\x00") &&
		!strings.Contains(text, "://") && !strings.Contains(text, "www.") && utf8.ValidString(text)
}
