package gateway

import (
	"net/textproto"
	"strconv"
	"strings"
)

// prefersHTML says whether an Accept field names text/html with a greater weight than every JSON type, as browsers do and
// programs do not (RFC 9110 section 12.5.1). "*/*" is no wish for a page.
func prefersHTML(accept string) bool {
	html, json := 0.0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(part, ";")
		weight := 1.0
		for param := range strings.SplitSeq(params, ";") {
			if value, ok := strings.CutPrefix(textproto.TrimString(param), "q="); ok {
				if q, err := strconv.ParseFloat(value, 64); err == nil {
					weight = q
				}
			}
		}
		switch media = strings.ToLower(textproto.TrimString(media)); {
		case media == "text/html":
			html = max(html, weight)
		case strings.HasSuffix(media, "/json"), strings.HasSuffix(media, "+json"):
			json = max(json, weight)
		}
	}
	return html > json
}
