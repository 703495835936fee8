package stories

import (
	"strings"
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// try is the console, for who is in its way and for what comes back.
func try(theme layout.Theme) []Story {
	ready := pages.Access{Kind: pages.AccessReady, Available: usd(12 * unit)}
	charged, free := usd(2*cent), usd(0)
	answer := pages.TryAnswer{
		Status: 200, Reason: "OK", Took: 84 * time.Millisecond, Charged: &charged, Bytes: 61, RequestID: "req_06h055tdr0000", CallHref: "/t/acme/calls/req_06h055tdr0000",
		Text:   "{\n  \"author\": \"Anon\",\n  \"text\": \"Measure twice, cut once.\"\n}",
		Header: []pages.HeaderLine{{Name: "Content-Type", Value: "application/json"}, {Name: "Faregate-Charged", Value: "20000000"}, {Name: "Vary", Value: strings.Repeat("Accept-Language, ", 8) + "Accept"}},
	}
	refused := pages.TryAnswer{
		Status: 402, Reason: "Payment Required", Took: 2 * time.Millisecond, Charged: &free, Bytes: 520, RequestID: "req_06h055tdr0001",
		Text:    "{\n  \"title\": \"Not enough credit\",\n  \"status\": 402\n}",
		Refusal: &pages.TryRefusal{Code: "insufficient_credits", Title: "Not enough credit", Detail: "This call needs 0.0200 USD; 0.0040 USD is available.", TopUp: "/billing/top-up?ref=dny_1"},
	}
	late := pages.TryAnswer{Status: 200, Reason: "OK", Took: 15 * time.Second, Bytes: 4096, Late: true, Broken: true, Text: "data: tick\n\n", RequestID: "req_06h055tdr0002", CallHref: "/t/acme/calls/req_06h055tdr0002"}
	binary := pages.TryAnswer{Status: 200, Reason: "OK", Took: 9 * time.Millisecond, Charged: &charged, Bytes: 9, Binary: true, Text: "00000000  89 50 4e 47 0d 0a 1a 0a  00                       |.PNG.....|\n", RequestID: "req_06h055tdr0003"}
	broken := pages.TryAnswer{Took: time.Second, Broken: true, RequestID: "req_06h055tdr0004"}

	of := func(r layout.Request, access pages.Access, change func(*pages.TryProps)) pages.TryProps {
		p := pages.TryProps{
			APIProps: pages.APIProps{APICard: card(), ExamplePath: "/random", Plans: offers()[:1], Access: access}, MayTry: true,
			Keys: []ui.Choice{{Value: "key_1", Label: "nightly (fg_live_7Qx…a91c)", Selected: true}, {Value: "key_2", Label: "laptop (fg_live_k2B…0Zzq)"}},
			Groups: []pages.TryGroup{{Fields: []pages.TryField{
				{Select: &ui.Select{Name: "method", Label: "Method", Choices: []ui.Choice{{Value: "GET", Label: "GET", Selected: true}, {Value: "POST", Label: "POST"}}}},
				{Input: &ui.Input{Name: "target", Label: "Path and query", Value: "/random", Mono: true, Unmarked: true, Hint: "Below the version, such as /items?limit=10."}},
				{Textarea: &ui.Textarea{Name: "headers", Label: "Headers", Rows: "2", Mono: true, Optional: true, Hint: "One on each line, such as X-Trace: 1. The key is added to them."}},
			}}},
			Snippets: []pages.Snippet{
				{Language: "curl", Text: pages.Curl("GET", r.Absolute("/invoke/quotes/v1/random"), "$FAREGATE_KEY")},
				{Language: "Python", Text: "import os\n\nimport requests\n\nanswer = requests.request(\"GET\", \"…\")"},
			},
		}
		if change != nil {
			change(&p)
		}
		return p
	}
	operation := func(p *pages.TryProps) {
		p.Operation, p.Method, p.Path, p.Summary = "addQuote", "POST", "/authors/{author}/quotes", "Add a quotation of an author"
		p.Groups = []pages.TryGroup{
			{Title: "In the path", Fields: []pages.TryField{{Input: &ui.Input{Name: "path-author", Label: "author", Value: "anon", Hint: "string, maxLength 40. Their short name.", Mono: true}}}},
			{Title: "In the query", Fields: []pages.TryField{
				{Select: &ui.Select{Name: "query-lang", Label: "lang", Hint: "string", Choices: []ui.Choice{{Label: "not sent", Selected: true}, {Value: "en", Label: "en"}}}},
				{Textarea: &ui.Textarea{Name: "query-tag", Label: "tag", Hint: "array. One value on each line.", Rows: "3", Mono: true, Optional: true}},
				{Input: &ui.Input{Name: "query-day", Type: "date", Label: "day", Hint: "string (date)", Mono: true, Optional: true}},
			}},
		}
		p.Body = &pages.TryBody{
			Types: []ui.Choice{{Value: "application/json", Label: "application/json", Selected: true}, {Value: "text/plain", Label: "text/plain"}},
			Text:  ui.Textarea{Name: "body", Label: "Body", Value: "{\n  \"text\": \"string\"\n}", Rows: "12", Mono: true, Unmarked: true},
		}
	}
	answered := func(a pages.TryAnswer) func(*pages.TryProps) { return func(p *pages.TryProps) { p.Answer = &a } }
	member, viewer, owner := as(theme, acme), as(theme, tide), as(theme, prov)
	show := func(name string, r layout.Request, access pages.Access, change func(*pages.TryProps)) Story {
		return Story{name, pages.Try(r, of(r, access, change))}
	}
	return []Story{
		show("try", member, ready, nil),
		show("try-operation", member, ready, operation),
		show("try-form", member, ready, func(p *pages.TryProps) {
			operation(p)
			p.Deprecated = true
			p.Body = &pages.TryBody{Types: []ui.Choice{{Value: "application/x-www-form-urlencoded"}}, Fields: []pages.TryField{{Input: &ui.Input{Name: "body-count", Label: "count", Mono: true}}}}
		}),
		show("try-wrong", member, ready, func(p *pages.TryProps) {
			operation(p)
			p.Groups[0].Fields[0].Input.Error = "Fill in author: the operation needs it."
			p.Errors = ui.Errors{"path-author": "Fill in author: the operation needs it."}
		}),
		show("try-answered", member, ready, answered(answer)),
		show("try-refused", member, pages.Access{Kind: pages.AccessTopUp, Example: usd(2 * cent), Available: usd(4_000_000)}, answered(refused)),
		show("try-late", member, ready, answered(late)),
		show("try-binary", member, ready, answered(binary)),
		show("try-broken", member, ready, answered(broken)),
		show("try-owner", owner, pages.Access{Kind: pages.AccessOwner}, nil),
		show("try-subscribe", member, pages.Access{Kind: pages.AccessSubscribe}, nil),
		show("try-no-key", member, ready, func(p *pages.TryProps) { p.Keys = nil }),
		show("try-viewer", viewer, ready, func(p *pages.TryProps) { p.Keys, p.MayTry = nil, false }),
		show("try-visitor", base(theme), pages.Access{Kind: pages.AccessSignIn}, func(p *pages.TryProps) { p.Keys, p.MayTry = nil, false }),
	}
}
