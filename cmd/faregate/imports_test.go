package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// This file is the import table: who may import whom. docs/architecture.md tells why. It governs our own packages and
// every module we did not write; the standard library is open to all but where a row says never.
//
// To add a package, give it a row in rooms. To add a module, give it a line in others with the one or two packages that
// may use it, or, if it shapes how code is written (a framework, a database, a vendor), a word in fences.

const module = "github.com/faregate/faregate"

// room is one row: these packages may import those packages and fenced modules, and nothing else of either kind.
// "x/..." means x and all packages below it, as in go list.
type room struct {
	packages string
	may      string
	// never is what may look harmless here and is not. A package of ours is forbidden to the tests too, a package of the
	// standard library only to the product's files.
	never string
}

var rooms = []room{
	// One binary: the only reader of configuration; wiring; demo.
	{packages: "cmd/faregate/...", may: "everything"},

	// The front, the middleware, routes.go.
	{packages: "web", may: "handlers web/api web/page web/paths views/... static billing models models/problem echo prometheus"},
	// The management API, over the same use cases as the pages.
	{packages: "web/api", may: "handlers web/paths billing models models/problem models/openapi echo huma"},
	// What handlers share: viewer, session store, flash, render. URL builders.
	{packages: "web/page", may: "views/... models templ echo"},
	{packages: "web/paths", may: "stdlib"},

	// What people click.
	{packages: "handlers", may: "handlers/markdown handlers/picture handlers/signon handlers/snippet handlers/tryit web/page web/paths views/... billing models models/problem models/openapi models/openapi/edit models/openapi/lint models/openapi/match models/search models/seal echo"},

	// A request as code, and an operation as a form whose request is sent to the gateway.
	{packages: "handlers/snippet", may: "stdlib"},
	{packages: "handlers/tryit", may: "handlers/snippet models models/openapi"},

	// Signing in at somebody else's. It knows no accounts.
	{packages: "handlers/signon", may: "models"},

	// What providers write, made safe to show. It knows no pages.
	{packages: "handlers/markdown", may: "stdlib"},

	// The pictures that they send, drawn anew.
	{packages: "handlers/picture", may: "models"},

	// What people see: typed props, so that a page can be shown from sample values and a column can be renamed.
	{packages: "views views/pages views/ui views/layout views/email views/stories", may: "views/... templ static web/paths", never: "models/..."},

	// Work that nobody waits for.
	{packages: "jobs", may: "billing models models/problem models/openapi models/openapi/worker views/email web/paths jobs/mail jobs/hooks"},
	{packages: "jobs/mail", may: "models go-mail"},
	{packages: "jobs/hooks", may: "models models/seal standard-webhooks"},

	// The data plane: net/http in, net/http out.
	{packages: "gateway", may: "gateway/http1 gateway/wire gateway/tokens gateway/vendors billing models models/problem models/seal web/paths"},
	{packages: "gateway/http1", may: "stdlib"},
	{packages: "gateway/plain", may: "stdlib"},
	{packages: "gateway/wire", may: "stdlib"},
	{packages: "gateway/tokens", may: "tokenizer"},
	{packages: "gateway/vendors", may: "gateway/wire"},

	// The only gorm importer. Without net/http no network call can slip into a transaction.
	{packages: "models/store", may: "models billing models/problem models/openapi/match gorm", never: "net/http net/smtp"},

	// What it costs. No HTTP, no SQL.
	{packages: "billing", may: "models models/problem", never: "net/http database/sql"},
	// The only stripe-go importer.
	{packages: "billing/stripepay", may: "billing models stripe-go"},
	// The stand-in for Stripe: with stripe-go in it, it would test itself.
	{packages: "billing/sandbox", may: "stdlib"},

	// Entities, money, ids, clock, errors, lifecycle, roles.
	{packages: "models", may: "stdlib"},
	{packages: "models/openapi", may: "models kin-openapi oasdiff"},
	// The rules that a document is checked by, and what changed between two.
	{packages: "models/openapi/lint", may: "models/openapi kin-openapi"},
	{packages: "models/openapi/diff", may: "models/openapi kin-openapi oasdiff"},
	// Which operation a call is of. It reads what is stored of documents, and none itself.
	{packages: "models/openapi/match", may: "stdlib"},
	// What forms change in a document.
	{packages: "models/openapi/edit", may: "models/openapi"},
	// Both ends of the child process that reads documents.
	{packages: "models/openapi/worker", may: "models/openapi models/openapi/lint models/openapi/diff models/openapi/edit"},
	{packages: "models/problem models/seal models/search models/aimodel", may: "stdlib"},

	{packages: "static", may: "stdlib"},
}

// fences are the modules that rooms names by a word. A prefix covers all packages and major versions below it.
var fences = []struct{ word, prefixes string }{
	{"echo", "github.com/labstack"},
	{"gorm", "gorm.io github.com/go-gormigrate/gormigrate modernc.org/sqlite github.com/mattn/go-sqlite3"},
	{"stripe-go", "github.com/stripe/stripe-go"},
	{"templ", "github.com/a-h/templ"},
	{"kin-openapi", "github.com/getkin/kin-openapi"},
	{"oasdiff", "github.com/oasdiff"},
	{"huma", "github.com/danielgtaylor/huma"},
	{"prometheus", "github.com/prometheus"},
	{"tokenizer", "github.com/tiktoken-go/tokenizer"},
	{"go-mail", "github.com/wneessen/go-mail"},
	{"standard-webhooks", "github.com/standard-webhooks"},
}

// others are all other modules, each with the packages that may use it (cmd/faregate may use any).
var others = []struct{ module, packages string }{
	{"code.dny.dev/ssrf", "gateway"},
	{"github.com/alecthomas/kong", "cmd/faregate"},
	{"github.com/alexedwards/argon2id", "handlers"},
	{"github.com/coreos/go-oidc", "handlers/signon"},
	{"github.com/go-webauthn/webauthn", "handlers"},
	{"github.com/gofrs/flock", "models/store"},
	{"github.com/google/uuid", "models"},
	{"github.com/gorilla/sessions", "web/page"},
	{"github.com/maypok86/otter", "gateway"},
	{"github.com/microcosm-cc/bluemonday", "handlers/markdown"},
	{"github.com/pquerna/otp", "handlers"},
	{"go.yaml.in/yaml", "models/openapi models/openapi/edit"},
	{"github.com/yuin/goldmark", "handlers/markdown"},
	{"golang.org/x/image", "handlers/picture"},
	{"golang.org/x/net/html", "handlers/markdown"},
	{"golang.org/x/net/http/httpguts", "gateway/plain"},
	{"golang.org/x/oauth2", "gateway/vendors handlers/signon"},
	{"golang.org/x/sync", "gateway billing models/store"},
	{"golang.org/x/time", "gateway handlers web/api"},
}

// testModules are for test files and test helpers only.
const testModules = "github.com/PuerkitoBio/goquery github.com/chromedp/cdproto github.com/chromedp/chromedp " +
	"github.com/coder/websocket github.com/fxamacker/cbor github.com/go-jose/go-jose github.com/google/go-cmp github.com/rogpeppe/go-internal github.com/tsenart/vegeta " +
	"github.com/zitadel/oidc go.uber.org/goleak golang.org/x/net/html pgregory.net/rapid"

// helpers are packages that only tests import. A helper counts as a test file of the package it is for: it may import
// every package of ours, the test modules, and the modules of that package's row.
var helpers = []struct{ packages, of string }{
	{"models/modeltest", "models"},
	{"models/store/storetest", "models/store"},
	{"gateway/gatewaytest", "gateway"},
	{"handlers/signon/signontest", "handlers/signon"},
	{"jobs/mail/mailtest", "jobs/mail"},
	{"models/openapi/worker/workertest", "models/openapi/worker"},
	{"web/webtest", "web"},
	{"e2e/... bench/...", "cmd/faregate"},
}

func TestImports(t *testing.T) {
	root := os.DirFS("../..")
	gomod, err := fs.ReadFile(root, "go.mod")
	if err != nil {
		t.Fatalf("the module's root is not where this test looks for it: %v", err)
	}
	if !strings.HasPrefix(string(gomod), "module "+module+"\n") {
		t.Fatalf("go.mod does not begin with %q: this test would take our packages for strange ones", "module "+module)
	}
	found, files, err := violations(root)
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("no Go file found: the walk is broken")
	}
	for _, v := range found {
		t.Error(v)
	}
}

// violations reads the imports of every Go file below fsys and returns one sentence for each that breaks a rule.
func violations(fsys fs.FS) (found []string, files int, err error) {
	unlisted := map[string]bool{}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "vendor" || base == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		imports, err := importsOf(fsys, name)
		if err != nil {
			return err
		}
		files++
		at := place(name)
		if at.room == nil && !unlisted[at.pkg] {
			unlisted[at.pkg] = true
			found = append(found, fmt.Sprintf("package %s has no row in the import table: add it to rooms in cmd/faregate/imports_test.go "+
				"with what it may import (or to helpers, if only tests import it)", at.pkg))
		}
		if at.room == nil {
			return nil
		}
		for _, imp := range imports {
			if why := at.forbids(imp); why != "" {
				found = append(found, fmt.Sprintf("%s imports %s, but %s", name, imp, why))
			}
		}
		return nil
	})
	return found, files, err
}

// importsOf returns the import paths of one file; none if the file is a script that no build includes.
func importsOf(fsys fs.FS, name string) ([]string, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	script := func(g *ast.CommentGroup) bool {
		return slices.ContainsFunc(g.List, func(c *ast.Comment) bool { return c.Text == "//go:build ignore" })
	}
	if slices.ContainsFunc(file.Comments, script) {
		return nil, nil
	}
	var imports []string
	for _, spec := range file.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		imports = append(imports, imp)
	}
	return imports, nil
}

// where is a file as the table sees it.
type where struct {
	pkg  string // the folder, from the module's root
	as   string // the package whose row governs it: pkg, or the one that a helper is for
	test bool
	room *room // nil if the package is in no row
}

func place(file string) where {
	at := where{pkg: path.Dir(file), as: path.Dir(file), test: strings.HasSuffix(file, "_test.go")}
	for _, h := range helpers {
		if within(h.packages, at.pkg) {
			at.as, at.test = h.of, true
		}
	}
	for i := range rooms {
		if within(rooms[i].packages, at.as) {
			at.room = &rooms[i]
		}
	}
	return at
}

// forbids says in words why the file may not import imp, or nothing if it may.
func (at where) forbids(imp string) string {
	first, _, _ := strings.Cut(imp, "/")
	ours, isOurs := strings.CutPrefix(imp, module+"/")
	switch {
	case isOurs:
		return at.forbidsOurs(ours)
	case !strings.Contains(first, "."): // the standard library
		if !at.test && within(at.room.never, imp) {
			return at.as + " never uses " + imp
		}
		return ""
	}
	return at.forbidsModule(imp)
}

func (at where) forbidsOurs(pkg string) string {
	switch {
	case within(at.room.never, pkg):
		return at.as + " never imports " + pkg + ", its tests neither"
	case at.test:
		return ""
	case isHelper(pkg):
		return pkg + " is a helper for tests, and this file is part of the product"
	case at.room.may == "everything" || within(at.room.may, pkg):
		return ""
	}
	return at.as + " may import, of our packages and the fenced modules, only: " + at.room.may
}

func (at where) forbidsModule(imp string) string {
	if at.test && inModules(testModules, imp) || at.room.may == "everything" && !inModules(testModules, imp) {
		return ""
	}
	for _, f := range fences {
		if inModules(f.prefixes, imp) {
			if within(at.room.may, f.word) {
				return ""
			}
			return fmt.Sprintf("%s is fenced: only %s may import it", f.word, strings.Join(whoMay(f.word), ", "))
		}
	}
	for _, o := range others {
		if inModules(o.module, imp) {
			if within(o.packages, at.as) {
				return ""
			}
			return fmt.Sprintf("only %s may use %s (others in cmd/faregate/imports_test.go)", o.packages, o.module)
		}
	}
	if inModules(testModules, imp) {
		return "that module is for tests only"
	}
	return "that module is in no list: add it to others in cmd/faregate/imports_test.go with the one or two packages that may use it"
}

// whoMay lists the packages whose row holds a fenced word.
func whoMay(word string) (packages []string) {
	for _, r := range rooms {
		if r.may == "everything" || within(r.may, word) {
			packages = append(packages, strings.Fields(r.packages)...)
		}
	}
	return packages
}

func isHelper(pkg string) bool {
	for _, h := range helpers {
		if within(h.packages, pkg) {
			return true
		}
	}
	return false
}

// within tells whether a list of words and "x/..." patterns holds a name.
func within(list, name string) bool {
	for w := range strings.FieldsSeq(list) {
		below, pattern := strings.CutSuffix(w, "/...")
		if w == name || pattern && (below == name || strings.HasPrefix(name, below+"/")) {
			return true
		}
	}
	return false
}

// inModules tells whether an import path is one of these modules or lies below one.
func inModules(prefixes, imp string) bool {
	for p := range strings.FieldsSeq(prefixes) {
		if imp == p || strings.HasPrefix(imp, p+"/") {
			return true
		}
	}
	return false
}

// A word that is misspelt in the table would forbid more or less than it seems to.
func TestImportTableIsSound(t *testing.T) {
	listed := map[string]int{}
	known := map[string]bool{"stdlib": true, "everything": true}
	for _, r := range rooms {
		for p := range strings.FieldsSeq(r.packages) {
			listed[p]++
			known[strings.TrimSuffix(p, "/...")], known[p] = true, true
			known[p+"/..."] = true
		}
	}
	for p, n := range listed {
		if n > 1 {
			t.Errorf("%s has %d rows: the last would win", p, n)
		}
		if isHelper(p) {
			t.Errorf("%s is a room and a helper", p)
		}
	}
	for _, h := range helpers {
		if !known[h.of] {
			t.Errorf("helpers: %s is for %s, which has no row", h.packages, h.of)
		}
	}
	for _, o := range others {
		for p := range strings.FieldsSeq(o.packages) {
			if !known[p] {
				t.Errorf("others: %s names %s, which has no row", o.module, p)
			}
		}
	}
	for _, f := range fences {
		known[f.word] = true
	}
	for _, r := range rooms {
		for w := range strings.FieldsSeq(r.may) {
			if !known[w] {
				t.Errorf("rooms: %s may import %q, which is neither a package with a row nor a fenced module", r.packages, w)
			}
		}
	}
}

func TestImportsWalk(t *testing.T) {
	bad := &fstest.MapFile{Data: []byte("package x\n\nimport _ \"gorm.io/gorm\"\n")}
	tree := fstest.MapFS{
		"billing/a.go":              bad,
		"billing/b.go":              bad,
		"billing/testdata/c.go":     bad,
		".cache/mod/d.go":           bad,
		"node_modules/e/e.go":       bad,
		"models/aimodel/prices.go":  {Data: []byte("//go:build ignore\n\npackage main\n\nimport _ \"gorm.io/gorm\"\n")},
		"billing/notes.md":          {Data: []byte("not Go")},
		"views/pages/topup.templ":   {Data: []byte("not Go")},
		"models/team.go":            {Data: []byte("package models\n")},
		"models/store/migrate.go":   bad, // allowed there
		"models/problem/problem.go": {Data: []byte("package problem\n\nimport _ \"net/http\"\n")},
	}
	found, files, err := violations(tree)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 2 || !strings.HasPrefix(found[0], "billing/a.go imports gorm.io/gorm") || !strings.HasPrefix(found[1], "billing/b.go imports gorm.io/gorm") {
		t.Errorf("want the two files of billing, got %q", found)
	}
	if files != 6 {
		t.Errorf("read %d files, want 6", files)
	}

	if _, _, err := violations(fstest.MapFS{"billing/a.go": {Data: []byte("no Go at all")}}); err == nil {
		t.Error("a file that cannot be parsed passed")
	}
}
