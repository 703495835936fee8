package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/faregate/faregate/models"
)

// mass is how many teams and keys there are, and how many of the keys have a secret that somebody knows.
type mass struct{ teams, keys, active int }

// storeMass adds teams like the one that pays, with wallet, credit and subscription, and their keys, and returns the
// secrets of the active keys, which stand anywhere among the others.
func (b *bench) storeMass(w world, m mass) (active []string, err error) {
	err = b.inBulk(w, func(in bulk) error {
		if err := in.teams(w.payer.ID, m.teams); err != nil {
			return err
		}
		if err := in.keys(w.payer.ID, m); err != nil {
			return err
		}
		for _, n := range rand.Perm(m.keys)[:m.active] {
			secret := models.NewKeySecret()
			hash, err := models.HashKey(secret)
			if err != nil {
				return err
			}
			if err := in.exec(`UPDATE api_keys SET hash = ? WHERE id = `+id("key", "?"), hash[:], n+1); err != nil {
				return err
			}
			active = append(active, secret)
		}
		return nil
	})
	return active, err
}

// id is the SQL for an id of a kind, made of a number.
func id(kind, number string) string { return `'` + kind + `_' || printf('%025d0', ` + number + `)` }

func (b bulk) teams(like string, count int) error {
	team := id("team", "n")
	for _, t := range []struct {
		table, condition string
		values           map[string]string
	}{
		{"teams", "id = ?", map[string]string{"id": team, "slug": "'mass-' || n"}},
		{"wallets", "team_id = ?", map[string]string{"team_id": team}},
		{"members", "team_id = ?", map[string]string{"team_id": team}},
		{"subscriptions", "team_id = ?", map[string]string{"team_id": team, "id": id("sub", "n")}},
		{"ledger_transactions", "team_id = ?", map[string]string{"team_id": team, "id": id("txn", "n"), "business_key": "'mass:' || n"}},
		{"ledger_entries", "transaction_id IN (SELECT id FROM ledger_transactions WHERE team_id = ?)", map[string]string{
			"id": "NULL", "transaction_id": id("txn", "n"), "team_id": "CASE t.team_id WHEN '' THEN '' ELSE " + team + " END",
		}},
		{"credit_lots", "team_id = ?", map[string]string{"team_id": team, "id": id("txn", "n")}},
	} {
		if err := b.copies(t.table, count, t.values, t.condition, like); err != nil {
			return err
		}
	}
	return nil
}

func (b bulk) keys(like string, m mass) error {
	return b.copies("api_keys", m.keys, map[string]string{
		"id": id("key", "n"), "hash": "randomblob(32)", "team_id": id("team", fmt.Sprintf("1 + n %% %d", m.teams)),
	}, "id = (SELECT MIN(id) FROM api_keys WHERE team_id = ?)", like)
}
