package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

// Each thing that can be wrong with the money is found by its check, with whose it is, what it is, and how much.
func TestTheProofNamesEveryKindOfWrong(t *testing.T) {
	const (
		all  = "Quotes, 2026-11-22 09:00 UTC"
		team = "consumer"
	)
	for sentence, row := range map[string]struct {
		wrong string
		want  []models.Finding
	}{
		"a balance that nothing explains": {`UPDATE wallets SET balance = balance + 3 WHERE promo > 0`,
			[]models.Finding{{Check: models.CheckWallets, TeamID: team, Subject: "balance", Amount: 3}}},
		"a promotional part that is too small": {`UPDATE wallets SET promo = promo - 1 WHERE promo > 0`,
			[]models.Finding{{Check: models.CheckWallets, TeamID: team, Subject: "promotional credit", Amount: -1}}},
		"promotional credit that nobody gave": {`UPDATE credit_lots SET remaining = 1`,
			[]models.Finding{{Check: models.CheckLots, TeamID: team, Subject: "promotional credit", Amount: 79}}},
		"an entry without its other side": {`INSERT INTO ledger_entries (transaction_id, account, team_id, amount) SELECT 'txn_x', 'bank', '', 7`,
			[]models.Finding{{Check: models.CheckEntries, Subject: "txn_x", Amount: 7}}},
		"a sealed hour without its posting": {`UPDATE usage_hours SET sealed = TRUE`,
			[]models.Finding{
				{Check: models.CheckWallets, TeamID: team, Subject: "balance", Amount: -20},
				{Check: models.CheckWallets, TeamID: team, Subject: "promotional credit", Amount: -20},
				{Check: models.CheckWriteOffs, Subject: "closed hours", Amount: 5},
			}},
		"an hour that grew": {`UPDATE usage_hours SET amount = amount + 1 WHERE credit = 'promo'`,
			[]models.Finding{
				{Check: models.CheckWallets, TeamID: team, Subject: "balance", Amount: 1},
				{Check: models.CheckWallets, TeamID: team, Subject: "promotional credit", Amount: 1},
				{Check: models.CheckUsage, TeamID: team, Subject: all, Amount: 1},
			}},
		"a write-off that is on no call": {`UPDATE usage_hours SET written_off = written_off + 2 WHERE credit = 'paid'`,
			[]models.Finding{{Check: models.CheckUsage, TeamID: team, Subject: all, Amount: 2}}},
		"a call whose hour is gone": {`UPDATE calls SET hour = hour + 1`,
			[]models.Finding{
				{Check: models.CheckUsage, TeamID: team, Subject: all, Amount: 20},
				{Check: models.CheckHours, TeamID: team, Subject: "Quotes, 2026-11-22 10:00 UTC", Amount: -20},
			}},
		"a call that was charged more than was counted": {`UPDATE calls SET charge = charge + 1`,
			[]models.Finding{
				{Check: models.CheckUsage, TeamID: team, Subject: all, Amount: -1},
				{Check: models.CheckBudgets, TeamID: team, Subject: "the team", Amount: -1},
				{Check: models.CheckBudgets, TeamID: team, Subject: "key test key", Amount: -1},
			}},
		"a call that vanished": {`DELETE FROM calls`,
			[]models.Finding{
				{Check: models.CheckUsage, TeamID: team, Subject: all, Amount: 20},
				{Check: models.CheckBudgets, TeamID: team, Subject: "the team", Amount: 20},
				{Check: models.CheckBudgets, TeamID: team, Subject: "key test key", Amount: 20},
				{Check: models.CheckQuotas, TeamID: team, Subject: "Quotes", Calls: 1},
			}},
		"a key that has spent too little": {`UPDATE key_spend SET total_spent = total_spent - 4`,
			[]models.Finding{{Check: models.CheckBudgets, TeamID: team, Subject: "key test key", Amount: -4}}},
		"a team that has spent too much": {`UPDATE wallets SET total_spent = total_spent + 4 WHERE promo > 0`,
			[]models.Finding{{Check: models.CheckBudgets, TeamID: team, Subject: "the team", Amount: 4}}},
		"a quota that counts calls twice": {`UPDATE quota_use SET calls = calls * 2`,
			[]models.Finding{{Check: models.CheckQuotas, TeamID: team, Subject: "Quotes", Calls: 1}}},
	} {
		r := newRig(t)
		r.grant(r.consumer, 100)
		call := r.call(r.consumer, 20)
		call.WrittenOff, call.SubscriptionID = 5, r.world.Subscription.ID
		call.Windows = models.CallWindows{Counts: true, Quota: r.clock.Now().Unix()}
		r.settle(call)
		r.prove()
		r.exec(row.wrong)
		proof, err := r.Prove(ctx)
		for i := range row.want {
			if row.want[i].TeamID != "" {
				row.want[i].TeamID = r.consumer
			}
		}
		if diff := cmp.Diff(row.want, proof.Findings); err != nil || diff != "" || proof.Holds() {
			t.Errorf("%s: %v\n%s", sentence, err, diff)
		}
	}
}

func TestTheProofTellsWhatWasWrittenOffAndIsKept(t *testing.T) {
	r := newRig(t)
	if _, err := r.LastProof(ctx); !is(err, models.ErrNotFound) {
		t.Errorf("before any proof: %v", err)
	}
	r.grant(r.consumer, 100)
	first, last := r.call(r.consumer, 20), r.call(r.consumer, 0)
	first.WrittenOff, last.WrittenOff = 5, 7
	r.settle(first, last, r.call(r.consumer, 20))
	steps := 0
	proof, err := r.ProveStepwise(ctx, func(done int) {
		if steps++; steps != done {
			t.Errorf("step %d is told as %d", steps, done)
		}
	})
	if steps != models.ProofSteps {
		t.Errorf("%d steps are told of %d", steps, models.ProofSteps)
	}
	if want := (models.WriteOffs{Amount: 12, Calls: 2, Last: last.ID}); err != nil || !proof.Holds() || proof.WrittenOff != want {
		t.Errorf("%+v, %v", proof, err)
	}
	proof.At, proof.Findings, proof.Left = r.clock.Now(), []models.Finding{{Check: models.CheckWallets, TeamID: r.consumer, Subject: "balance", Amount: -1}}, 3
	for range 2 {
		r.must(r.SaveProof(ctx, proof))
	}
	kept, err := r.LastProof(ctx)
	if diff := cmp.Diff(proof, kept); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestAProofNamesSomeFindingsAndCountsTheRest(t *testing.T) {
	r := newRig(t)
	r.exec(`WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
		INSERT INTO ledger_entries (transaction_id, account, team_id, amount) SELECT 'txn_' || i, 'bank', '', 1 FROM n`)
	proof, err := r.Prove(ctx)
	if err != nil || len(proof.Findings) != models.MaxFindings || proof.Left != 300-models.MaxFindings {
		t.Errorf("%d are named and %d counted; %v", len(proof.Findings), proof.Left, err)
	}
}
