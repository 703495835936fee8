package email

import (
	"strings"
	"time"
)

// LeakedKey is the mail about a key's secret that somebody has found and reported, and that does not work any more.
type LeakedKey struct {
	Name          string
	Team, Key     string
	Hint          string // what may be shown of the secret
	Owner         string // who made the key, "" if not known
	Place         string // where it was found, as a stranger said; "" if they did not
	OldSecretOnly bool   // the key goes on with its new secret
	At            time.Time
	Clock         Clock
	KeysURL       string // absolute
}

// Subject is the mail's subject line.
func (m LeakedKey) Subject() string {
	if m.OldSecretOnly {
		return "The old secret of a key of " + m.Team + " was found, and has ended"
	}
	return "A key of " + m.Team + " was found, and is revoked"
}

// Text is the plain part.
func (m LeakedKey) Text() string {
	var b strings.Builder
	b.WriteString("Hello " + m.Name + ",\n\n" + m.what() + "\n\n")
	for _, line := range m.lines() {
		b.WriteString(line[0] + ":" + strings.Repeat(" ", 12-len(line[0])) + line[1] + "\n")
	}
	b.WriteString("\n" + m.next() + "\n\n" + m.KeysURL + "\n")
	return b.String()
}

func (m LeakedKey) what() string {
	if m.OldSecretOnly {
		return "Somebody has found the old secret of this key where it should not be, and reported it. It gets 401 since then. The key goes on with its new secret."
	}
	return "Somebody has found this key where it should not be, and reported it. It is revoked: calls with it get 401 since then."
}

func (m LeakedKey) lines() [][2]string {
	lines := [][2]string{{"Team", m.Team}, {"Key", m.Key + " (" + m.Hint + ")"}}
	if m.Owner != "" {
		lines = append(lines, [2]string{"Made by", m.Owner})
	}
	lines = append(lines, [2]string{"Reported", m.Clock.Exact(m.At)})
	if m.Place != "" {
		lines = append(lines, [2]string{"Found at", m.Place + " (as reported, not checked by us)"})
	}
	return lines
}

func (m LeakedKey) next() string {
	if m.OldSecretOnly {
		return "Programs that still have the old secret need the new one. Look at the calls of the last days for some that are not yours:"
	}
	return "Create another key for the programs that used it, and look at its calls of the last days for some that are not yours:"
}
