package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web/webtest"
)

const (
	studioPath  = "/t/providers/apis/quotes"
	versionPath = studioPath + "/versions/v1"
	publishPath = versionPath + "/publish"
	credential  = "Bearer s3cret-of-the-provider"
)

// A provider sets how the upstream is called; the credential is sealed, shown nowhere, and live with the next publish.
func TestUpstreamSettingsInTheStudio(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	studio := pia.Get(versionPath)
	if studio.Has("#f-credential") {
		t.Error("there is a credential before one was set")
	}
	saved := pia.Submit(studio, "main form.form", "credential_header", "x-upstream-key", "credential_value", " "+credential+" ",
		"answer_seconds", "30", "hang_up_seconds", "5", "max_body", "16").Want(http.StatusOK)
	for selector, want := range map[string]string{
		"#f-credential_header": "X-Upstream-Key", "#f-credential_value": "", "#f-answer_seconds": "30", "#f-hang_up_seconds": "5", "#f-max_body": "16",
	} {
		if got := saved.Find(selector).AttrOr("value", ""); got != want {
			t.Errorf("%s shows %q, want %q", selector, got, want)
		}
	}
	if !saved.Has("#f-credential") || strings.Contains(saved.Body, "s3cret") {
		t.Error("the studio does not say that a credential is set, or shows it")
	}
	publish := pia.Get(publishPath)
	if text := publish.Says(".changes"); !strings.Contains(text, "credential") || !strings.Contains(text, "Time for an answer: the gateway's default → 30 seconds") || strings.Contains(publish.Body, "s3cret") {
		t.Errorf("the changes are told as %q", text)
	}
	pia.Submit(publish, "main form").Want(http.StatusOK)
	routes, err := app.Store.APIRoutes(t.Context(), w.API.API.ID)
	if err != nil {
		t.Fatal(err)
	}
	upstream := routes[0].Upstream
	plain, err := seal.Master{1}.Credentials().Open(upstream.Credential.Sealed)
	if err != nil || string(plain) != credential || upstream.Credential.Header != "X-Upstream-Key" || upstream.MaxBody != 16<<20 {
		t.Errorf("live is %+v, which opens to %q, %v", upstream, plain, err)
	}
	if p := pia.Get(publishPath); p.Has(".changes li") {
		t.Errorf("nothing was changed since, and the page tells of %q", p.Says(".changes"))
	}

	pia.Submit(pia.Get(versionPath), "main form.form", "credential", "remove").Want(http.StatusOK)
	if p := pia.Get(versionPath); p.Has("#f-credential") || p.Find("#f-credential_header").AttrOr("value", "") != "" {
		t.Error("it was removed and is still there")
	}
	if text := pia.Get(publishPath).Says(".changes"); !strings.Contains(text, "removed") {
		t.Errorf("the changes are told as %q", text)
	}
}

func TestUpstreamSettingsThatAreRefused(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	for _, row := range []struct {
		name   string
		fields []string
		field  string
	}{
		{"a header of the connection", []string{"credential_header", "Transfer-Encoding", "credential_value", "x"}, "credential_header"},
		{"a header of ours", []string{"credential_header", "Faregate-Team", "credential_value", "x"}, "credential_header"},
		{"a value without a header", []string{"credential_value", "x"}, "credential_header"},
		{"a header without a value", []string{"credential_header", "Authorization"}, "credential_value"},
		{"a value of two lines", []string{"credential_header", "Authorization", "credential_value", "x\ny"}, "credential_value"},
		{"a time that is no number", []string{"answer_seconds", "a minute"}, "answer_seconds"},
		{"no time at all", []string{"answer_seconds", "0"}, "answer_seconds"},
		{"too much time", []string{"hang_up_seconds", "301"}, "hang_up_seconds"},
		{"a size below zero", []string{"max_body", "-1"}, "max_body"},
	} {
		p := pia.Submit(pia.Get(versionPath), "main form.form", row.fields...).Want(http.StatusUnprocessableEntity)
		if !p.Has("#f-"+row.field+"[aria-invalid=true]") || p.Find(".error-summary a").Length() != 1 {
			t.Errorf("%s: the page says %q", row.name, p.Says(".error-summary"))
		}
	}

	pia.Submit(pia.Get(versionPath), "main form.form", "credential_header", "Authorization", "credential_value", credential).Want(http.StatusOK)
	p := pia.Submit(pia.Get(versionPath), "main form.form", "upstream", "https://mine.example.test").Want(http.StatusUnprocessableEntity)
	if !p.Has("#f-credential_value[aria-invalid=true]") {
		t.Error("the address was changed, and the secret goes along")
	}
	pia.Submit(pia.Get(versionPath), "main form.form", "credential_header", "").Want(http.StatusUnprocessableEntity)
	pia.Submit(pia.Get(versionPath), "main form.form", "upstream", "https://mine.example.test", "credential", "remove").Want(http.StatusOK)
}
