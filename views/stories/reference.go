package stories

import (
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// reference is what a version's OpenAPI document becomes.
func reference(theme layout.Theme) []Story {
	r := base(theme)
	quotes := pages.VersionHead{Slug: "quotes", API: "Quotes", Version: "v1", State: "published", Document: true}
	without := quotes
	without.Document = false
	list := pages.OperationsProps{
		VersionHead: quotes, Found: 4, Total: 4, Groups: operationGroups(), Schemas: []string{"Quote", "Person", "Problem"},
		About: pages.DocumentWords{
			Spec: "3.1.1", Version: "2026-11-01", Description: `<h3 id="about-pages">Pages</h3><p>Lists come in pages of <code>50</code>; see <a href="https://quotes.example/docs" rel="nofollow ugc noopener">the guide</a>.</p>`,
			ContactName: "Quotable support", ContactLink: "mailto:help@quotable.example", LicenseName: "CC BY 4.0", LicenseLink: "https://licences.example/by",
			TermsLink: "https://quotes.example/terms", Security: []string{"token (HTTP bearer)"},
			Ignored: []pages.Ignored{{What: "Webhooks are kept and not shown.", Where: "/webhooks"}},
		},
		Refusals: []pages.RefusalWord{{Status: 401, Code: "missing_api_key", Title: "No API key"}, {Status: 402, Code: "insufficient_credits", Title: "Not enough credit"}},
	}
	found, nothing := list, list
	found.Query, found.Found, found.Groups = "random", 1, list.Groups[:1]
	found.Groups[0].Operations = list.Groups[0].Operations[:1]
	nothing.Query, nothing.Found, nothing.Groups = "submarine", 0, nil
	list.Groups = operationGroups()
	return []Story{
		{"operations", pages.Operations(r, list)},
		{"operations-found", pages.Operations(r, found)},
		{"operations-nothing", pages.Operations(r, nothing)},
		{"operations-no-document", pages.Operations(r, pages.OperationsProps{VersionHead: without})},
		{"operation", pages.Operation(as(theme, acme), addQuote(quotes))},
		{"operation-deprecated", pages.Operation(r, pages.OperationProps{
			VersionHead: quotes, OperationLink: pages.OperationLink{ID: "remove", Method: "DELETE", Path: "/quotes/{id}", Deprecated: true},
			Address: "https://portal.example/invoke/quotes/v1/quotes/{id}", Samples: code(),
			Prices:    []pages.OperationPrice{{Plan: "Pay per call", Price: pages.Price{PerCall: usd(2 * cent)}}},
			Responses: []pages.OperationResponse{{ID: "answer-default", Status: "any other", Description: "<p>What went wrong</p>"}},
		})},
		{"explorer", pages.Explorer(r, quotes)},
		{"schema", pages.Schema(r, pages.SchemaProps{VersionHead: quotes, Name: "Quote", Tree: quoteNode(), Example: "{\n  \"text\": \"Measure twice, cut once.\"\n}"})},
	}
}

func operationGroups() []pages.OperationGroup {
	return []pages.OperationGroup{
		{ID: "tag-1", Name: "Quotations", Description: "<p>What somebody said.</p>", Operations: []pages.OperationLink{
			{ID: "random", Method: "GET", Path: "/random", Summary: "One quotation, whichever"},
			{ID: "add", Method: "POST", Path: "/people/{person}/quotes", Summary: "Add a quotation"},
			{ID: "remove", Method: "DELETE", Path: "/quotes/{id}", Summary: "Remove a quotation", Deprecated: true},
		}},
		{ID: "tag-2", Name: "People", Operations: []pages.OperationLink{{ID: "people", Method: "GET", Path: "/people", Summary: "Who is quoted"}}},
	}
}

func code() []ui.Sample {
	return []ui.Sample{
		{Language: "curl", Text: "curl https://portal.example/invoke/quotes/v1/random \\\n  -H \"Authorization: Bearer $FAREGATE_KEY\""},
		{Language: "Python", Text: "import os, requests\n\nanswer = requests.get(\n    \"https://portal.example/invoke/quotes/v1/random\",\n    headers={\"Authorization\": \"Bearer \" + os.environ[\"FAREGATE_KEY\"]},\n)"},
	}
}

// quoteNode is a schema with everything that one can have.
func quoteNode() pages.SchemaNode {
	return pages.SchemaNode{Description: "<p>What somebody said, and where.</p>", Type: "object", Facts: []pages.Fact{{Text: "no other properties"}}, Groups: []pages.SchemaGroup{
		{Nodes: []pages.SchemaNode{
			{Name: "id", Type: "string (uuid)", ReadOnly: true},
			{Name: "text", Type: "string", Required: true, Description: "<p>The words, <strong>exactly</strong>.</p>", Facts: []pages.Fact{{Text: "at least 1 character"}, {Text: "matches", Code: "^[^\\n]+$"}}},
			{Name: "mood", Type: "string or null", Enum: []string{`"calm"`, `"merry"`, `"grim"`}, Facts: []pages.Fact{{Text: "if left out:", Code: `"calm"`}}},
			{Name: "by", Ref: "Person", RefHref: "/apis/quotes/v1/schemas/Person", Groups: []pages.SchemaGroup{{Nodes: []pages.SchemaNode{
				{Name: "name", Type: "string", Required: true},
				{Name: "pupils", Type: "array of ", Ref: "Person", RefHref: "/apis/quotes/v1/schemas/Person"},
				{Name: "life", Type: "object", Goes: true},
			}}}},
			{Name: "source", Type: "one of several", Deprecated: true, Groups: []pages.SchemaGroup{{Title: "One of", Nodes: []pages.SchemaNode{
				{Name: "A book", Type: "object"}, {Type: "string (uri)"},
			}}}},
			{Name: "token", Type: "string", WriteOnly: true},
			{Name: "…", Type: "string"},
		}},
	}}
}

func addQuote(v pages.VersionHead) pages.OperationProps {
	node := quoteNode()
	problem := pages.SchemaNode{Ref: "Problem", RefHref: "/apis/quotes/v1/schemas/Problem", Goes: true}
	groups := operationGroups()
	return pages.OperationProps{
		VersionHead: v, OperationLink: groups[0].Operations[1], Tag: "Quotations",
		Address:     "https://portal.example/invoke/quotes/v1/people/{person}/quotes",
		Description: `<p>Adds a quotation to those of a person.</p><h2 id="about-twice">Twice the same</h2><p>Words that are there already are answered with <code>200</code>.</p>`,
		Docs:        &pages.OutsideLink{Text: "The guide", Href: "https://quotes.example/docs/add"},
		Prices: []pages.OperationPrice{
			{Plan: "Pay per call", Price: pages.Price{PerCall: usd(2 * cent)}, Own: true}, {Plan: "Free", Price: pages.Price{PerCall: usd(0)}},
		},
		Security: []string{"token (HTTP bearer) with write"},
		Places: []pages.ParameterPlace{
			{Title: "In the path", Parameters: []pages.ParameterRow{{ID: "path-person", Node: pages.SchemaNode{Name: "person", Type: "string", Required: true, Description: "<p>Whose words they are.</p>"}}}},
			{Title: "In the query", Parameters: []pages.ParameterRow{
				{ID: "query-dry-run", Node: pages.SchemaNode{Name: "dry run", Type: "boolean", Facts: []pages.Fact{{Text: "if left out:", Code: "false"}}}, Examples: []pages.CodeExample{{Title: "for example", Text: "true"}}},
			}},
		},
		Body: &pages.MediaBody{Required: true, Description: "<p>The quotation.</p>", Content: []pages.MediaKind{
			{Types: "application/json, application/yaml", Schema: &node, Examples: []pages.CodeExample{
				{Title: "Example: a proverb", Text: "{\n  \"text\": \"Measure twice, cut once.\"\n}"}, {Title: "Example: a long one", Href: "https://quotes.example/long.json"},
			}},
		}},
		Responses: []pages.OperationResponse{
			{ID: "answer-201", Status: "201", Code: 201, Description: "<p>It was added.</p>", Links: []string{"get"},
				Headers: []pages.ParameterRow{{Node: pages.SchemaNode{Name: "Location", Type: "string (uri)", Required: true}}},
				Content: []pages.MediaKind{{Types: "application/json", Schema: &node}, {Types: "text/event-stream", Item: &problem}}},
			{ID: "answer-4XX", Status: "4XX", Description: "<p>It was not.</p>", Content: []pages.MediaKind{{Types: "application/problem+json", Schema: &problem}}},
		},
		Callbacks: []string{"onApproved"}, Samples: code(), Example: "{\n  \"id\": \"123e4567-e89b-42d3-a456-426614174000\"\n}", TryIt: "/apis/quotes/v1/try/add",
		Previous: &groups[0].Operations[0], Next: &groups[0].Operations[2],
	}
}
