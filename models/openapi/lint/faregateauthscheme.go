package lint

import (
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var faregateAuthScheme = Rule{
	Name:     "faregate-auth-scheme",
	Severity: openapi.Warning,
	Why:      "The gateway takes its own key from Authorization or X-API-Key and passes that field on to nobody, so what the document asks callers to send there may never reach the upstream.",
	check: func(d *document, report report) {
		if d.Components == nil {
			return
		}
		sorted(d.Components.SecuritySchemes, d.top.in("components").in("securitySchemes"), func(name string, ref *openapi3.SecuritySchemeRef, at *place) {
			if ref.Ref == "" && ref.Value != nil {
				if problem := stopped(ref.Value); problem != "" {
					report(at, "Security scheme “%s”: %s If the credential is the same for all callers, enter it in the version's upstream settings.", name, problem)
				}
			}
		})
	},
}

// stopped says why what a scheme asks for does not reach the upstream from all callers, or nothing.
func stopped(s *openapi3.SecurityScheme) string {
	const authorization = "callers have their key of this portal in Authorization; only those who send it in X-API-Key can send this credential besides."
	switch s.Type {
	case "mutualTLS":
		return "the connection to the upstream is the gateway's, so no caller can show a certificate there."
	case "http", "oauth2", "openIdConnect":
		return authorization
	case "apiKey":
		switch header := http.CanonicalHeaderKey(s.Name); {
		case s.In == openapi3.ParameterInHeader && header == "X-Api-Key":
			return "the gateway takes X-API-Key for its own key and does not pass it on."
		case s.In == openapi3.ParameterInHeader && header == "Authorization":
			return authorization
		}
	}
	return ""
}
