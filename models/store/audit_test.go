package store_test

import (
	"fmt"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestEveryActIsInTheAudit(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 1)
	topup := r.topup("cs_1", 1)
	_, err := r.CreditTopup(ctx, topup.ID, "pi_1")
	r.must(err)
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
	r.must(r.SetProvider(ctx, models.System, r.consumer, true))
	r.must(r.EditAPI(ctx, r.pia, r.provider, r.api, models.APIDraft{Name: "Q", Visibility: models.Public}))
	_, err = r.AddAdministrator(ctx, models.NewUser{Email: "x@y.test"}, "x")
	r.must(err)
	for _, action := range []models.AuditAction{models.AuditInstallationSetUp, models.AuditUserSignedUp, models.AuditTeamCreated, models.AuditTeamProvider,
		models.AuditCreditGranted, models.AuditAPICreated, models.AuditAPIEdited, models.AuditVersionPublished, models.AuditSubscribed,
		models.AuditSubscriptionEnded, models.AuditKeyCreated, models.AuditKeyRevoked, models.AuditTopupCreated, models.AuditTopupCredited} {
		if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = ?`, string(action)); n == 0 {
			t.Errorf("%s is not recorded", action)
		}
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE details LIKE ?`, fmt.Sprintf("%%%s%%", r.world.Secret[12:])); n != 0 {
		t.Error("a secret is in the audit")
	}
}
