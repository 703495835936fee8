package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/handlers/markdown"
	"github.com/faregate/faregate/handlers/snippet"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// Operation is the reference of one operation.
func (h *Handlers) Operation(c echo.Context) error {
	ref, err := h.reference(c)
	if err != nil {
		return err
	}
	if ref.outline == nil {
		return models.ErrNotFound
	}
	at, known := ref.at[c.Param("operation")]
	if !known {
		return models.ErrNotFound
	}
	op, err := readPart[openapi.Operation](ctx(c), h.store, ref.hash, models.PartOperation(c.Param("operation")))
	if err != nil {
		return err
	}
	props := pages.OperationProps{
		VersionHead: ref.head(), OperationLink: ref.order[at], Tag: ref.tagOf(at),
		Address:     paths.Absolute(h.PublicURL, paths.Invoke(ref.row.API.Slug, ref.row.Version.Name, op.Path)),
		Description: ui.HTML(markdown.Page(op.Description, 2)), Docs: docsLink(op.Docs), Security: ref.ways(op.Security), Callbacks: op.Callbacks,
		TryIt: paths.TryOperation(ref.row.API.Slug, ref.row.Version.Name, c.Param("operation")),
	}
	if at > 0 {
		props.Previous = &ref.order[at-1]
	}
	if at+1 < len(ref.order) {
		props.Next = &ref.order[at+1]
	}
	trees := newSchemaTrees(h.store, ref.hash, func(name string) string {
		return paths.Schema(ref.row.API.Slug, ref.row.Version.Name, name)
	})
	if err := drawOperation(ctx(c), &props, op, trees); err != nil {
		return err
	}
	if props.Prices, err = h.operationPrices(c, ref.row, op); err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Operation(h.site.Request(c), props))
}

// tagOf is the name of the group that an operation stands in.
func (o *outline) tagOf(at int) string {
	for _, g := range o.groups {
		if at -= len(g.Operations); at < 0 {
			return g.Name
		}
	}
	return ""
}

// ways are the alternatives of an operation's security requirements in words.
func (o *outline) ways(alternatives []openapi.Requirement) (ways []string) {
	for _, together := range alternatives {
		var words []string
		for _, use := range together {
			word := use.Name
			if i := slices.IndexFunc(o.Security, func(s openapi.SecurityScheme) bool { return s.Name == use.Name }); i >= 0 {
				word = schemeWords(o.Security[i])
			}
			if len(use.Scopes) > 0 {
				word += " with " + strings.Join(use.Scopes, " ")
			}
			words = append(words, word)
		}
		if len(words) > 0 {
			ways = append(ways, strings.Join(words, " and "))
		}
	}
	return ways
}

func docsLink(l openapi.Link) *pages.OutsideLink {
	href := outsideAddress(l.URL)
	if href == "" {
		return nil
	}
	return &pages.OutsideLink{Text: firstOf(l.Text, "More of it in the provider's own documentation"), Href: href}
}

// operationPrices is what the operation costs under the plan that the viewer's team has, or else under each that is open.
func (h *Handlers) operationPrices(c echo.Context, row models.APIListing, op openapi.Operation) (prices []pages.OperationPrice, err error) {
	plans, err := h.store.APIPlans(ctx(c), row.API.ID)
	if err != nil {
		return nil, err
	}
	var own string
	if v := page.ViewerOf(c); v.HasTeam() {
		sub, _, err := h.store.LiveSubscription(ctx(c), v.Current.Team.ID, row.API.ID)
		if err != nil {
			return nil, err
		}
		own = sub.PlanID
	}
	for _, p := range plans {
		terms := billing.TermsOf(p.Terms)
		price := pages.OperationPrice{Plan: p.Plan.Name, Own: own != "" && p.Plan.ID == own, Price: h.price(terms.PriceOf(op.Method, op.Path))}
		switch {
		case price.Own:
			return []pages.OperationPrice{price}, nil
		case p.Plan.ClosedAt == nil:
			prices = append(prices, price)
		}
	}
	return prices, nil
}

// drawOperation fills in what the operation takes and answers.
func drawOperation(ctx context.Context, props *pages.OperationProps, op openapi.Operation, trees *schemaTrees) error {
	d := operationDrawing{trees: trees}
	d.parameters(op.Parameters)
	body, answers := d.body(op.Body), d.answers(op.Responses)
	if err := trees.grow(ctx); err != nil {
		return err
	}
	for _, fill := range d.after {
		fill()
	}
	props.Places, props.Body, props.Responses = d.places, body, answers
	props.Samples = samples(snippet.In(sampleRequest(props, op, trees)))
	for i, r := range op.Responses {
		if props.Example == "" && strings.HasPrefix(r.Status, "2") && len(answers[i].Content) > 0 && len(answers[i].Content[0].Examples) > 0 {
			props.Example = answers[i].Content[0].Examples[0].Text
		}
	}
	return nil
}

// operationDrawing puts an operation together; after holds what can only be done once the schemas are read.
type operationDrawing struct {
	trees  *schemaTrees
	places []pages.ParameterPlace
	after  []func()
}

var placeTitles = map[string]string{
	"path": "In the path", "query": "In the query", "querystring": "As the query", "header": "In headers", "cookie": "In cookies",
}

func (d *operationDrawing) parameters(all []openapi.Parameter) {
	for _, p := range all {
		title := placeTitles[p.In]
		if n := len(d.places); n == 0 || d.places[n-1].Title != title {
			d.places = append(d.places, pages.ParameterPlace{Title: title})
		}
		place := &d.places[len(d.places)-1]
		place.Parameters = append(place.Parameters, pages.ParameterRow{ID: anchorOf(p.In, p.Name)})
		at, in := len(place.Parameters)-1, len(d.places)-1
		d.parameter(p, func() *pages.ParameterRow { return &d.places[in].Parameters[at] })
	}
}

// parameter draws one where row says, once the rows do not move any more.
func (d *operationDrawing) parameter(p openapi.Parameter, row func() *pages.ParameterRow) {
	schema := p.Schema
	if schema == nil {
		schema = &openapi.Schema{}
	}
	node := d.trees.add(schema)
	d.after = append(d.after, func() {
		n := *node
		n.Name, n.Required, n.Deprecated = p.Name, p.Required, n.Deprecated || p.Deprecated
		if p.Description != "" {
			n.Description = ui.HTML(markdown.Part(p.Description))
		}
		n.Facts = append(n.Facts, styleFacts(p)...)
		row().Node = n
		for _, e := range p.Examples {
			row().Examples = append(row().Examples, pages.CodeExample{Title: firstOf(e.Summary, e.Name, "for example"), Text: short(e.Value)})
		}
	})
}

// styleFacts says how a value is written where that is not what everybody expects.
func styleFacts(p openapi.Parameter) (facts []pages.Fact) {
	if p.Type != "" {
		facts = append(facts, pages.Fact{Text: "written as", Code: p.Type})
	}
	switch p.Style {
	case "spaceDelimited":
		facts = append(facts, pages.Fact{Text: "several values with spaces between them"})
	case "pipeDelimited":
		facts = append(facts, pages.Fact{Text: "several values with | between them"})
	case "deepObject":
		facts = append(facts, pages.Fact{Text: "members as", Code: p.Name + "[member]=value"})
	case "matrix", "label":
		facts = append(facts, pages.Fact{Text: "written in the style", Code: p.Style})
	}
	return facts
}

// anchorOf makes an id of words; spaces cannot stand in one.
func anchorOf(words ...string) string {
	return strings.Join(strings.Fields(strings.Join(words, "-")), "-")
}

func (d *operationDrawing) body(b *openapi.Body) *pages.MediaBody {
	if b == nil {
		return nil
	}
	return &pages.MediaBody{Description: ui.HTML(markdown.Part(b.Description)), Required: b.Required, Content: d.content(b.Content, false)}
}

func (d *operationDrawing) answers(responses []openapi.Response) []pages.OperationResponse {
	out := make([]pages.OperationResponse, len(responses))
	for i, r := range responses {
		code, _ := strconv.Atoi(r.Status) // 0 for a range and for the rest
		out[i] = pages.OperationResponse{
			ID: anchorOf("answer", r.Status), Status: r.Status, Code: code, Description: ui.HTML(markdown.Part(r.Description)),
			Headers: make([]pages.ParameterRow, len(r.Headers)), Content: d.content(r.Content, true), Links: r.Links,
		}
		if r.Status == "default" {
			out[i].Status = "any other"
		}
		for k, header := range r.Headers {
			d.parameter(header, func() *pages.ParameterRow { return &out[i].Headers[k] })
		}
	}
	return out
}

// content draws bodies; media types that are alike are told once.
func (d *operationDrawing) content(all []openapi.Media, answer bool) []pages.MediaKind {
	type kind struct {
		openapi.Media
		types []string
	}
	var kinds []kind
	met := map[string]int{}
	for _, m := range all {
		same, _ := json.Marshal([]any{m.Schema, m.Item, m.Examples}) // of plain values: never an error
		at, again := met[string(same)]
		if !again {
			at = len(kinds)
			met[string(same)] = at
			kinds = append(kinds, kind{Media: m})
		}
		kinds[at].types = append(kinds[at].types, m.Type)
	}
	out := make([]pages.MediaKind, len(kinds))
	for i, k := range kinds {
		out[i] = pages.MediaKind{Types: strings.Join(k.types, ", "), Schema: d.trees.add(k.Schema), Item: d.trees.add(k.Item)}
		d.after = append(d.after, func() { out[i].Examples = d.examples(k.Media, answer) })
	}
	return out
}

// examples are those that the document gives, or else one that is made up of the schema.
func (d *operationDrawing) examples(m openapi.Media, answer bool) (examples []pages.CodeExample) {
	for _, e := range m.Examples {
		examples = append(examples, pages.CodeExample{Title: "Example: " + firstOf(e.Summary, e.Name, m.Type), Text: e.Value, Href: outsideAddress(e.URL)})
	}
	if len(examples) > 0 {
		return examples
	}
	for _, schema := range []*openapi.Schema{m.Schema, m.Item} {
		if schema == nil || !strings.Contains(m.Type, "json") {
			continue
		}
		if made := (openapi.Sampler{Schema: d.trees.named, Answer: answer}).JSON(schema); made != "" && made != "{}" {
			return []pages.CodeExample{{Title: "Example, made up of the schema", Text: made}}
		}
	}
	return nil
}
