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

// changes reads the changes of the last entry of an action, and where it came from.
func (r *rig) changes(action models.AuditAction) (changes, address string) {
	r.Helper()
	r.must(r.raw.QueryRowContext(ctx, `SELECT changes, address FROM audit_entries WHERE action = ? ORDER BY id DESC LIMIT 1`, string(action)).Scan(&changes, &address))
	return changes, address
}

func TestWhatChangesIsInTheAuditBeforeAndAfter(t *testing.T) {
	r := newRig(t)
	carl, pia := r.carl, r.pia
	carl.Address, pia.Address = "203.0.113.7", "2001:db8::7"
	day := 3 * models.Unit
	plan := r.world.API.Plan.ID
	vic := r.join("Vic", models.RoleViewer).UserID
	for _, row := range []struct {
		action  models.AuditAction
		act     func() error
		address string
		want    string
	}{
		{models.AuditTeamRenamed, func() error { return r.RenameTeam(ctx, carl, r.consumer, "Buyers") }, carl.Address,
			`[{"field":"Name","before":"Consumers","after":"Buyers"}]`},
		{models.AuditTeamProvider, func() error { return r.SetProvider(ctx, models.System, r.consumer, true) }, "",
			`[{"field":"Kind","before":"consumer","after":"provider"}]`},
		{models.AuditTeamProvider, func() error { return r.SetProvider(ctx, models.System, r.consumer, true) }, "", `[]`},
		{models.AuditTeamLimitsSet, func() error {
			return r.SetTeamLimits(ctx, carl, r.consumer, "Europe/Berlin", models.Budgets{Day: &day})
		}, carl.Address, `[{"field":"Time zone","before":"UTC","after":"Europe/Berlin"},{"field":"Budget a day","before":"none","after":"3.00"}]`},
		{models.AuditMemberRole, func() error { return r.SetRole(ctx, carl, r.consumer, vic, models.RoleBilling) }, carl.Address,
			`[{"field":"Role","before":"viewer","after":"billing"}]`},
		{models.AuditMemberRemoved, func() error { return r.RemoveMember(ctx, carl, r.consumer, vic) }, carl.Address,
			`[{"field":"Role","before":"billing","after":""}]`},
		{models.AuditKeyRulesSet, func() error {
			return r.SetKeyRules(ctx, carl, r.consumer, r.world.Key.ID, models.KeyRules{APIs: []string{r.api}, ReadBilling: true})
		}, carl.Address, `[{"field":"APIs","before":"all","after":"Quotes"}]`},
		{models.AuditPlanEdited, func() error {
			return r.EditPlan(ctx, pia, r.provider, r.api, plan, models.Plan{Name: "Basic", Approval: models.ApprovedByHand, Question: "Why?"})
		}, pia.Address, `[{"field":"Name","before":"Pay per call","after":"Basic"},{"field":"Approval","before":"at once","after":"by hand"},` +
			`{"field":"Question to the applicant","before":"","after":"Why?"}]`},
		{models.AuditPlanRevised, func() error {
			_, err := r.RevisePlan(ctx, pia, r.provider, r.api, plan, models.PlanRevision{Price: 30, ChargeOn: models.ChargeAnswered})
			return err
		}, pia.Address, `[{"field":"Price","before":"0.00000002 per call","after":"0.00000003 per call"}]`},
		{models.AuditAPIEdited, func() error {
			return r.EditAPI(ctx, pia, r.provider, r.api, models.APIDraft{
				Name: "Quotes", Slug: "quotes", Summary: "A quote a call", Visibility: models.Internal, UpstreamURL: "http://upstream.test",
				Credential: models.CredentialChange{Header: "Authorization", Sealed: "sealed"},
			})
		}, pia.Address, `[{"field":"Who may see it","before":"public","after":"internal"}]`},
		{models.AuditVersionPublished, func() error {
			_, err := r.PublishAPI(ctx, pia, r.provider, r.api, "Dearer")
			return err
		}, pia.Address, `[{"field":"Release","before":"1","after":"2"},{"field":"Price","before":"0.00000002 per call","after":"0.00000003 per call"}]`},
	} {
		r.must(row.act())
		if changes, address := r.changes(row.action); changes != row.want || address != row.address {
			t.Errorf("%s from %q: %s\nwant %s", row.action, address, changes, row.want)
		}
	}
	if changes, _ := r.changes(models.AuditCredentialSet); changes != `[{"field":"Header of the credential","before":"","after":"Authorization"}]` {
		t.Errorf("a credential is told as %s", changes)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE changes LIKE '%sealed%' OR details LIKE '%sealed%'`); n != 0 {
		t.Error("a credential's value is in the audit")
	}
}

// The database itself keeps what was recorded, whoever asks and however.
func TestTheAuditIsAppendOnly(t *testing.T) {
	r := newRig(t)
	count := r.number(`SELECT COUNT(*) FROM audit_entries`)
	for _, query := range []string{
		`UPDATE audit_entries SET details = 'nothing happened'`,
		`UPDATE audit_entries SET user_id = '' WHERE user_id <> ''`,
		`DELETE FROM audit_entries`,
		`DELETE FROM audit_entries WHERE id = (SELECT MAX(id) FROM audit_entries)`,
		`INSERT OR REPLACE INTO audit_entries (id, user_id, team_id, action, subject, details, request_id, created_at)
			SELECT id, '', team_id, action, subject, 'nothing happened', request_id, created_at FROM audit_entries`,
	} {
		if err := r.WriterExec(query); err == nil {
			t.Errorf("the database does %s", query)
		}
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE details <> 'nothing happened'`); n != count || n == 0 {
		t.Errorf("%d of %d entries are left", n, count)
	}
}
