package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/web/paths"
)

// lifecycle is what every answer of a version whose end was announced tells of it: the fields Deprecation (RFC 9745), Sunset
// (RFC 8594) and Link. They are written when the route is made. The zero value is of a version of which nothing was announced.
type lifecycle struct {
	deprecation, sunset, links []string
	detail                     string // of a refusal once it is retired
}

func newLifecycle(publicURL string, r *billing.Route) (l lifecycle) {
	if r.Terms.DeprecatedAt.IsZero() {
		return l
	}
	page := paths.Absolute(publicURL, paths.Deprecation(r.APISlug, r.VersionName))
	l.deprecation = []string{"@" + strconv.FormatInt(r.Terms.DeprecatedAt.Unix(), 10)}
	links := "<" + page + `>; rel="deprecation"; type="text/html"`
	if at := r.Terms.SunsetAt; !at.IsZero() {
		l.sunset = []string{at.UTC().Format(http.TimeFormat)}
		links += ", <" + page + `>; rel="sunset"; type="text/html"`
		l.detail = "Its provider retired this version on " + at.UTC().Format(time.RFC3339) + "."
	}
	if successor := successorURL(publicURL, r); successor != "" {
		links += ", <" + successor + `>; rel="successor-version"; type="text/html"`
		l.detail += " Move to " + r.Successor.String() + ": " + successor
	} else {
		l.detail += " The reason is at " + page
	}
	l.links = []string{links}
	return l
}

// successorURL is the page of what comes after a version, "" for nothing.
func successorURL(publicURL string, r *billing.Route) string {
	switch next := r.Successor; {
	case next.APISlug == "":
		return ""
	case next.Version == "":
		return paths.Absolute(publicURL, paths.API(next.APISlug))
	default:
		return paths.Absolute(publicURL, paths.APIVersion(next.APISlug, next.Version))
	}
}

// tell sets the fields.
func (l *lifecycle) tell(h http.Header) {
	if l.deprecation == nil {
		return
	}
	h["Deprecation"] = l.deprecation
	if l.sunset != nil {
		h["Sunset"] = l.sunset
	}
	if others := h["Link"]; len(others) == 0 {
		h["Link"] = l.links
	} else {
		h["Link"] = slices.Concat(others, l.links)
	}
}

// clean takes out of an upstream's header or trailer what it says of the same matter: callers should not be told two dates. Where
// nothing was announced, an upstream may end its resources itself.
func (l *lifecycle) clean(h http.Header) {
	if l.deprecation == nil {
		return
	}
	delete(h, "Deprecation")
	delete(h, "Sunset")
	lines, ok := h["Link"]
	if !ok {
		return
	}
	var kept []string
	for _, line := range lines {
		if line = otherLinks(line); line != "" {
			kept = append(kept, line)
		}
	}
	if h["Link"] = kept; kept == nil {
		delete(h, "Link")
	}
}

// otherLinks is a line of Link without the links by which ends of life are told (RFC 8288 section 3).
func otherLinks(line string) string {
	var kept []string
	for line != "" {
		var link string
		link, line = cutOutside(line, ',')
		if link != "" && !tellsOfEnds(link) {
			kept = append(kept, link)
		}
	}
	return strings.Join(kept, ", ")
}

func tellsOfEnds(link string) bool {
	_, rest := cutOutside(link, ';')
	for rest != "" {
		var parameter string
		parameter, rest = cutOutside(rest, ';')
		name, value, _ := strings.Cut(parameter, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for relation := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			switch strings.ToLower(relation) {
			case "deprecation", "sunset", "successor-version":
				return true
			}
		}
		return false // only the first one counts
	}
	return false
}

// cutOutside cuts a text at the first separator that is neither in quotes nor in angle brackets, and trims what is before it.
func cutOutside(text string, separator byte) (before, after string) {
	quoted, bracketed := false, false
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case quoted && b == '\\':
			i++
		case b == '"' && !bracketed:
			quoted = !quoted
		case quoted:
		case b == '<':
			bracketed = true
		case b == '>':
			bracketed = false
		case b == separator && !bracketed:
			return strings.TrimSpace(text[:i]), text[i+1:]
		}
	}
	return strings.TrimSpace(text), ""
}
