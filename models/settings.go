package models

import (
	"cmp"
	"net/url"
	"strings"
)

// Settings are what administrators set while the portal runs, and what takes effect at once. What must be right before the first
// request, or is nobody's to change from a browser, is a flag.
type Settings struct {
	Name    string // what the portal calls itself; "" for DefaultPortalName
	Support string // where people get help: a mail address or an https address; "" if nowhere is named
}

// DefaultPortalName is what a portal is called that nobody has named.
const DefaultPortalName = "Faregate"

// PortalName is what the portal calls itself.
func (s Settings) PortalName() string { return cmp.Or(s.Name, DefaultPortalName) }

// SupportLink is where the place of support leads, "" if there is none.
func (s Settings) SupportLink() string {
	if IsEmail(s.Support) {
		return "mailto:" + s.Support
	}
	return s.Support
}

// Validate tidies the settings and names what has to be mended: "name" or "support".
func (s *Settings) Validate() error {
	s.Name, s.Support = strings.TrimSpace(s.Name), strings.TrimSpace(s.Support)
	bad := Invalid{}
	bad.Check(IsLine(s.Name, 40), "name", "Use at most 40 characters, on one line.")
	bad.Check(s.Support == "" || IsEmail(s.Support) || isHTTPS(s.Support), "support", "Write a mail address like help@example.com, or a whole address that begins with https://.")
	return bad.Err()
}

func isHTTPS(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && IsLine(text, 300)
}

// SettingFields are what the audit tells of the settings.
var SettingFields = []AuditField[Settings]{
	{"Name", Settings.PortalName},
	{"Support", func(s Settings) string { return s.Support }},
}
