package main

import "fmt"

// charged: a call that is charged and durably settled, with --durability process, against the baseline and nginx.
func charged(b *bench) ([]line, error) {
	nginx, err := b.startNginx()
	if err != nil {
		return nil, err
	}
	defer nginx.stop()
	found, err := b.chargedAgainst("process", b.baseline, nginx)
	if err != nil {
		return nil, err
	}
	ours, base, reference := found[0], found[1], found[2]
	return []line{
		ratioLine("charged, durably settled call, `process`", ours, base, "baseline", 0.85),
		processorLine(ours, base, "baseline"),
		{
			what: "nginx, for reference", ours: "–", against: "nginx " + reference.rate.text("%.0f") + "/s",
			ratio: reference.rate.over(base.rate).text("%.2f") + " × baseline", target: "–", verdict: "–",
		},
	}, nil
}

// power: the same with a commit that has reached the disk before the answer goes out. What that costs is the disk's matter,
// so its fsync is timed just before and just after.
func power(b *bench) ([]line, error) {
	before, err := fsyncTimes(b.folder)
	if err != nil {
		return nil, err
	}
	found, err := b.chargedAgainst("power", b.baseline)
	if err != nil {
		return nil, err
	}
	after, err := fsyncTimes(b.folder)
	if err != nil {
		return nil, err
	}
	fsync := append(before, after...)
	l := ratioLine(fmt.Sprintf("charged, durably settled call, `power` (fsync takes %s ms)", fsync.text("%.2f")), found[0], found[1], "baseline", 0.7)
	if fsync.median() > 2 {
		l.verdict = "not judged: the target is for an fsync of at most 2 ms"
	}
	return []line{l, processorLine(found[0], found[1], "baseline")}, nil
}

// chargedAgainst measures the product and then the others.
func (b *bench) chargedAgainst(durability string, others ...server) ([]side, error) {
	w, err := b.seed("charged-" + durability)
	if err != nil {
		return nil, err
	}
	g, err := b.startRoomy(w, durability)
	if err != nil {
		return nil, err
	}
	defer g.stop()
	var loads []load
	for _, s := range append([]server{g}, others...) {
		loads = append(loads, load{s, w.funded[:1], 200})
	}
	found, err := b.throughput(loads...)
	if err != nil {
		return nil, err
	}
	g.stop()
	return found, b.settled(w, found[0].calls)
}

// settled makes sure that every call that was measured is in the books.
func (b *bench) settled(w world, calls int64) error {
	return b.inBulk(w, func(in bulk) error {
		var stored int64
		err := in.tx.QueryRowContext(b.ctx, `SELECT COUNT(*) FROM calls WHERE charge > 0`).Scan(&stored)
		if err == nil && stored < calls {
			return fmt.Errorf("%d calls were answered and %d of them are in the books", calls, stored)
		}
		return err
	})
}
