package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestUsers(t *testing.T) {
	r := newRig(t)
	ada, err := r.SignUp(ctx, models.Actor{RequestID: "req_7"}, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "hash")
	r.must(err)
	got, err := r.User(ctx, ada.ID)
	if diff := cmp.Diff(ada, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := r.UserByEmail(ctx, " ADA@example.test "); err != nil || got.ID != ada.ID {
		t.Errorf("by address: %+v, %v", got, err)
	}
	if _, err := r.SignUp(ctx, models.System, models.NewUser{Name: "Eve", Email: "ada@example.test"}, "x"); !is(err, models.ErrConflict) {
		t.Errorf("the address again: %v", err)
	}
	names, err := r.UserNames(ctx, []string{ada.ID, "usr_nobody"})
	if err != nil || len(names) != 1 || names[ada.ID] != "Ada" {
		t.Errorf("%v, %v", names, err)
	}
	if names, err := r.UserNames(ctx, nil); err != nil || len(names) != 0 {
		t.Errorf("%v, %v", names, err)
	}
	root, err := r.AddAdministrator(ctx, models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil || !root.Administrator || ada.Administrator {
		t.Errorf("%+v, %v", root, err)
	}
	r.exec(`UPDATE users SET deleted_at = 1 WHERE id = ?`, ada.ID)
	if _, err := r.User(ctx, ada.ID); !is(err, models.ErrNotFound) {
		t.Errorf("a user who was deleted: %v", err)
	}
	if _, err := r.UserByEmail(ctx, "ada@example.test"); !is(err, models.ErrNotFound) {
		t.Errorf("a user who was deleted: %v", err)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE user_id = ? AND request_id = 'req_7' AND action = 'user.signed_up'`, ada.ID); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}
