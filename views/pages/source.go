package pages

import (
	"fmt"
	"strings"
)

// place says where something stands in a document.
func place(line, column int) string {
	if column == 0 {
		return fmt.Sprintf("Line %d", line)
	}
	return fmt.Sprintf("Line %d, column %d", line, column)
}

// sourceText is lines with their numbers before them, and under the one that is meant a mark at its place.
func sourceText(lines []SourceLine) string {
	var text strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&text, "%7d  %s\n", l.Number, l.Text)
		if l.Meant {
			fmt.Fprintf(&text, "%7s  %s\n", "", l.Mark)
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}
