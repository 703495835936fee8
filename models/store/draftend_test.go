package store_test

import (
	"testing"

	"github.com/faregate/faregate/models"
)

// Only what nobody can have called is deleted, and then nothing of it is left.
func TestDraftsAreDeleted(t *testing.T) {
	r := newRig(t)
	draft := models.APIDraft{
		Name: "Idea", Slug: "idea", Visibility: models.Shared, SharedWith: []string{r.consumer}, UpstreamURL: "http://x",
		Credential: models.CredentialChange{Header: "Authorization", Sealed: "x"},
	}
	before := r.number(`SELECT (SELECT COUNT(*) FROM versions) + (SELECT COUNT(*) FROM plans) + (SELECT COUNT(*) FROM plan_revisions) + (SELECT COUNT(*) FROM upstream_credentials) + (SELECT COUNT(*) FROM api_shares)`)
	idea, err := r.CreateAPI(ctx, r.pia, r.provider, draft)
	r.must(err)
	second, err := r.NewVersion(ctx, r.pia, r.provider, idea.API.ID, "v2", idea.Version.ID)
	r.must(err)
	for _, row := range []struct {
		sentence string
		do       func() error
		want     error
	}{
		{"another team's draft", func() error { return r.DeleteAPI(ctx, r.carl, r.consumer, idea.API.ID) }, models.ErrNotFound},
		{"another team's version", func() error { return r.DeleteVersion(ctx, r.carl, r.consumer, second.ID) }, models.ErrNotFound},
		{"an API that was published", func() error { return r.DeleteAPI(ctx, r.pia, r.provider, r.api) }, models.ErrConflict},
		{"a version that was published", func() error { return r.DeleteVersion(ctx, r.pia, r.provider, r.world.API.Version.ID) }, models.ErrConflict},
		{"a draft of a version", func() error { return r.DeleteVersion(ctx, r.pia, r.provider, second.ID) }, nil},
		{"the only version", func() error { return r.DeleteVersion(ctx, r.pia, r.provider, idea.Version.ID) }, models.ErrConflict},
		{"a draft of an API", func() error { return r.DeleteAPI(ctx, r.pia, r.provider, idea.API.ID) }, nil},
		{"it again", func() error { return r.DeleteAPI(ctx, r.pia, r.provider, idea.API.ID) }, models.ErrNotFound},
	} {
		if err := row.do(); !is(err, row.want) {
			t.Errorf("%s: %v, want %v", row.sentence, err, row.want)
		}
	}
	if after := r.number(`SELECT (SELECT COUNT(*) FROM versions) + (SELECT COUNT(*) FROM plans) + (SELECT COUNT(*) FROM plan_revisions) + (SELECT COUNT(*) FROM upstream_credentials) + (SELECT COUNT(*) FROM api_shares)`); after != before {
		t.Errorf("%d rows of the draft are left", after-before)
	}
	if _, err := r.CreateAPI(ctx, r.pia, r.provider, draft); err != nil {
		t.Errorf("its short name is not free: %v", err)
	}
}

// The activity of an API is what was done to it and to what belongs to it, without from where.
func TestAPIActivity(t *testing.T) {
	r := newRig(t)
	pia := r.pia
	pia.Address, pia.RequestID = "192.0.2.1", "web_1"
	_, err := r.CreateAPI(ctx, pia, r.provider, models.APIDraft{Name: "Other", Slug: "other", Visibility: models.Public, UpstreamURL: "http://x"})
	r.must(err)
	r.must(r.EditProfile(ctx, pia, r.provider, r.api, models.APIDraft{Name: "Sayings", Visibility: models.Public}))
	r.addPlan("Pro", 5)
	r.must(r.EditVersion(ctx, pia, r.provider, r.world.API.Version.ID, models.VersionDraft{UpstreamURL: "http://y"}))
	list, err := r.APIActivity(ctx, r.provider, r.api, models.Page{})
	r.must(err)
	var acts []models.AuditAction
	for _, l := range list.Rows {
		acts = append(acts, l.Entry.Action)
		if l.Entry.Address+l.Entry.RequestID != "" {
			t.Errorf("%s is told with %q", l.Entry.Action, l.Entry.Address)
		}
	}
	want := []models.AuditAction{models.AuditVersionEdited, models.AuditPlanAdded, models.AuditAPIEdited, models.AuditVersionPublished, models.AuditAPICreated}
	if len(acts) != len(want) {
		t.Fatalf("the activity is %q", acts)
	}
	for i := range want {
		if acts[i] != want[i] {
			t.Errorf("the activity is %q", acts)
		}
	}
	if list, err := r.APIActivity(ctx, r.consumer, r.api, models.Page{}); err != nil || len(list.Rows) != 0 {
		t.Errorf("another team sees %d entries, %v", len(list.Rows), err)
	}
}
