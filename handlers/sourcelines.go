package handlers

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/faregate/faregate/views/pages"
)

// How much of a document is shown around a place: lines before and after it, and of a long line characters.
const (
	linesAround = 2
	longLine    = 120
)

// source reads lines of a document as it was received. Places are best asked for in their order: it goes on from where it is.
type source struct {
	raw   []byte
	line  int // that begins at start, counted from 0
	start int
}

// around are the lines around a place, both counted from 1; none where the document has no such line. column 0 is not known.
func (s *source) around(line, column int) []pages.SourceLine {
	if line < 1 || !s.seek(max(0, line-1-linesAround)) {
		return nil
	}
	var lines []pages.SourceLine
	for n, start := s.line+1, s.start; n <= line+linesAround && (start < len(s.raw) || n == line && start == len(s.raw)); n++ {
		text := s.raw[start:]
		if end := bytes.IndexByte(text, '\n'); end >= 0 {
			text = text[:end]
		}
		start += len(text) + 1
		lines = append(lines, sourceLine(text, n, n == line, column))
	}
	if len(lines) == 0 || lines[len(lines)-1].Number < line {
		return nil
	}
	return lines
}

// seek goes to the beginning of a line, counted from 0, and says whether there is one.
func (s *source) seek(line int) bool {
	if line < s.line {
		s.line, s.start = 0, 0
	}
	for s.line < line {
		end := bytes.IndexByte(s.raw[s.start:], '\n')
		if end < 0 {
			return false
		}
		s.line, s.start = s.line+1, s.start+end+1
	}
	return true
}

// sourceLine is one of them. Of a long one it has the part around the column, as the others have it too.
func sourceLine(raw []byte, number int, meant bool, column int) pages.SourceLine {
	text := strings.TrimSuffix(strings.ReplaceAll(string(raw), "\t", " "), "\r")
	l := pages.SourceLine{Number: number, Meant: meant}
	before, characters := "", []rune(text) // bytes that are no text become U+FFFD
	if len(characters) > longLine {
		from := min(max(0, column-longLine/2), len(characters))
		characters = characters[from:min(from+longLine, len(characters))]
		if from > 0 {
			before, column = "…", column-from
		}
	}
	l.Text = before + string(characters)
	if meant && column > 0 && column <= len(characters)+1 {
		l.Mark = strings.Repeat(" ", utf8.RuneCountInString(before)+column-1) + "^"
	}
	return l
}
