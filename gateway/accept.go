package gateway

import (
	"net/textproto"
	"strings"
)

// prefersHTML says whether the lines of an Accept field name text/html with a greater weight than every JSON type, as
// browsers do and programs do not (RFC 9110 section 12.5.1). "*/*" is no wish for a page.
func prefersHTML(accept []string) bool {
	html, json := 0, 0
	for _, line := range accept {
		for part := range strings.SplitSeq(line, ",") {
			media, params, _ := strings.Cut(part, ";")
			switch media = strings.ToLower(textproto.TrimString(media)); {
			case media == "text/html":
				html = max(html, weight(params))
			case strings.HasSuffix(media, "/json"), strings.HasSuffix(media, "+json"):
				json = max(json, weight(params))
			}
		}
	}
	return html > json
}

// weight is the q of a media range's parameters in thousandths: 1,000 where there is none, and where it cannot be read.
func weight(params string) int {
	const one = 1000
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(textproto.TrimString(param), "=")
		if !strings.EqualFold(name, "q") {
			continue
		}
		whole, part, _ := strings.Cut(value, ".")
		if whole != "0" || len(part) > 3 {
			return one
		}
		q := 0
		for i := range 3 {
			q *= 10
			if i < len(part) {
				if part[i] < '0' || part[i] > '9' {
					return one
				}
				q += int(part[i] - '0')
			}
		}
		return q
	}
	return one
}
