package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// What is set on the draft reaches callers with the next publish, and a release keeps the credential that it had.
func TestUpstreamSettings(t *testing.T) {
	r := newRig(t)
	draft := models.APIDraft{
		Name: "Weather", Slug: "weather", Visibility: models.Public, UpstreamURL: "http://one.test",
		UpstreamLimits: models.UpstreamLimits{AnswerSeconds: 5, HangUpSeconds: 3, MaxBodyBytes: 1000},
		Credential:     models.CredentialChange{Header: "Authorization", Sealed: "sealed 1"},
	}
	made, err := r.CreateAPI(ctx, r.pia, r.provider, draft)
	r.must(err)
	served := func() billing.Upstream {
		t.Helper()
		_, err := r.PublishAPI(ctx, r.pia, r.provider, made.API.ID, "")
		r.must(err)
		routes, err := r.APIRoutes(ctx, made.API.ID)
		r.must(err)
		return routes[0].Upstream
	}
	want := billing.Upstream{
		URL: "http://one.test", Answer: 5 * time.Second, HangUp: 3 * time.Second, MaxBody: 1000,
		Credential: billing.UpstreamCredential{Header: "Authorization", Sealed: "sealed 1"},
	}
	if diff := cmp.Diff(want, served()); diff != "" {
		t.Errorf("the first release\n%s", diff)
	}
	first, err := r.RunningRelease(ctx, made.Version.ID)
	r.must(err)
	for _, row := range []struct {
		name   string
		change models.CredentialChange
		want   billing.UpstreamCredential
	}{
		{"nothing is said", models.CredentialChange{}, billing.UpstreamCredential{Header: "Authorization", Sealed: "sealed 1"}},
		{"the same header without a value", models.CredentialChange{Header: "Authorization"}, billing.UpstreamCredential{Header: "Authorization", Sealed: "sealed 1"}},
		{"another header without a value", models.CredentialChange{Header: "X-Key"}, billing.UpstreamCredential{Header: "X-Key", Sealed: "sealed 1"}},
		{"another value", models.CredentialChange{Header: "X-Key", Sealed: "sealed 2"}, billing.UpstreamCredential{Header: "X-Key", Sealed: "sealed 2"}},
		{"removed", models.CredentialChange{Remove: true, Header: "X-Key"}, billing.UpstreamCredential{}},
		{"removed again", models.CredentialChange{Remove: true}, billing.UpstreamCredential{}},
		{"set again", models.CredentialChange{Header: "X-New", Sealed: "sealed 3"}, billing.UpstreamCredential{Header: "X-New", Sealed: "sealed 3"}},
	} {
		draft.Credential = row.change
		r.must(r.EditAPI(ctx, r.pia, r.provider, made.API.ID, draft))
		if diff := cmp.Diff(row.want, served().Credential); diff != "" {
			t.Errorf("%s\n%s", row.name, diff)
		}
		shown, err := r.DraftCredential(ctx, made.Version.ID)
		if shown.Header != row.want.Header || shown.Sealed != "" || is(err, models.ErrNotFound) != (row.want.Header == "") {
			t.Errorf("%s: the page is shown %+v, %v", row.name, shown, err)
		}
	}
	// Whoever goes back to the first release finds its own credential.
	r.exec(`UPDATE versions SET running_release_id = ?`, first.ID)
	routes, err := r.APIRoutes(ctx, made.API.ID)
	r.must(err)
	if diff := cmp.Diff(want, routes[0].Upstream); diff != "" {
		t.Errorf("the first release, once more\n%s", diff)
	}
	draft.Credential = models.CredentialChange{Remove: true}
	r.must(r.EditAPI(ctx, r.pia, r.provider, made.API.ID, draft))
	draft.Credential = models.CredentialChange{Header: "X-Key"}
	if err := r.EditAPI(ctx, r.pia, r.provider, made.API.ID, draft); err == nil || !strings.Contains(err.Error(), "value") {
		t.Errorf("a header without any value: %v", err)
	}
}
