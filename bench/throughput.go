package main

import "fmt"

// charged: a call that is charged and durably settled, with --durability process, against the baseline and nginx.
func charged(b *bench) ([]line, error) {
	_, nginx, err := b.startNginx()
	if err != nil {
		return nil, err
	}
	found, err := b.chargedAgainst("process", nginx)
	if err != nil {
		return nil, err
	}
	base, ours, ngx := found[0], found[1], found[2]
	return []line{
		ratioLine("charged, durably settled call, `process`", ours, base, "baseline", 0.85),
		{
			what: "nginx, for reference", ours: "–", against: "nginx " + ngx.text("%.0f") + "/s",
			ratio: "nginx is " + ngx.over(base).text("%.2f") + " × baseline", target: "–", verdict: "–",
		},
	}, nil
}

// power: the same with a commit that has reached the disk before the answer goes out.
func power(b *bench) ([]line, error) {
	found, err := b.chargedAgainst("power", "")
	if err != nil {
		return nil, err
	}
	l := ratioLine("the same with `power`", found[1], found[0], "baseline", 0.7)
	if fsync := b.machine.fsync.median(); fsync > 2 {
		l.verdict = fmt.Sprintf("not judged: the target is for an fsync of at most 2 ms; here it takes %.1f ms", fsync)
	}
	return []line{l}, nil
}

// chargedAgainst measures the baseline, the product and, if it has an address, nginx.
func (b *bench) chargedAgainst(durability, nginx string) ([]series, error) {
	w, err := b.seed("charged-" + durability)
	if err != nil {
		return nil, err
	}
	g, err := b.startGate(w, "--durability", durability)
	if err != nil {
		return nil, err
	}
	defer g.stop()
	key := w.funded[:1]
	loads := []load{{b.baseline + answerPath, key, 200}, {g.url + answerPath, key, 200}}
	if nginx != "" {
		loads = append(loads, load{nginx + answerPath, key, 200})
	}
	return b.throughput(loads...)
}
