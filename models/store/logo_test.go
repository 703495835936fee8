package store_test

import (
	"errors"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestALogoIsSetReplacedAndRemoved(t *testing.T) {
	r := newRig(t)
	for _, row := range []struct {
		sentence, hash string
		act            models.AuditAction
		entries        int64
	}{
		{"the first one is set", r.put("one"), models.AuditLogoSet, 1},
		{"the same once more changes nothing", r.put("one"), models.AuditLogoSet, 1},
		{"another one takes its place", r.put("two"), models.AuditLogoSet, 2},
		{"it is removed", "", models.AuditLogoRemoved, 1},
	} {
		r.must(r.SetLogo(ctx, r.pia, r.provider, r.api, row.hash))
		if api, err := r.TeamAPI(ctx, r.provider, "quotes"); err != nil || api.API.Logo != row.hash {
			t.Errorf("%s: the logo is %q, %v", row.sentence, api.API.Logo, err)
		}
		if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = ? AND user_id = ?`, row.act, r.pia.UserID); n != row.entries {
			t.Errorf("%s: %d entries in the audit log", row.sentence, n)
		}
	}
	if err := r.SetLogo(ctx, r.pia, r.consumer, r.api, r.put("one")); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another team sets it: %v", err)
	}
}
