package email

import "strings"

// Notification is a mail of something that happened, in a sentence.
type Notification struct {
	Name  string // of the reader
	Team  string // that it is about, "" for none
	Words string // a sentence without its point
	Step  string // what the link leads to
	URL   string // absolute
}

// Subject is the mail's subject line: the first line of what happened, cut where it is long.
func (m Notification) Subject() string {
	const most = 120
	line, _, _ := strings.Cut(m.Words, "\n")
	if runes := []rune(line); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return line
}

func (m Notification) what() string { return strings.TrimSuffix(m.Words, ".") + "." }

func (m Notification) where() string {
	if m.Team == "" {
		return ""
	}
	return "Team: " + m.Team
}

// Text is the plain part.
func (m Notification) Text() string {
	text := "Hello " + m.Name + ",\n\n" + m.what() + "\n\n"
	if where := m.where(); where != "" {
		text += where + "\n\n"
	}
	return text + m.Step + ":\n" + m.URL + "\n"
}
