package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/web/paths"
)

// tokenScheme is the name of the one way to authenticate.
const tokenScheme = "token"

var (
	shortest, longest = 1, maxIdempotencyKey
	idempotencyParam  = &huma.Param{
		Name: keyHeader, In: "header", Example: "7f3c1c9e-2b3e-4a6f-9a53-1d1f0d6f2a11",
		Description: "Send the same key again and the request is carried out once: within 24 hours you get the first answer again.",
		Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &shortest, MaxLength: &longest},
	}
)

// describe is what the document says of the API as a whole.
func describe(publicURL string) huma.Config {
	config := huma.DefaultConfig("Faregate management API", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""                                                // ours is served by serveDocument
	config.CreateHooks = nil                                                                                            // no $schema in bodies, which would name the host that the request did
	config.Formats = map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat} // and of problem+json
	config.Info.Description = "What the pages of the portal do to teams and to what is theirs, for programs. Every operation takes a token, and names the permission " +
		"that its scopes have to include. Lists come in pages; a POST with an Idempotency-Key is carried out once; every refusal is a problem as RFC 9457 has it."
	config.Servers = []*huma.Server{{URL: paths.Absolute(publicURL, paths.ManagementAPI)}}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		tokenScheme: {Type: "http", Scheme: "bearer", Description: "An API token, “fgp_…”: a person's own, or a team's."},
	}
	return config
}

// finish corrects what huma derives from types alone. Clients must bear fields that later releases add to answers, so only what
// requests have is closed to others.
func finish(doc *huma.OpenAPI) {
	schemas := doc.Components.Schemas.Map()
	closed := map[string]bool{}
	var enclose func(*huma.Schema)
	enclose = func(s *huma.Schema) {
		if name, isRef := strings.CutPrefix(s.Ref, "#/components/schemas/"); isRef && !closed[name] {
			closed[name] = true
			enclose(schemas[name])
		}
		if s.Items != nil {
			enclose(s.Items)
		}
		for _, field := range s.Properties {
			enclose(field)
		}
	}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Content {
				enclose(media.Schema)
			}
		}
	}
	for name, schema := range schemas {
		if !closed[name] {
			schema.AdditionalProperties = nil
		}
	}
}

// serveDocument answers the document to everybody: it says what there is, and opens nothing.
func (a *API) serveDocument(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/openapi+json", a.document)
}
