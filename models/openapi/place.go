package openapi

import (
	"strings"
	"unicode/utf8"
)

// placeAt returns the place of the byte at offset.
func placeAt(src string, offset int) Place {
	offset = min(offset, len(src))
	line := strings.LastIndexByte(src[:offset], '\n') + 1
	return Place{Line: strings.Count(src[:line], "\n") + 1, Column: utf8.RuneCountInString(src[line:offset]) + 1}
}

// Place returns where the value that a JSON Pointer (RFC 6901) leads to stands in the bytes received: its name, if it is
// a member of an object. Of what the document does not have it is the place of the nearest thing around it, so a finding
// about a missing member points at where it is missing. For Swagger 2.0 the pointer is the one of OpenAPI 3.
func (l *Loaded) Place(pointer string) Place {
	n, at := l.root, l.root.at
	for _, token := range tokens(strings.TrimPrefix(pointer, "#")) {
		child, where := n.child(token)
		if child == nil {
			break
		}
		n, at = child, where
	}
	return l.place(at)
}

func (l *Loaded) place(at spot) Place {
	if at.line > 0 {
		return Place{Line: int(at.line), Column: int(at.column)}
	}
	return placeAt(l.src, int(at.column))
}
