package main_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// The checker itself is checked on made-up files, so that a silent TestImports is known to mean something.
func TestImportsAreRefused(t *testing.T) {
	const ours = module + "/"
	for _, c := range []struct{ file, imp, want string }{
		// Each of our own arrows, in its direction.
		{"models/store/wallet.go", ours + "models", ""},
		{"models/store/wallet.go", ours + "billing", ""},
		{"billing/decide.go", ours + "models/store", "billing may import, of our packages and the fenced modules, only: models models/problem"},
		{"models/team.go", ours + "billing", "models may import"},
		{"models/team.go", ours + "models/problem", "models may import"},
		{"handlers/topup.go", ours + "views/pages", ""},
		{"handlers/topup.go", ours + "models/store", "handlers may import"},
		{"handlers/topup.go", ours + "gateway", "handlers may import"},
		{"gateway/proxy.go", ours + "views", "gateway may import"},
		{"gateway/wire/openai.go", ours + "models", "gateway/wire may import"},
		{"jobs/mailer.go", ours + "views/email", ""},
		{"jobs/mailer.go", ours + "views/pages", "jobs may import"},
		{"views/pages/topup.go", ours + "views/ui", ""},
		{"views/pages/topup_templ.go", ours + "models", "views/pages never imports models"},
		{"views/pages/topup_test.go", ours + "models", "views/pages never imports models, its tests neither"},
		{"billing/sandbox/server.go", ours + "billing", "billing/sandbox may import"},
		{"static/static.go", ours + "models", "static may import"},
		{"cmd/faregate/serve.go", ours + "models/store", ""},
		{"cmd/faregate/demo/seed.go", ours + "billing/sandbox", ""},

		// Fenced modules.
		{"models/store/open.go", "gorm.io/gorm", ""},
		{"models/store/open.go", "modernc.org/sqlite", ""},
		{"models/team.go", "gorm.io/gorm", "gorm is fenced: only cmd/faregate/..., models/store may import it"},
		{"jobs/outbox.go", "gorm.io/gorm/clause", "gorm is fenced"},
		{"web/routes.go", "github.com/labstack/echo/v4", ""},
		{"web/routes.go", "github.com/labstack/echo/v4/middleware", ""},
		{"gateway/proxy.go", "github.com/labstack/echo/v4", "echo is fenced"},
		{"billing/stripepay/client.go", "github.com/stripe/stripe-go/v76/client", ""},
		{"billing/fulfil.go", "github.com/stripe/stripe-go/v76", "stripe-go is fenced"},
		{"billing/sandbox/hook_test.go", "github.com/stripe/stripe-go/v76/webhook", "stripe-go is fenced"},
		{"billing/sandbox/hook.go", "github.com/stripe/stripe-go/v99", "stripe-go is fenced"},

		// Other modules.
		{"models/id.go", "github.com/google/uuid", ""},
		{"handlers/signin.go", "github.com/google/uuid", "only models may use github.com/google/uuid"},
		{"gateway/cache.go", "github.com/maypok86/otter/v2", ""},
		{"gateway/dial.go", "golang.org/x/crypto/argon2", "that module is in no list: add it to others"},
		{"web/page/page.go", "github.com/gorilla/sessionsfork", "in no list"},

		// The standard library.
		{"billing/price.go", "math/bits", ""},
		{"billing/price.go", "net/http", "billing never uses net/http"},
		{"billing/fulfil_test.go", "net/http", ""},
		{"models/store/open.go", "database/sql", ""},
		{"models/store/open.go", "net/http", "models/store never uses net/http"},

		// Tests and their helpers.
		{"gateway/proxy_test.go", ours + "models/store/storetest", ""},
		{"gateway/proxy_test.go", ours + "models/store", ""},
		{"gateway/proxy_test.go", "go.uber.org/goleak", ""},
		{"gateway/proxy_test.go", "gorm.io/gorm", "gorm is fenced"},
		{"gateway/proxy.go", ours + "gateway/gatewaytest", "helper for tests"},
		{"cmd/faregate/serve.go", ours + "web/webtest", "helper for tests"},
		{"cmd/faregate/serve.go", "github.com/chromedp/chromedp", "for tests only"},
		{"cmd/faregate/browser_test.go", "github.com/chromedp/chromedp", ""},
		{"models/store/storetest/open.go", "gorm.io/gorm", ""},
		{"models/store/storetest/open.go", "pgregory.net/rapid", ""},
		{"web/webtest/app.go", ours + "models/store", ""},
		{"models/modeltest/team.go", "gorm.io/gorm", "gorm is fenced"},

		// A package that nobody gave a row.
		{"models/currency/eur.go", "errors", "package models/currency has no row in the import table: add it to rooms in cmd/faregate/imports_test.go"},
		{"main.go", "errors", "package . has no row"},
	} {
		t.Run(c.file+" imports "+c.imp, func(t *testing.T) {
			tree := fstest.MapFS{c.file: {Data: []byte("package x\n\nimport _ " + strconv.Quote(c.imp) + "\n")}}
			found, _, err := violations(tree)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.want == "" && len(found) > 0:
				t.Errorf("should be allowed, got: %s", found[0])
			case c.want != "" && len(found) != 1:
				t.Errorf("want one refusal that says %q, got %q", c.want, found)
			case c.want != "" && !strings.Contains(found[0], c.want):
				t.Errorf("the refusal does not say %q: %s", c.want, found[0])
			}
		})
	}
}
