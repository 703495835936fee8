package tryit_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/handlers/snippet"
	"github.com/faregate/faregate/handlers/tryit"
	"github.com/faregate/faregate/models/openapi"
)

func noSchemas(string) *openapi.Schema { return nil }

func fields(namesAndValues ...string) (all []snippet.Field) {
	for i := 0; i < len(namesAndValues); i += 2 {
		all = append(all, snippet.Field{Name: namesAndValues[i], Value: namesAndValues[i+1]})
	}
	return all
}

func typeOf(t string) *openapi.Schema { return &openapi.Schema{Types: []string{t}} }

var strings2, object2 = &openapi.Schema{Types: []string{"array"}, Items: typeOf("string")}, typeOf("object")

// Where each value ends up and how it is written: the table of styles in the OpenAPI Specification, with its values.
func TestParametersAreWrittenInTheirStyles(t *testing.T) {
	const text, list, object = "blue", "blue\r\nblack\r\nbrown", `{"R": 100, "G": 200, "B": 150}`
	for _, row := range []struct {
		in, style string
		explode   bool
		schema    *openapi.Schema
		typed     string
		want      string
	}{
		{"path", "", false, typeOf("string"), text, "/blue"},
		{"path", "simple", false, strings2, list, "/blue,black,brown"},
		{"path", "simple", true, strings2, list, "/blue,black,brown"},
		{"path", "simple", false, object2, object, "/R,100,G,200,B,150"},
		{"path", "simple", true, object2, object, "/R=100,G=200,B=150"},
		{"path", "label", false, typeOf("string"), text, "/.blue"},
		{"path", "label", false, strings2, list, "/.blue,black,brown"},
		{"path", "label", true, strings2, list, "/.blue.black.brown"},
		{"path", "label", true, object2, object, "/.R=100.G=200.B=150"},
		{"path", "matrix", false, typeOf("string"), text, "/;color=blue"},
		{"path", "matrix", false, strings2, list, "/;color=blue,black,brown"},
		{"path", "matrix", true, strings2, list, "/;color=blue;color=black;color=brown"},
		{"path", "matrix", false, object2, object, "/;color=R,100,G,200,B,150"},
		{"path", "matrix", true, object2, object, "/;R=100;G=200;B=150"},
		{"query", "form", true, typeOf("string"), text, "/?color=blue"},
		{"query", "form", false, strings2, list, "/?color=blue,black,brown"},
		{"query", "form", true, strings2, list, "/?color=blue&color=black&color=brown"},
		{"query", "form", false, object2, object, "/?color=R,100,G,200,B,150"},
		{"query", "form", true, object2, object, "/?R=100&G=200&B=150"},
		{"query", "spaceDelimited", false, strings2, list, "/?color=blue%20black%20brown"},
		{"query", "pipeDelimited", false, strings2, list, "/?color=blue%7Cblack%7Cbrown"},
		{"query", "deepObject", true, object2, object, "/?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"},
		{"header", "", false, typeOf("string"), text, "/ color: blue"},
		{"header", "simple", false, strings2, list, "/ color: blue,black,brown"},
		{"header", "simple", true, object2, object, "/ color: R=100,G=200,B=150"},
		{"cookie", "form", false, strings2, list, "/ Cookie: color=blue,black,brown"},

		{"path", "", false, typeOf("string"), "a/b?c#d%2F é{color}", "/a%2Fb%3Fc%23d%252F%20%C3%A9%7Bcolor%7D"},
		{"query", "", false, typeOf("string"), "a&b=c d+e", "/?color=a%26b%3Dc+d%2Be"},
		{"query", "", false, typeOf("integer"), "not a number", "/?color=not+a+number"},
		{"query", "form", true, &openapi.Schema{Types: []string{"array"}, Items: object2}, `[{"a":1},{"b":"x y"}]`, "/?color=%7B%22a%22%3A1%7D&color=%7B%22b%22%3A%22x+y%22%7D"},
	} {
		path := "/"
		if row.in == "path" {
			path = "/{color}"
		}
		op := openapi.Operation{OperationLine: openapi.OperationLine{Method: "GET", Path: path}, Parameters: []openapi.Parameter{
			{Name: "color", In: row.in, Style: row.style, Explode: row.explode, Schema: row.schema},
		}}
		r, bad := tryit.FormOf(op, noSchemas).Build(url.Values{row.in + "-color": {row.typed}})
		got := r.Target
		for _, f := range r.Header {
			got += " " + f.Name + ": " + f.Value
		}
		if got != row.want || len(bad) > 0 {
			t.Errorf("%s %s %t %q: %s, want %s (%v)", row.in, row.style, row.explode, row.typed, got, row.want, bad)
		}
	}
}

var order = openapi.Operation{
	OperationLine: openapi.OperationLine{Method: "POST", Path: "/shops/{shop}/orders/{undeclared}"},
	Parameters: []openapi.Parameter{
		{Name: "shop", In: "path", Required: true, Schema: &openapi.Schema{Types: []string{"integer"}, Examples: []string{"7"}}},
		{Name: "dry", In: "query", Schema: &openapi.Schema{Types: []string{"boolean"}, Default: "false"}},
		{Name: "state", In: "query", Required: true, Schema: &openapi.Schema{Ref: "State"}},
		{Name: "day", In: "query", Schema: &openapi.Schema{AllOf: []*openapi.Schema{{Ref: "Day"}}, Description: "x"}},
		{Name: "X-Trace", In: "header", Schema: typeOf("string")},
		{Name: "X-API-Key", In: "header", Schema: typeOf("string")},
		{Name: "Authorization", In: "header", Schema: typeOf("string")},
	},
	Body: &openapi.Body{Required: true, Content: []openapi.Media{
		{Type: "application/json", Schema: &openapi.Schema{Ref: "Order"}},
		{Type: "application/x-www-form-urlencoded", Schema: &openapi.Schema{Ref: "Order"}},
		{Type: "application/xml", Examples: []openapi.Example{{Value: "<order/>"}}},
		{Type: "text/*"},
	}},
}

func orderSchemas(name string) *openapi.Schema {
	return map[string]*openapi.Schema{
		"State": {Types: []string{"string", "null"}, Enum: []string{`"open"`, `"it's closed"`}},
		"Day":   {Types: []string{"string"}, Format: "date"},
		"Order": {Types: []string{"object"}, Properties: []openapi.Property{
			{Name: "id", Schema: &openapi.Schema{Types: []string{"string"}, ReadOnly: true}},
			{Name: "count", Required: true, Schema: &openapi.Schema{Types: []string{"integer"}, Limits: []openapi.Limit{{Keyword: "minimum", Value: "1"}}}},
			{Name: "tags", Schema: strings2},
		}},
	}[name]
}

func TestTheFormOfAnOperation(t *testing.T) {
	form := tryit.FormOf(order, orderSchemas)
	var got []string
	for _, f := range form.Fields {
		got = append(got, strings.Join([]string{f.Name, string(f.Kind), strings.Join(f.Choices, "|"), f.Words, f.Value}, "; "))
	}
	want := []string{
		"path-shop; integer; ; integer; 7",
		"query-dry; choice; true|false; boolean; false",
		"query-state; choice; open|it's closed; string or null; open",
		"query-day; date; ; string (date); ",
		"header-X-Trace; line; ; string; ",
		"path-undeclared; line; ; ; ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	bodies := map[string]string{}
	for _, b := range form.Bodies {
		bodies[b.Type] = b.Example
		for _, f := range b.Fields {
			bodies[b.Type] += " " + f.Name + "=" + f.Value
		}
	}
	if diff := cmp.Diff(map[string]string{
		"application/json":                  "{\n  \"count\": 1,\n  \"tags\": [\n    \"string\"\n  ]\n}",
		"application/x-www-form-urlencoded": " body-count=1 body-tags=", "application/xml": "<order/>", "text/plain": "",
	}, bodies); diff != "" {
		t.Error(diff)
	}
	read := order
	read.Method = http.MethodGet
	if form := tryit.FormOf(read, orderSchemas); len(form.Bodies) > 0 {
		t.Error("a GET sends a body")
	}
}

func TestWhatIsTypedIsSent(t *testing.T) {
	base := url.Values{"path-shop": {"7"}, "query-state": {"it's closed"}, "path-undeclared": {"x"}}
	with := func(more ...string) url.Values {
		typed := url.Values{}
		for name, values := range base {
			typed[name] = values
		}
		for i := 0; i < len(more); i += 2 {
			typed.Set(more[i], more[i+1])
		}
		return typed
	}
	const target = "/shops/7/orders/x?state=it%27s+closed"
	for _, row := range []struct {
		sentence string
		typed    url.Values
		want     tryit.Request
		bad      string // the field that has to be mended
	}{
		{"the first media type is the usual one", with("body", `{"count": 2}`), tryit.Request{Method: "POST", Target: target, Header: fields("Content-Type", "application/json"), Body: `{"count": 2}`}, ""},
		{"another is chosen", with("type", "application/xml", "body", "<order/>"), tryit.Request{Method: "POST", Target: target, Header: fields("Content-Type", "application/xml"), Body: "<order/>"}, ""},
		{"one that is not offered is not taken", with("type", "text/html", "body", "x"), tryit.Request{Method: "POST", Target: target, Header: fields("Content-Type", "application/json"), Body: "x"}, ""},
		{"a form is made of its fields", with("type", "application/x-www-form-urlencoded", "body-count", "2", "body-tags", "a b\nc&d"),
			tryit.Request{Method: "POST", Target: target, Header: fields("Content-Type", "application/x-www-form-urlencoded"), Body: "count=2&tags=a+b&tags=c%26d"}, ""},
		{"without a body there is no type", with(), tryit.Request{Method: "POST", Target: target}, ""},
		{"what is not filled in is left out", with("query-dry", "", "header-X-Trace", "1"), tryit.Request{Method: "POST", Target: target, Header: fields("X-Trace", "1")}, ""},
		{"a path needs all its parts", with("path-shop", ""), tryit.Request{}, "path-shop"},
		{"what is required is", with("query-state", ""), tryit.Request{}, "query-state"},
		{"a header has one line", with("header-X-Trace", "1\r\nX-Evil: 1"), tryit.Request{}, "header-X-Trace"},
	} {
		got, bad := tryit.FormOf(order, orderSchemas).Build(row.typed)
		if row.bad != "" {
			if bad[row.bad] == "" || len(bad) != 1 {
				t.Errorf("%s: %v", row.sentence, bad)
			}
			continue
		}
		if diff := cmp.Diff(row.want, got); diff != "" || len(bad) > 0 {
			t.Errorf("%s: %v\n%s", row.sentence, bad, diff)
		}
	}
}

func TestARequestWithoutAnOperation(t *testing.T) {
	for _, row := range []struct {
		sentence                            string
		method, target, headers, kind, text string
		want                                string // the request in a line, or the field that has to be mended
	}{
		{"a GET", "get", "/a/b?c=d", "", "", "", "GET /a/b?c=d"},
		{"the version itself", "GET", "", "", "", "", "GET "},
		{"a query alone needs its slash", "GET", "?a=1", "", "", "", "target"},
		{"a path from somewhere else", "GET", "https://elsewhere.test/", "", "", "", "target"},
		{"what may not stand in an address is escaped", "GET", "/é b/%2f%zz?x=\"y\"#z", "", "", "", "GET /%C3%A9%20b/%2f%25zz?x=%22y%22%23z"},
		{"a body has its type", "PATCH", "/a", "", "text/plain", "x", "PATCH /a Content-Type: text/plain x"},
		{"headers are lines", "QUERY", "/a", "X-A: 1\r\n\r\n x-b :2", "", "", "QUERY /a X-A: 1 x-b: 2"},
		{"a type without a body is left out", "DELETE", "/a", "", "text/plain", "", "DELETE /a"},
		{"GET sends no body", "GET", "/a", "", "text/plain", "x", "body"},
		{"no method", "", "/a", "", "", "", "method"},
		{"not a method", "GE T", "/a", "", "", "", "method"},
		{"nor a way through", "CONNECT", "/a", "", "", "", "method"},
		{"not a header", "GET", "/a", "no colon and spaces", "", "", "headers"},
		{"the key is the console's", "GET", "/a", "X-API-Key: fg_live_1", "", "", "headers"},
		{"with an underscore, too", "GET", "/a", "x_api_key: fg_live_1", "", "", "headers"},
		{"where it comes from is not for the form to say", "GET", "/a", "X-Forwarded-For: 192.0.2.1", "", "", "headers"},
		{"nor what the gateway says", "GET", "/a", "Faregate-Charged: 0", "", "", "headers"},
		{"nor how the connection is kept", "GET", "/a", "Upgrade: websocket", "", "", "headers"},
		{"a type has one line", "POST", "/a", "", "text/plain\r\nX-Evil: 1", "x", "type"},
	} {
		r, bad := tryit.Free(url.Values{"method": {row.method}, "target": {row.target}, "headers": {row.headers}, "type": {row.kind}, "body": {row.text}})
		got := r.Method + " " + r.Target
		for _, f := range r.Header {
			got += " " + f.Name + ": " + f.Value
		}
		if r.Body != "" {
			got += " " + r.Body
		}
		for field := range bad {
			got = field
		}
		if got != row.want || len(bad) > 1 {
			t.Errorf("%s: %q %v, want %q", row.sentence, got, bad, row.want)
		}
	}
}

// Whatever is typed, the request is refused with a word to a field, or is one that can be sent and goes below the version.
func FuzzBuild(f *testing.F) {
	f.Add("GET", "/a?b=c", "X-A: 1", "text/plain", "x", `{"a":1}`)
	f.Add("POST", "/..//%2e%2E/{x}", "Host: evil", "a\nb", "", "[1")
	f.Fuzz(func(t *testing.T, method, target, headers, kind, body, text string) {
		base, err := url.Parse("https://portal.example.test")
		if err != nil {
			t.Fatal(err)
		}
		op := openapi.Operation{OperationLine: openapi.OperationLine{Method: "PUT", Path: "/a/{p}/" + target}}
		typed := url.Values{"method": {method}, "target": {target}, "headers": {headers}, "type": {kind}, "body": {body}}
		for _, in := range []string{"path", "query", "header", "cookie"} {
			for i, style := range []string{"simple", "label", "matrix", "deepObject", ""} {
				name := "p" + strings.Repeat("x", i)
				op.Parameters = append(op.Parameters, openapi.Parameter{Name: name, In: in, Style: style, Explode: i%2 == 0, Schema: object2})
				typed.Set(in+"-"+name, text)
			}
		}
		free, badFree := tryit.Free(typed)
		made, badMade := tryit.FormOf(op, noSchemas).Build(typed)
		for _, r := range []struct {
			tryit.Request
			bad tryit.Errors
		}{{free, badFree}, {made, badMade}} {
			if len(r.bad) > 0 {
				continue
			}
			request, err := r.At(t.Context(), base, "/invoke/x/v1", "192.0.2.1:0")
			if err != nil {
				t.Fatalf("%+v: %v", r.Request, err)
			}
			if !strings.HasPrefix(request.URL.EscapedPath(), "/invoke/x/v1") || request.URL.Host != base.Host || request.URL.Fragment != "" {
				t.Errorf("%+v leads to %s", r.Request, request.URL)
			}
			for name, lines := range request.Header {
				if name == "Host" || slices.ContainsFunc(lines, func(l string) bool { return strings.ContainsAny(l, "\r\n\x00") }) {
					t.Errorf("%+v sends %s: %q", r.Request, name, lines)
				}
			}
		}
	})
}
