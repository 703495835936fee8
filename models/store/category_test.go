package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestCategories(t *testing.T) {
	r := newRig(t)
	root, err := r.AddAdministrator(ctx, models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	r.must(err)
	admin := models.Actor{UserID: root.ID}
	ids := map[string]string{}
	for _, name := range []string{"Weather", "Words", "Wörter", "Money"} {
		made, err := r.AddCategory(ctx, admin, name)
		r.must(err)
		ids[name] = made.ID
	}
	names := func() (names []string) {
		t.Helper()
		list, err := r.CategoriesInUse(ctx)
		r.must(err)
		for _, l := range list {
			names = append(names, fmt.Sprintf("%s %s %d", l.Category.Name, l.Category.Slug, l.APIs))
		}
		return names
	}
	draft := r.world.API.Draft()
	draft.CategoryID = ids["Words"]
	r.must(r.EditProfile(ctx, r.pia, r.provider, r.api, draft))
	r.must(r.MoveCategory(ctx, admin, ids["Money"], true))
	r.must(r.MoveCategory(ctx, admin, ids["Weather"], true)) // it is the first
	r.must(r.RenameCategory(ctx, admin, ids["Words"], "Language"))
	if got, want := names(), []string{"Weather weather 0", "Language words 1", "Money money 0", "Wörter w-rter 0"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if row, err := r.TeamAPI(ctx, r.provider, "quotes"); err != nil || row.CategoryName != "Language" {
		t.Errorf("the API is in %q, %v", row.CategoryName, err)
	}
	var invalid models.Invalid
	if _, err := r.AddCategory(ctx, admin, "Language"); !errors.As(err, &invalid) || invalid["name"] == "" {
		t.Errorf("a second of the name: %v", err)
	}
	r.must(r.RemoveCategory(ctx, admin, ids["Words"]))
	if row, err := r.TeamAPI(ctx, r.provider, "quotes"); err != nil || row.CategoryName+row.API.CategoryID != "" {
		t.Errorf("its category is gone and it is in %q, %v", row.CategoryName, err)
	}
	if err := r.EditProfile(ctx, r.pia, r.provider, r.api, draft); !errors.As(err, &invalid) || invalid["category"] == "" {
		t.Errorf("a category that is gone was chosen: %v", err)
	}
	for sentence, do := range map[string]func() error{
		"adds":    func() error { _, err := r.AddCategory(ctx, r.pia, "Mine"); return err },
		"renames": func() error { return r.RenameCategory(ctx, r.pia, ids["Money"], "Mine") },
		"moves":   func() error { return r.MoveCategory(ctx, r.pia, ids["Money"], true) },
		"removes": func() error { return r.RemoveCategory(ctx, r.pia, ids["Money"]) },
	} {
		if err := do(); !is(err, models.ErrForbidden) {
			t.Errorf("somebody who is no administrator %s one: %v", sentence, err)
		}
	}
	r.exec(`WITH RECURSIVE n (n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM n WHERE n < 106) INSERT INTO categories SELECT 'cat_' || n, 's' || n, 'n' || n, n FROM n`)
	if _, err := r.AddCategory(ctx, admin, "One more"); !is(err, models.ErrTooManyCategories) {
		t.Errorf("one above the most: %v", err)
	}
}
