package edit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const top = "openapi: 3.1.0\ninfo: {title: A, version: '1'} # by hand\npaths:\n"

// edited is a document after the change, which must not have been written anew as a whole.
func edited(t *testing.T, raw string, r Request) string {
	t.Helper()
	a, err := Edit([]byte(raw), r)
	if err != nil || a.Missing || len(a.Invalid) > 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	if a.Anew {
		t.Errorf("the whole is written anew:\n%s", a.Document)
	}
	return string(a.Document)
}

func TestWhatAnOperationSharesStaysShared(t *testing.T) {
	describe := func(row int, to string) func(*Operation) {
		return func(o *Operation) { o.Responses[row].Description = to }
	}
	for _, row := range []struct {
		sentence, paths string
		request         func(testing.TB, []byte) Request
		want            string
	}{
		{
			"an answer that is an alias is changed, and only that one is",
			"  /a: # of a\n    get:\n      responses:\n        '200': &ok # once\n          description: Fine\n        '404': *ok # as there\n        '500': *ok\n",
			changing("GET", "/a", describe(1, "None")),
			"  /a: # of a\n    get:\n      responses:\n        '200': &ok # once\n          description: Fine\n        '404': # as there\n          description: None\n        '500': *ok\n",
		},
		{
			"what has the anchor is changed, and the aliases say what they said",
			"  /a: # of a\n    get:\n      responses:\n        '200': &ok\n          description: Fine # once\n  /b:\n    get:\n      responses:\n        '200': *ok # as there\n        '201': *ok\n",
			changing("GET", "/a", describe(0, "Better")),
			"  /a: # of a\n    get:\n      responses:\n        '200':\n          description: Better # once\n  /b:\n    get:\n      responses:\n        '200': &ok # as there\n          description: Fine\n        '201': *ok\n",
		},
		{
			"what has the anchor is removed, and the only alias takes its place",
			"  /a: # of a\n    get:\n      responses: {'200': {description: A}}\n    post:\n      responses:\n        '200': &ok\n          description: Fine # once\n  /b: # of b\n    get:\n      responses:\n        '200': *ok\n",
			just(Request{Act: RemoveOperation, Method: "POST", Path: "/a"}),
			"  /a: # of a\n    get:\n      responses: {'200': {description: A}}\n  /b: # of b\n    get:\n      responses:\n        '200':\n          description: Fine\n",
		},
		{
			"a parameter that another operation has too is changed",
			"  /a: # of a\n    get:\n      parameters:\n        - &q\n          name: q # its name\n          in: query\n          schema: {type: string}\n      responses: {'200': {description: A}}\n  /b: # of b\n    get:\n      parameters:\n        - *q # too\n      responses: {'200': {description: A}}\n",
			changing("GET", "/a", func(o *Operation) { o.Parameters[0].Description = "What" }),
			"  /a: # of a\n    get:\n      parameters:\n        - name: q # its name\n          in: query\n          description: What\n          schema: {type: string}\n      responses: {'200': {description: A}}\n  /b: # of b\n    get:\n      parameters:\n        - name: q # too\n          in: query\n          schema: {type: string}\n      responses: {'200': {description: A}}\n",
		},
		{
			"one that is merged says something else in one place",
			"  /a: # of a\n    get: &base\n      summary: Same\n      responses: {'200': {description: A}} # mine\n  /b:\n    get:\n      # the same\n      <<: *base\n      operationId: b # b\n",
			changing("GET", "/b", func(o *Operation) { o.Summary = "Other" }),
			"  /a: # of a\n    get: &base\n      summary: Same\n      responses: {'200': {description: A}} # mine\n  /b:\n    get:\n      # the same\n      <<: *base\n      summary: Other\n      operationId: b # b\n",
		},
		{
			"one that is merged has no more something that it had from there",
			"  /a: # of a\n    get: &base\n      summary: Same\n      responses: {'200': {description: A}} # mine\n  /b:\n    get:\n      # the same\n      <<: *base\n      operationId: b # b\n",
			changing("GET", "/b", func(o *Operation) { o.Summary = "" }),
			"  /a: # of a\n    get: &base\n      summary: Same\n      responses: {'200': {description: A}} # mine\n  /b:\n    get:\n      responses: {'200': {description: A}}\n      operationId: b # b\n",
		},
		{
			"what others merge is changed where it stands",
			"  /a: # of a\n    get: &base\n      summary: Same # this\n      responses: {'200': {description: A}}\n  /b:\n    get:\n      <<: *base\n      operationId: b # b\n",
			changing("GET", "/a", func(o *Operation) { o.Summary = "Other" }),
			"  /a: # of a\n    get:\n      summary: Other # this\n      responses: {'200': {description: A}}\n  /b:\n    get:\n      <<:\n        summary: Same\n        responses: {'200': {description: A}}\n      operationId: b # b\n",
		},
		{
			"one that has nothing of its own gets something",
			"  /a: # of a\n    get: &base\n      responses: {'200': {description: A}}\n  /b:\n    get:\n      <<: *base # as above\n",
			changing("GET", "/b", func(o *Operation) { o.Summary = "Other" }),
			"  /a: # of a\n    get: &base\n      responses: {'200': {description: A}}\n  /b:\n    get:\n      summary: Other\n      <<: *base # as above\n",
		},
		{
			"an anchor that stands in a merge and is used before and after",
			"  /a: # of a\n    get:\n      <<: &base {deprecated: true}\n      x-same: *base\n      responses: {'200': {description: A}} # last\n",
			changing("GET", "/a", func(o *Operation) { o.Deprecated = false }),
			"  /a: # of a\n    get:\n      x-same: {\"deprecated\": true}\n      responses: {'200': {description: A}} # last\n",
		},
		{
			"a whole operation that is an alias is changed, and what it shared is not",
			"  /a: # of a\n    get: &op\n      responses: {'200': {description: A}} # mine\n    head: *op # too\n",
			changing("HEAD", "/a", func(o *Operation) { o.Summary = "Other" }),
			"  /a: # of a\n    get: &op\n      responses: {'200': {description: A}} # mine\n    head: # too\n      summary: Other\n      responses: {'200': {description: A}}\n",
		},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			if d := cmp.Diff(top+row.want, edited(t, top+row.paths, row.request(t, []byte(top+row.paths)))); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestNoLinesAreGluedAndNoCommentMoves(t *testing.T) {
	const one = "  /a:\n    get:\n      responses: {'200': {description: A}}"
	const added = "  /b:\n    get:\n      responses:\n        '200':\n          description: OK\n"
	add := just(Request{Act: SaveOperation, Operation: &Operation{Method: "GET", Path: "/b", Responses: []Response{{Status: "200"}}}})
	describe := func(s string) func(testing.TB, []byte) Request {
		return changing("GET", "/a", func(o *Operation) { o.Description = s })
	}
	long := strings.Repeat("x", 300)
	for _, row := range []struct {
		sentence, before string
		request          func(testing.TB, []byte) Request
		want             string
	}{
		{"at the end of a file without a line end", top + one, add, top + one + "\n" + strings.TrimSuffix(added, "\n")},
		{"at the end of a file that ends in a comment without a line end", top + one + " # end", add, top + one + " # end\n" + strings.TrimSuffix(added, "\n")},
		{"in front of a comment without a line end", top + one + "\n# end", add, top + one + "\n" + added + "# end"},
		{"in front of the mark of an end", "---\n" + top + one + "\n...\n", add, "---\n" + top + one + "\n" + added + "...\n"},
		{
			"behind a text that keeps its blank lines", top + "  /a:\n    get:\n      responses: {'200': {description: A}}\n      description: |+\n        Text\n\n\n# end\n", add,
			top + "  /a:\n    get:\n      responses: {'200': {description: A}}\n      description: |+\n        Text\n\n\n" + added + "# end\n",
		},
		{
			"a text that keeps its blank lines is replaced", top + "  /a:\n    get:\n      description: |2+ # why\n        Text\n\n      responses: {'200': {description: A}} # r\n", describe("Two"),
			top + "  /a:\n    get:\n      description: Two # why\n      responses: {'200': {description: A}} # r\n",
		},
		{
			"a comment stays with what comes to have several lines", top + "  /a:\n    get:\n      description: One # why\n      responses: {'200': {description: A}}\n", describe("Two\nlines"),
			top + "  /a:\n    get:\n      description: |- # why\n        Two\n        lines\n      responses: {'200': {description: A}}\n",
		},
		{
			"the last line of a file without a line end is replaced", top + "  /a:\n    get:\n      responses: {'200': {description: A}}\n      description: One # why", describe(long),
			top + "  /a:\n    get:\n      responses: {'200': {description: A}}\n      description: " + long + " # why",
		},
		{
			"behind a line that YAML ends where no editor does", top + "  /a:\n    get:\n      summary: \"a\u2028b\"\n      responses: {'200': {description: A}} # r\n", describe("Two"),
			top + "  /a:\n    get:\n      summary: \"a\u2028b\"\n      description: Two\n      responses: {'200': {description: A}} # r\n",
		},
		{
			"tabs in front of comments and in lists", top + "  /a:\n    get:\t# g\n      tags: [a,\tb]\t# t\n      responses: {'200': {description: A}}\t# r\n", describe("Two"),
			top + "  /a:\n    get:\t# g\n      tags: [a,\tb]\t# t\n      description: Two\n      responses: {'200': {description: A}}\t# r\n",
		},
		{
			"an answer is taken out and one of its status added", top + "  /a:\n    get:\n      responses:\n        '200': {description: A} # a\n        '404': {description: B} # b\n",
			changing("GET", "/a", func(o *Operation) { o.Responses = []Response{o.Responses[1], {Status: "200", Description: "New"}} }),
			top + "  /a:\n    get:\n      responses:\n        '404': {description: B} # b\n        '200':\n          description: New\n",
		},
		{
			"parameters come in another order", top + "  /a:\n    get:\n      parameters:\n        - {name: a, in: query, schema: {}} # a\n        - {name: b, in: query, schema: {}} # b\n        - {name: c, in: query, schema: {}} # c\n      responses: {'200': {description: A}}\n",
			changing("GET", "/a", func(o *Operation) { o.Parameters = append(o.Parameters[1:], o.Parameters[0]) }),
			top + "  /a:\n    get:\n      parameters:\n        - {name: b, in: query, schema: {}} # b\n        - {name: c, in: query, schema: {}} # c\n        - {name: a, in: query, schema: {}}\n      responses: {'200': {description: A}}\n",
		},
		{
			"answers come in another order", top + "  /a:\n    get:\n      responses:\n        '200': {description: A} # a\n        '404': {description: B} # b\n",
			changing("GET", "/a", func(o *Operation) { o.Responses = []Response{o.Responses[1], o.Responses[0]} }),
			top + "  /a:\n    get:\n      responses:\n        '200': {description: A} # a\n        '404': {description: B} # b\n",
		},
		{
			"a tag is added to those of which one has a comma", top + "  /a:\n    get:\n      tags:\n        - \"a, b\" # both\n        - 1.10\n      responses: {'200': {description: A}}\n",
			changing("GET", "/a", func(o *Operation) { o.Tags = append(o.Tags, "c") }),
			top + "  /a:\n    get:\n      tags:\n        - \"a, b\" # both\n        - 1.10\n        - c\n      responses: {'200': {description: A}}\n",
		},
	} {
		for name, ends := range map[string]string{"": "\n", ", with CRLF": "\r\n"} {
			t.Run(row.sentence+name, func(t *testing.T) {
				before, want := strings.ReplaceAll(row.before, "\n", ends), strings.ReplaceAll(row.want, "\n", ends)
				if d := cmp.Diff(want, edited(t, before, row.request(t, []byte(before)))); d != "" {
					t.Errorf("(-want +got)\n%s", d)
				}
			})
		}
	}
}

func TestJSONStaysAsItIsLaidOut(t *testing.T) {
	const plain = "{\n\t\"openapi\": \"3.1.0\",\n\t\"info\": {\"title\": \"A\", \"version\": \"1\"},\n\t\"paths\": {\n\t\t\"/a\": {\n\t\t\t\"get\": {\n\t\t\t\t\"responses\": {\n\t\t\t\t\t\"200\": {\"description\": \"A\"}\n\t\t\t\t}\n\t\t\t}\n\t\t}\n\t}\n}"
	const after = "{\n\t\"openapi\": \"3.1.0\",\n\t\"info\": {\"title\": \"A\", \"version\": \"1\"},\n\t\"paths\": {\n\t\t\"/a\": {\n\t\t\t\"get\": {\n\t\t\t\t\"tags\": [\n\t\t\t\t\t\"x\"\n\t\t\t\t],\n\t\t\t\t\"responses\": {\n\t\t\t\t\t\"200\": {\"description\": \"A\"}\n\t\t\t\t}\n\t\t\t}\n\t\t}\n\t}\n}"
	line := strings.NewReplacer("\n", "", "\t", "")
	for _, row := range []struct {
		sentence     string
		before, want string
	}{
		{"tabs and no last line end", plain, after},
		{"tabs and a last line end", plain + "\n", after + "\n"},
		{"CRLF", strings.ReplaceAll(plain, "\n", "\r\n") + "\r\n", strings.ReplaceAll(after, "\n", "\r\n") + "\r\n"},
		{"four blanks", strings.ReplaceAll(plain, "\t", "    "), strings.ReplaceAll(after, "\t", "    ")},
		{"one line with blanks", line.Replace(strings.ReplaceAll(plain, ",", ", ")), line.Replace(strings.ReplaceAll(after, ",", ", "))},
		{"one line without blanks", strings.ReplaceAll(line.Replace(plain), " ", "") + "\n", strings.ReplaceAll(line.Replace(after), " ", "") + "\n"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			row.before, row.want = strings.ReplaceAll(row.before, ",  ", ", "), strings.ReplaceAll(row.want, ",  ", ", ")
			tag := changing("GET", "/a", func(o *Operation) { o.Tags = []string{"x"} })
			with := edited(t, row.before, tag(t, []byte(row.before)))
			if d := cmp.Diff(row.want, with); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if d := cmp.Diff(row.before, edited(t, with, changing("GET", "/a", func(o *Operation) { o.Tags = nil })(t, []byte(with)))); d != "" {
				t.Errorf("and back (-want +got)\n%s", d)
			}
			root, err := parseJSON(row.before)
			if err != nil {
				t.Fatal(err)
			}
			if s := newJSONSyntax(row.before, root); strings.HasSuffix(s.whole(root), "\n") != strings.HasSuffix(row.before, "\n") ||
				strings.Count(s.whole(root), "\r") != strings.Count(s.whole(root), "\n")*strings.Count(row.sentence, "CRLF") {
				t.Errorf("as a whole:\n%s", s.whole(root))
			}
		})
	}
}

func TestTagsOnALine(t *testing.T) {
	for _, row := range []struct {
		tags []string
		line string
		back []string
	}{
		{[]string{"a", "b c"}, "a, b c", []string{"a", "b c"}},
		{[]string{"a, b", "c"}, `"a, b", c`, []string{"a, b", "c"}},
		{[]string{`say "a"`, `"`}, `"say ""a""", """"`, []string{`say "a"`, `"`}},
		{[]string{" a\nb ", "", "a b"}, "a b", []string{"a b"}},
		{[]string{`,`}, `","`, []string{","}},
	} {
		if line := TagsText(row.tags); line != row.line {
			t.Errorf("%q are %s", row.tags, line)
		}
		if d := cmp.Diff(row.back, TagsOf(row.line)); d != "" {
			t.Errorf("%s (-want +got)\n%s", row.line, d)
		}
	}
	for line, want := range map[string][]string{"wise, words,": {"wise", "words"}, `"a, b`: {`"a`, "b"}, `"a" b, c`: {`"a" b`, "c"}, " , ": nil} {
		if d := cmp.Diff(want, TagsOf(line)); d != "" {
			t.Errorf("%s (-want +got)\n%s", line, d)
		}
	}
}
