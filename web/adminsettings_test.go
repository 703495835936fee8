package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

func TestAdministratorsNameThePortalAndWhereHelpIs(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) {
		c.Flags = []handlers.Flag{{Name: "sign-up", Env: "FAREGATE_SIGN_UP", Value: "closed", From: "flag"}}
	})
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	visitor, b := app.Browser(t), app.As(t, root)
	if p := visitor.Get("/nowhere").Want(http.StatusNotFound); p.Says("#brand") != "Faregate" || strings.Contains(p.Says("body"), "Help") {
		t.Errorf("before, a page says %q", p.Says("body"))
	}
	p := b.Get("/admin/settings").Want(http.StatusOK)
	if got := p.Says("tbody tr"); !strings.Contains(got, "--sign-up FAREGATE_SIGN_UP") || !strings.Contains(got, "closed") || !strings.Contains(got, "flag") {
		t.Errorf("the flags are %q", got)
	}
	bad := b.Submit(p, "main form", "name", "Acme <APIs>", "support", "javascript:alert(1)").Want(http.StatusUnprocessableEntity)
	if !bad.Has("#f-support[aria-invalid=true]") || bad.Find("input[name=name]").AttrOr("value", "") != "Acme <APIs>" {
		t.Errorf("a bad address is answered %q", bad.Says("main"))
	}
	b.Submit(bad, "main form", "support", "help@acme.example").Want(http.StatusOK)
	p = visitor.Get("/nowhere").Want(http.StatusNotFound)
	if p.Says("#brand") != "Acme <APIs>" || !strings.HasSuffix(p.Says("head title"), "· Acme <APIs>") || !p.Has(`main a[href="mailto:help@acme.example"]`) || !p.Has(`footer a[href="mailto:help@acme.example"]`) {
		t.Errorf("after, a page says %q", p.Says("body"))
	}
	visitor.SignUp("Ada", "ada@example.test")
	mails := app.Mails(t)
	if len(mails) != 1 || !strings.HasSuffix(mails[0].Text, "Acme <APIs>. Help: help@acme.example\n") || !strings.Contains(mails[0].HTML, "Acme &lt;APIs&gt;") || !strings.Contains(mails[0].HTML, `href="mailto:help@acme.example"`) {
		t.Errorf("a mail says %+v", mails)
	}
	log := b.Get("/admin/audit?about=settings").Want(http.StatusOK)
	if got := log.Says("tbody"); !strings.Contains(got, "changed the settings of the portal") || !strings.Contains(got, "Name: Faregate → Acme <APIs>") {
		t.Errorf("the log says %q", got)
	}
}
