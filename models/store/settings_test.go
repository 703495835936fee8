package store_test

import (
	"errors"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

func TestSettingsAreChangedByAdministratorsAndRecorded(t *testing.T) {
	r := newRig(t)
	told := 0
	r.Listen(store.Listener{Settings: func() { told++ }})
	root := r.root("root")
	if s, err := r.Settings(ctx); err != nil || s != (models.Settings{}) {
		t.Fatalf("before anybody has set them: %+v, %v", s, err)
	}
	if err := r.ChangeSettings(ctx, r.carl, models.Settings{Name: "Carl's"}); !is(err, models.ErrForbidden) {
		t.Errorf("a user: %v", err)
	}
	var invalid models.Invalid
	if err := r.ChangeSettings(ctx, root, models.Settings{Support: "http://x"}); !errors.As(err, &invalid) {
		t.Errorf("a bad address: %v", err)
	}
	want := models.Settings{Name: "Acme APIs", Support: "help@acme.example"}
	r.must(r.ChangeSettings(ctx, root, models.Settings{Name: "Acme APIs"}))
	r.must(r.ChangeSettings(ctx, root, models.Settings{Name: " Acme APIs", Support: "help@acme.example "}))
	r.must(r.ChangeSettings(ctx, root, want))
	if s, err := r.Settings(ctx); err != nil || s != want {
		t.Errorf("%+v, %v", s, err)
	}
	entries, err := r.Audit(ctx, models.AuditFilter{Noun: "settings"}, models.Page{})
	r.must(err)
	if len(entries.Rows) != 2 || told != 2 {
		t.Fatalf("%d entries, told %d times", len(entries.Rows), told)
	}
	if c := entries.Rows[0].Entry.Changes; len(c) != 1 || c[0] != (models.AuditChange{Field: "Support", Before: "", After: "help@acme.example"}) {
		t.Errorf("the entry says %+v", c)
	}
	if c := entries.Rows[1].Entry.Changes; len(c) != 1 || c[0] != (models.AuditChange{Field: "Name", Before: "Faregate", After: "Acme APIs"}) {
		t.Errorf("the first entry says %+v", c)
	}
}
