package lint

import (
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var oas3UnusedComponent = Rule{
	Name:     "oas3-unused-component",
	Severity: openapi.Warning,
	Why:      "What nothing refers to is shown nowhere, and often was meant to be.",
	check: func(d *document, report report) {
		if d.Components == nil {
			return
		}
		used := d.used()
		at := d.top.in("components")
		check := func(at *place) {
			if !used[at.pointer()] {
				report(at, "Nothing refers to “%s” of the components. Take it out, or use it.", at.token)
			}
		}
		c := d.Components
		sorted(c.Schemas, at.in("schemas"), func(_ string, _ *openapi3.SchemaRef, at *place) { check(at) })
		sorted(c.Parameters, at.in("parameters"), func(_ string, _ *openapi3.ParameterRef, at *place) { check(at) })
		sorted(c.Headers, at.in("headers"), func(_ string, _ *openapi3.HeaderRef, at *place) { check(at) })
		sorted(c.RequestBodies, at.in("requestBodies"), func(_ string, _ *openapi3.RequestBodyRef, at *place) { check(at) })
		sorted(c.Responses, at.in("responses"), func(_ string, _ *openapi3.ResponseRef, at *place) { check(at) })
		sorted(c.Examples, at.in("examples"), func(_ string, _ *openapi3.ExampleRef, at *place) { check(at) })
		sorted(c.Links, at.in("links"), func(_ string, _ *openapi3.LinkRef, at *place) { check(at) })
		sorted(c.Callbacks, at.in("callbacks"), func(_ string, _ *openapi3.CallbackRef, at *place) { check(at) })
	},
}

// used are the pointers of the components that something refers to. In a document that was loaded, references lead to nothing else.
func (d *document) used() map[string]bool {
	used := map[string]bool{}
	add := func(ref string) {
		if pointer, err := url.PathUnescape(strings.TrimPrefix(ref, "#")); err == nil {
			used[pointer] = true
		}
	}
	for _, r := range d.references {
		add(r.ref)
	}
	names := d.top.in("components").in("schemas")
	for _, s := range d.schemas {
		if s.Discriminator != nil {
			for _, mapped := range s.Discriminator.Mapping {
				add(mapped.Ref)
				used[names.in(mapped.Ref).pointer()] = true // which may be a name alone
			}
		}
		// A schema with a discriminator stands for all that build on it, by their names.
		for _, base := range s.AllOf {
			if base != nil && base.Value != nil && base.Value.Discriminator != nil {
				used[s.at.pointer()] = true
			}
		}
	}
	return used
}
