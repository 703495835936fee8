package match_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/match"
)

func TestACallIsOfAnOperation(t *testing.T) {
	for _, c := range []struct {
		name, template, path string
		want                 bool
	}{
		{"the same path", "/quotes", "/quotes", true},
		{"another path", "/quotes", "/tips", false},
		{"a path that goes on", "/quotes", "/quotes/7", false},
		{"a slash at the end", "/quotes", "/quotes/", false},
		{"a value", "/quotes/{id}", "/quotes/7", true},
		{"a value with an escaped slash", "/quotes/{id}", "/quotes/a%2Fb", true},
		{"a value with an escape that is broken", "/quotes/{id}", "/quotes/100%", true},
		{"no value", "/quotes/{id}", "/quotes/", false},
		{"a value does not take a slash", "/quotes/{id}", "/quotes/7/parts", false},
		{"a value in the midst", "/quotes/{id}/parts", "/quotes/7/parts", true},
		{"two values", "/quotes/{id}/parts/{part}", "/quotes/7/parts/1", true},
		{"a value before text", "/files/{name}.json", "/files/a.b.json", true},
		{"a value before other text", "/files/{name}.json", "/files/a.xml", false},
		{"nothing before the text", "/files/{name}.json", "/files/.json", false},
		{"two values in a segment", "/compare/{base}...{head}", "/compare/a...b", true},
		{"two values with the same text behind each", "/{a}.{b}.x", "/1.2.x", true},
		{"two values side by side", "/{a}{b}", "/xy", true},
		{"two values side by side and one character", "/{a}{b}", "/x", false},
		{"text that the caller escapes and the document does not", "/jobs/{id}:cancel", "/jobs/7%3Acancel", true},
		{"text that the document escapes and the caller does not", "/caf%C3%A9s", "/caf\u00e9s", true},
		{"text in small and large hexadecimal digits", "/caf%c3%a9s", "/caf%C3%A9s", true},
		{"text with a space", "/my quotes", "/my%20quotes", true},
		{"an escaped slash in place of a slash", "/quotes/random", "/quotes%2Frandom", false},
		{"another case", "/quotes", "/Quotes", false},
		{"the root", "/", "/", true},
		{"the root without its slash", "/", "", true},
		{"the root is no value", "/{id}", "/", false},
		{"a brace that is not closed is text", "/a{b", "/a{b", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := match.Operation{Method: "GET", Path: c.template}
			if got := match.New([]match.Operation{o}).Find("GET", c.path); (got != "") != c.want || got != "" && got != o.Identity() {
				t.Errorf("%q is of %q, asked about %q", c.path, got, c.template)
			}
		})
	}
}

func TestOfSeveralOperationsThePlainestWins(t *testing.T) {
	m := match.New([]match.Operation{
		{"GET", "/pets/{id}"}, {"DELETE", "/pets/{petId}"}, {"GET", "/pets/mine"}, {"GET", "/pets/{id}.json"}, {"GET", "/pets/{id}:feed.json"},
		{"GET", "/{kind}/mine"}, {"GET", "/{kind}/mine/{name}"}, {"GET", "/pets/{id}/toys"}, {"HEAD", "/pets/{id}/toys"}, {"QUERY", "/pets"},
		{"GET", "/pets/{other}"}, {"POST", "/{kind}/7/x"}, {"POST", "/pets/{id}/x"},
	})
	for _, c := range []struct{ name, method, path, want string }{
		{"a path without templates comes first", "GET", "/pets/mine", "GET /pets/mine"},
		{"a value", "GET", "/pets/7", "GET /pets/{}"},
		{"text in the first segment comes before text in the second", "POST", "/pets/7/x", "POST /pets/{}/x"},
		{"a value in the first segment where no text is", "GET", "/cats/mine", "GET /{}/mine"},
		{"back to a value where text leads nowhere", "GET", "/pets/mine/x", "GET /{}/mine/{}"},
		{"more text comes before less", "GET", "/pets/7.json", "GET /pets/{}.json"},
		{"the most text comes first", "GET", "/pets/7:feed.json", "GET /pets/{}:feed.json"},
		{"the path that has the method", "DELETE", "/pets/mine", "DELETE /pets/{}"},
		{"a method that no path has", "PATCH", "/pets/7", ""},
		{"HEAD is GET", "HEAD", "/pets/7", "GET /pets/{}"},
		{"HEAD has an operation of its own", "HEAD", "/pets/7/toys", "HEAD /pets/{}/toys"},
		{"a method of OpenAPI 3.2", "QUERY", "/pets", "QUERY /pets"},
		{"methods are told apart by case", "get", "/pets/7", ""},
		{"no operation", "GET", "/nothing", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := m.Find(c.method, c.path); got != c.want {
				t.Errorf("%s %s is of %q, want %q", c.method, c.path, got, c.want)
			}
		})
	}
}

func TestAnOutlineIsRead(t *testing.T) {
	outline, err := json.Marshal(openapi.Outline{Title: "Pets", Operations: []openapi.OperationLine{{ID: "pet", Method: "GET", Path: "/pets/{id}"}}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := match.Read(outline)
	if err != nil || m.Find("GET", "/pets/7") != "GET /pets/{}" {
		t.Errorf("of %s there is %+v, %v", outline, m, err)
	}
	if _, err := match.Read([]byte("[")); err == nil {
		t.Error("what is no outline was read")
	}
}

// Documents that are made to be slow: what is known of them is bounded, and so is what one call costs.
func TestHostileDocumentsAreBounded(t *testing.T) {
	var alike, deep []match.Operation
	for i := range match.MaxOperations + 10 {
		alike = append(alike, match.Operation{Method: "GET", Path: fmt.Sprintf("/{a}%05d", i)})
	}
	for i := range 1 << 12 { // every path of twelve segments that are text or not
		path := ""
		for bit := range 12 {
			path += map[bool]string{true: "/a", false: "/{x}"}[i>>bit&1 == 1]
		}
		deep = append(deep, match.Operation{Method: "GET", Path: path + "/end"})
	}
	long := match.Operation{Method: "GET", Path: "/" + strings.Repeat("x", 1024)}
	if m := match.New(alike); m.Size() != match.MaxOperations+1 || m.Find("GET", "/x00007") == "" || m.Find("GET", "/x19999") != "" {
		t.Errorf("of many alike %d are known, and a call tries more than some", m.Size()-1)
	}
	if m := match.New(deep); m.Find("GET", strings.Repeat("/a", 12)+"/end") == "" || m.Find("GET", strings.Repeat("/a", 12)+"/no") != "" {
		t.Error("paths that share their beginnings are mistaken")
	}
	if m := match.New([]match.Operation{long}); m.Size() != 0 {
		t.Error("a path without end is known")
	}
	var slashes []match.Operation // small texts that would need much memory
	for i := range 1000 {
		slashes = append(slashes, match.Operation{Method: "GET", Path: fmt.Sprintf("/%03d", i) + strings.Repeat("/", 400)})
	}
	m := match.New(slashes)
	if m.Size() > match.MaxSize+len(slashes[0].Path) {
		t.Errorf("of paths of nothing but slashes %d segments are held", m.Size())
	}
	if m.Find("GET", slashes[0].Path) == "" || m.Find("GET", slashes[999].Path) != "" {
		t.Error("the first operations are not known, or the last ones are")
	}
}

func BenchmarkFind(b *testing.B) {
	var all []match.Operation
	for i := range 1000 {
		all = append(all, match.Operation{Method: "GET", Path: fmt.Sprintf("/things%d/{id}/parts/{part}", i)})
	}
	m := match.New(all)
	for b.Loop() {
		if m.Find("GET", "/things500/0192-ab/parts/7") == "" {
			b.Fatal("not found")
		}
	}
}
