package main

import "fmt"

// storedCalls is how long the history is.
const storedCalls = 10_000_000

// history: ten million calls are in the books already, against an empty database.
func history(b *bench) ([]line, error) {
	empty, err := b.seed("history-empty")
	if err != nil {
		return nil, err
	}
	full, err := b.seed("history-full")
	if err != nil {
		return nil, err
	}
	b.say("  storing %d calls", storedCalls)
	if err := b.storeCalls(full); err != nil {
		return nil, err
	}
	var loads []load
	for _, w := range []world{empty, full} {
		g, err := b.startRoomy(w, "process")
		if err != nil {
			return nil, err
		}
		defer g.stop()
		loads = append(loads, load{g, w.funded[:1], 200})
	}
	found, err := b.throughput(loads...)
	if err != nil {
		return nil, err
	}
	return []line{ratioLine("10,000,000 calls stored already", found[1], found[0], "empty database", 0.9)}, nil
}

// storeCalls makes one call through the product and copies its row, and its line in the team's index, into the past: a
// call every 8 ms of the last day.
func (b *bench) storeCalls(w world) error {
	g, err := b.startRoomy(w, "process")
	if err != nil {
		return err
	}
	err = b.expect(load{g, w.funded[:1], 200})
	g.stop()
	if err != nil {
		return err
	}
	return b.inBulk(w, func(in bulk) error {
		earlier := fmt.Sprintf("t.id - (%d - n) * (8 << 16)", storedCalls+1)
		if err := in.copies("calls", storedCalls, map[string]string{"id": earlier}, "1 = 1"); err != nil {
			return err
		}
		if err := in.exec(`INSERT OR IGNORE INTO team_calls (team_id, call_id) SELECT ?, id FROM calls`, w.payer.ID); err != nil {
			return err
		}
		// The copies cost something, too, in the hour of the first.
		const paid = storedCalls * price
		if err := in.exec(`UPDATE usage_hours SET amount = amount + ?, calls = calls + ? WHERE team_id = ?`, paid, storedCalls, w.payer.ID); err != nil {
			return err
		}
		if err := in.exec(`UPDATE key_spend SET total_spent = total_spent + ?
			WHERE key_id = (SELECT e.key_id FROM calls c JOIN entitlements e ON e.id = c.entitlement_id LIMIT 1)`, paid); err != nil {
			return err
		}
		return in.exec(`UPDATE wallets SET balance = balance - ?, promo = promo - ?, total_spent = total_spent + ? WHERE team_id = ?`, paid, paid, paid, w.payer.ID)
	})
}
