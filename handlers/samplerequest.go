package handlers

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/faregate/faregate/handlers/snippet"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// sampleRequest is a request of an operation that is as complete as it has to be: what is required, with the document's own
// examples where it gives any.
func sampleRequest(props *pages.OperationProps, op openapi.Operation, trees *schemaTrees) snippet.Request {
	r := snippet.Request{Method: op.Method, URL: props.Address}
	var query []string
	for _, p := range op.Parameters {
		value := sampleParameter(p, trees)
		switch {
		case p.In == "path":
			r.URL = strings.ReplaceAll(r.URL, "{"+p.Name+"}", url.PathEscape(value))
		case p.In == "query" && p.Required:
			query = append(query, url.QueryEscape(p.Name)+"="+url.QueryEscape(value))
		case p.In == "header" && p.Required && !isKeyHeader(p.Name):
			r.Header = append(r.Header, snippet.Field{Name: p.Name, Value: value})
		}
	}
	if len(query) > 0 {
		r.URL += "?" + strings.Join(query, "&")
	}
	if body := props.Body; body != nil && len(op.Body.Content) > 0 {
		mediaType, _, _ := strings.Cut(body.Content[0].Types, ", ")
		if examples := body.Content[0].Examples; len(examples) > 0 && examples[0].Text != "" {
			r.Body = examples[0].Text
			r.Header = append(r.Header, snippet.Field{Name: "Content-Type", Value: mediaType})
		}
	}
	return r
}

// isKeyHeader says whether a header is one that the key of this portal is sent in; the sample sends it already.
func isKeyHeader(name string) bool {
	return strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "X-API-Key")
}

// sampleParameter is a parameter's value as it is written in an address or a header. Where the document says nothing of it, its
// own name says more than a made up word.
func sampleParameter(p openapi.Parameter, trees *schemaTrees) string {
	made := ""
	if p.Schema != nil {
		made = (openapi.Sampler{Schema: trees.named}).JSON(p.Schema)
	}
	if len(p.Examples) > 0 && p.Examples[0].Value != "" {
		made = p.Examples[0].Value
	}
	var text string
	if json.Unmarshal([]byte(made), &text) == nil {
		made = text
	}
	var values []any
	if json.Unmarshal([]byte(made), &values) == nil && len(values) > 0 {
		if first, isText := values[0].(string); isText {
			made = first
		}
	}
	if made == "" || made == "string" || made == "{}" {
		return p.Name
	}
	return made
}

// samples are pieces of code as pages show them.
func samples(code []snippet.Code) []ui.Sample {
	out := make([]ui.Sample, len(code))
	for i, one := range code {
		out[i] = ui.Sample{Language: one.Language, Text: one.Text}
	}
	return out
}
