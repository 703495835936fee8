package edit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// author writes a document as people do, by chance.
type author struct {
	*rand.Rand
	b       strings.Builder
	shared  []string // anchors of answers that were written
	bases   []string // anchors of operations
	names   int
	sharing bool
}

func (a *author) some(of ...string) string { return of[a.IntN(len(of))] }

// line writes one that is so far to the right, with or without a comment.
func (a *author) line(blanks int, text string) {
	a.b.WriteString(strings.Repeat(" ", blanks) + text + a.some("", "", "", " # why", "\t# tab") + "\n")
}

// between writes what may stand between two lines.
func (a *author) between(blanks int) {
	a.b.WriteString(a.some("", "", "", "\n", "\n\n", strings.Repeat(" ", blanks)+"# above\n", "# left\n", "\n"+strings.Repeat(" ", blanks)+"# apart\n\n"))
}

func (a *author) anchor() string {
	a.names++
	return fmt.Sprintf("a%d", a.names)
}

func (a *author) document() string {
	a.b.WriteString(a.some("", "# first\n", "---\n", "# first\n\n---\n"))
	a.line(0, "openapi: 3.1.0")
	a.line(0, "info: {title: A, version: '1'}")
	a.between(0)
	a.line(0, "paths:")
	for i := range 1 + a.IntN(3) {
		a.between(2)
		a.line(2, fmt.Sprintf(a.some("/p%d:", `"/p%d":`, "'/p%d':"), i))
		for _, method := range []string{"get", "put", "post"}[:1+a.IntN(3)] {
			a.between(4)
			a.operation(method)
		}
	}
	a.b.WriteString(a.some("", "# end\n", "x-last: |+\n  a\n\n", "x-last: yes\n", "...\n"))
	text := a.b.String()
	if a.IntN(4) == 0 {
		text = strings.TrimRight(text, "\n")
	}
	if a.IntN(4) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

func (a *author) operation(method string) {
	if a.IntN(6) == 0 {
		a.line(4, method+": {summary: Short, responses: {'200': {description: A}}}")
		return
	}
	head := ""
	if a.sharing && a.IntN(3) == 0 {
		head = a.anchor()
	}
	if a.sharing && len(a.bases) > 0 && a.IntN(5) == 0 {
		a.line(4, method+": *"+a.some(a.bases...))
		return
	}
	a.line(4, strings.TrimRight(method+": "+prefixed("&", head), " "))
	if a.sharing && len(a.bases) > 0 && a.IntN(3) == 0 {
		a.line(6, "<<: "+a.some("*"+a.some(a.bases...), "[*"+a.some(a.bases...)+"]"))
	}
	parts := []func(){a.tags, a.summary, a.description, a.parameters, a.responses, func() { a.line(6, "x-cost: 3") }}
	a.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	for i, part := range parts {
		if a.IntN(3) > 0 || i == 0 {
			part()
			a.between(6)
		}
	}
	if head != "" {
		a.bases = append(a.bases, head)
	}
}

func prefixed(sign, name string) string {
	if name == "" {
		return ""
	}
	return sign + name
}

func (a *author) tags() {
	if a.IntN(2) == 0 {
		a.line(6, "tags: "+a.some("[a, b]", `["a, b", c]`, "[]"))
		return
	}
	a.line(6, "tags:")
	for _, tag := range []string{"- a", `- "a, b"`, "- 1.0"}[:1+a.IntN(3)] {
		a.line(6, tag)
	}
}

func (a *author) summary() {
	a.line(6, "summary: "+a.some("Words", "'it''s'", `"a\tb"`, "\"a\u2028b\"", "yes", "1.10"))
}

func (a *author) description() {
	a.b.WriteString("      description: " + a.some("Text # c\n", "|\n        A block\n\n        # no comment\n", "|+ # c\n        A\n\n\n", ">-\n        folded\n        text\n",
		"two\n        lines\n", "\"two\n\n        lines\" # c\n"))
}

func (a *author) parameters() {
	a.line(6, "parameters:")
	in := a.some("      ", "        ")
	for i := range 1 + a.IntN(3) {
		a.b.WriteString(a.some("", in+"# above\n", "\n"))
		a.b.WriteString(in + fmt.Sprintf(a.some("- {name: q%[1]d, in: query, schema: {type: string}} # flow\n", "- name: q%[1]d # its name\n%[2]s  in: query\n%[2]s  schema: {}\n",
			"-\n%[2]s  name: q%[1]d\n%[2]s  in: query # below\n%[2]s  schema:\n%[2]s    type: integer\n", "- in: query\n%[2]s  name: q%[1]d\n%[2]s  description: |+\n%[2]s    a\n\n%[2]s  schema: {}\n"), i, in))
	}
}

func (a *author) responses() {
	a.line(6, "responses:")
	for _, status := range []string{"200", "'404'", `"5XX"`, "default"}[:1+a.IntN(4)] {
		a.b.WriteString(a.some("", "        # above\n", "\n"))
		if a.sharing && len(a.shared) > 0 && a.IntN(2) == 0 {
			a.line(8, status+": *"+a.some(a.shared...))
			continue
		}
		head := ""
		if a.sharing && a.IntN(2) == 0 {
			head = a.anchor()
			a.shared = append(a.shared, head)
		}
		if a.IntN(2) == 0 {
			a.line(8, status+": "+strings.TrimLeft(prefixed("&", head)+" {description: Flow}", " "))
			continue
		}
		a.line(8, strings.TrimRight(status+": "+prefixed("&", head), " "))
		a.line(10, "description: "+a.some("Words", "|\n            block"))
		if a.IntN(2) == 0 {
			a.line(10, "content: {application/json: {schema: {type: object}}, text/plain: {}}")
		}
	}
}

// change does something to an operation as its form allows, by chance.
func (a *author) change(o *Operation) {
	for range 1 + a.IntN(3) {
		switch a.IntN(10) {
		case 0:
			o.Summary = a.some("", "Other", "a: b # c", "two\nlines")
		case 1:
			o.Description = a.some("", "Other", "two\n\nlines", "blanks behind\n\n", "- # '", " leading")
		case 2:
			o.Tags = append(o.Tags[:len(o.Tags)/2], a.some("x", "y, z"))
		case 3:
			o.Deprecated = !o.Deprecated
		case 4:
			o.Parameters = append(o.Parameters, Parameter{Name: fmt.Sprintf("n%d", a.IntN(1e9)), In: "header", Type: a.some(Types...), Description: a.some("", "new")})
		case 5:
			a.Shuffle(len(o.Parameters), func(i, j int) { o.Parameters[i], o.Parameters[j] = o.Parameters[j], o.Parameters[i] })
		case 6:
			o.Parameters = o.Parameters[:len(o.Parameters)/2]
		case 7:
			if len(o.Responses) > 0 {
				o.Responses[a.IntN(len(o.Responses))].Description = a.some("Other", "two\nlines")
			}
		case 8:
			if len(o.Responses) > 1 {
				o.Responses = o.Responses[a.IntN(2):]
				o.Responses[0].Status = "203"
			}
		case 9:
			o.Method = a.some("GET", "DELETE", "PATCH")
			o.Path = a.some(o.Path, "/new")
		}
	}
}

// everything is what a document says, read by somebody else, with each operation by itself.
func everything(t *testing.T, raw string) (besides map[string]any, operations map[string]any) {
	t.Helper()
	raw = strings.TrimSuffix(raw, "\n") + "\n" // a text in lines at the end of a file has the end of its last line
	if err := yaml.Unmarshal([]byte(raw), &besides); err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	operations = map[string]any{}
	for path, methods := range besides["paths"].(map[string]any) {
		for method, o := range methods.(map[string]any) {
			operations[strings.ToUpper(method)+" "+path] = named(o)
		}
	}
	delete(besides, "paths")
	return besides, operations
}

// named is a value in which every name is a text, as in JSON.
func named(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = named(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = named(v[name])
		}
	case map[any]any:
		all := map[string]any{}
		for name := range v {
			all[fmt.Sprint(name)] = named(v[name])
		}
		return all
	}
	return v
}

// Whatever is done to one operation, the others say what they said; and they stand in the document byte by byte as they stood, unless
// it says that it was written anew, or they share something.
func FuzzOneOperation(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		a := &author{Rand: rand.New(rand.NewPCG(seed, 1))}
		a.sharing = seed%2 == 1
		raw := a.document()
		before, operations := everything(t, raw)
		e, err := newEditor(raw, "3.1.0")
		if err != nil {
			t.Fatalf("%v in\n%s", err, raw)
		}
		var all []string
		for _, path := range e.was.get("paths").members {
			for _, method := range path.value.members {
				all = append(all, strings.ToUpper(method.name)+" "+path.name)
			}
		}
		asked := a.some(all...)
		method, path, _ := strings.Cut(asked, " ")
		r := Request{Act: RemoveOperation, Method: method, Path: path}
		if a.IntN(5) > 0 {
			o := read(t, []byte(raw), method, path)
			if a.change(&o); a.IntN(5) == 0 {
				method, path, asked = "", "", ""
			}
			r = Request{Act: SaveOperation, Method: method, Path: path, Operation: &o}
		}
		answer, err := Edit([]byte(raw), r)
		if err != nil {
			t.Fatalf("%+v: %v in\n%s", r, err, raw)
		}
		if len(answer.Invalid) > 0 {
			t.Skip()
		}
		after, now := everything(t, string(answer.Document))
		if d := cmp.Diff(before, after); d != "" {
			t.Errorf("besides the operations: %s", d)
		}
		for name, o := range operations {
			if name != asked && !cmp.Equal(o, now[name]) {
				t.Errorf("%s says something else: %s", name, cmp.Diff(o, now[name]))
			}
		}
		if r.Operation != nil {
			got := read(t, answer.Document, r.Operation.Method, r.Operation.Path)
			if changed(got.Summary, r.Operation.Summary) || changed(got.Description, r.Operation.Description) || got.Deprecated != r.Operation.Deprecated ||
				len(got.Responses) != len(r.Operation.Responses) || len(got.Parameters) != len(r.Operation.Parameters) {
				t.Errorf("it says %+v\nand not %+v", got, *r.Operation)
			}
		}
		if answer.Anew {
			t.Errorf("written anew")
		}
		for _, path := range e.was.get("paths").members {
			for _, m := range path.value.members {
				text := strings.TrimRight(raw[m.start:m.end], "\r\n")
				if strings.ToUpper(m.name)+" "+path.name != asked && !a.sharing && !strings.Contains(string(answer.Document), text) {
					t.Errorf("%s %s is not as it was", m.name, path.name)
				}
			}
		}
		if t.Failed() {
			t.Logf("%s %s: %+v of\n%s\nis\n%s", r.Act, asked, r.Operation, raw, answer.Document)
		}
	})
}
