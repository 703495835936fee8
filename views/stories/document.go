package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// documents is what providers see of OpenAPI documents on their way in and once they are there.
func documents(r layout.Request) []Story {
	facts := pages.DocumentFacts{Title: "Quotes", Version: "2.4.0", Spec: "3.1.1", Operations: 3, Errors: 1, Warnings: 2, Size: 48_213, ImportedAt: ago(4 * time.Minute)}
	broken := []pages.SourceLine{
		{Number: 41, Text: "  /quotes/{id}:"}, {Number: 42, Text: "    get:"}, {Number: 43, Text: "      operationId: [quote", Meant: true, Mark: "                   ^"},
		{Number: 44, Text: "      tags: [quotes]"}, {Number: 45, Text: "      responses:"},
	}
	document := pages.DocumentProps{Slug: "quotes", API: "Quotes", Version: "v1", Has: true, Facts: facts,
		Findings: []pages.FindingRow{
			{Tone: ui.Danger, Rule: "path-params", Message: "The path has {id}, and no parameter of that name is declared. Declare it in the operation or the path.", Line: 43, Column: 20, Operation: "GET /quotes/{id}", Source: broken},
			{Tone: ui.Attention, Rule: "info-contact", Message: "Nobody is named who answers for the API.", Pointer: "/info"},
		},
		Pager: ui.Pager{Next: "/t/quotable/apis/quotes/versions/v1/document?after=50"},
		Outline: []pages.OutlineGroup{
			{Tag: "quotes", Operations: []pages.OutlineRow{{Method: "GET", Path: "/quotes/{id}", Summary: "One quotation", Errors: 1}, {Method: "GET", Path: "/random", Summary: "Any quotation"}}},
			{Operations: []pages.OutlineRow{{Method: "DELETE", Path: "/quotes/{id}", Deprecated: true, Warnings: 1}}},
		},
		Unsupported: []pages.UnsupportedRow{{Pointer: "/webhooks", What: "Webhooks are not shown."}},
	}
	refused := document
	refused.Form = pages.ImportForm{URL: "quotes.example", Errors: ui.Errors{"url": "Enter a whole address that begins with https:// or http://."}}
	writable := document
	writable.HasForms = true
	operation := pages.EditOperationProps{
		Slug: "quotes", API: "Quotes", Version: "v1", Action: "/edit", Delete: "/delete",
		OperationForm: pages.OperationForm{
			Method: "PUT", Path: "/quotes/{id}", Summary: "Correct a quotation", OperationID: "correctQuote", Tags: "quotes", Kept: "x-cost, callbacks",
			Parameters: []pages.ParameterFields{
				{Was: "1", Name: "id", In: "path", Type: "string", Required: true, Example: "q_7", Kept: "minLength"},
				{Was: "2", Name: "unit", In: "query", Fixed: "It stands elsewhere: #/components/parameters/Unit."},
				{In: "query", Type: "integer"},
			},
			Body: pages.BodyFields{Sent: true, Required: true, ContentFields: pages.ContentFields{MediaType: "application/json", Example: `{"text": "Less is more."}`, Schema: "type: [string\n"}},
			Responses: []pages.ResponseFields{
				{Was: "200", Status: "200", Description: "The quotation", ContentFields: pages.ContentFields{MediaType: "application/json", Schema: "$ref: '#/components/schemas/Quote'", Kept: "text/plain"}},
				{Was: "404", Status: "404", Fixed: "It stands elsewhere: #/components/responses/None."},
			},
			Errors: ui.Errors{"parameter-2-name": "Enter the name, or remove the row.", "body-schema": "Line 2, column 1: This is no YAML: did not find expected ',' or ']'."},
		},
	}
	return []Story{
		{"new-api-from-document", pages.NewAPI(r, pages.NewAPIProps{Import: "imp_1", Document: facts, APIForm: pages.APIForm{Name: "Quotes", Upstream: "https://quotes.internal.example/v1", Currency: "USD", Summary: "A fresh quotation with every call.", Tags: "quotes", Visibility: "public"}})},
		{"new-import", pages.NewImport(r, pages.ImportForm{})},
		{"new-import-refused", pages.NewImport(r, pages.ImportForm{Text: "openapi: 3.1.1", URL: "https://quotes.example/openapi.json", Errors: ui.Errors{"": "Choose a file, or give an address, or paste the text: one of the three."}})},
		{"import-waiting", pages.Import(r, pages.ImportProps{ID: "imp_1", From: "quotes.yaml", State: pages.ImportGoesOn})},
		{"import-running", pages.Import(r, pages.ImportProps{ID: "imp_1", From: "quotes.yaml", State: pages.ImportGoesOn, Stage: "Reading the operations", Share: 60, API: "Quotes", Slug: "quotes", Version: "v1"})},
		{"import-failed", pages.Import(r, pages.ImportProps{ID: "imp_1", From: "quotes.yaml", State: pages.ImportFailed, Message: "A bracket is opened here and not closed.", Line: 43, Column: 20, Source: broken, Received: 48_213})},
		{"import-done", pages.Import(r, pages.ImportProps{ID: "imp_1", State: pages.ImportDone, Document: facts})},
		{"import-done-gone", pages.Import(r, pages.ImportProps{ID: "imp_1", From: "quotes.yaml", State: pages.ImportDone, Document: facts, Gone: true})},
		{"document", pages.Document(r, document)},
		{"document-in-forms", pages.Document(r, writable)},
		{"document-none-in-forms", pages.Document(r, pages.DocumentProps{Slug: "quotes", API: "Quotes", Version: "v2", HasForms: true, Notice: "The document has no GET /none at this place."})},
		{"document-info", pages.DocumentInfo(r, pages.DocumentInfoProps{Slug: "quotes", API: "Quotes", Version: "v1", Title: "Quotes", InfoVersion: "", Errors: ui.Errors{"version": "Enter the version."}})},
		{"operation-new", pages.EditOperation(r, pages.EditOperationProps{Slug: "quotes", API: "Quotes", Version: "v1", New: true, Action: "/new", OperationForm: pages.OperationForm{Method: "GET", Responses: []pages.ResponseFields{{Status: "200"}}}})},
		{"operation-edit", pages.EditOperation(r, operation)},
		{"document-refused", pages.Document(r, refused)},
		{"document-none", pages.Document(r, pages.DocumentProps{Slug: "quotes", API: "Quotes", Version: "v2"})},
		{"document-lost", pages.Document(r, pages.DocumentProps{Slug: "quotes", API: "Quotes", Version: "v2", Has: true, Lost: true, Facts: facts})},
	}
}
