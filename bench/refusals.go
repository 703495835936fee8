package main

import "github.com/faregate/faregate/models"

// refusals: a call without money and a call with an unknown key, against the baseline's plain forwarding; with attempt
// limits off, so that each is decided, and with them on, so that most are cut off as 429. The upstream by itself shows what
// net/http leaves room for on the machine.
func refusals(b *bench) ([]line, error) {
	w, err := b.seed("refusals")
	if err != nil {
		return nil, err
	}
	limited, err := b.seed("refusals-limited")
	if err != nil {
		return nil, err
	}
	off, err := b.startGate(w, "--key-attempts", "0", "--address-attempts", "0")
	if err != nil {
		return nil, err
	}
	defer off.stop()
	on, err := b.startGate(limited)
	if err != nil {
		return nil, err
	}
	defer on.stop()
	unknown := models.NewKeySecret()
	found, err := b.throughput(
		load{b.baseline, []string{unknown}, 200},
		load{off, []string{w.broke}, 402},
		load{off, []string{unknown}, 401},
		load{on, []string{limited.broke}, anyRefusal},
		load{on, []string{unknown}, anyRefusal},
		load{b.upstream, []string{unknown}, 200},
	)
	if err != nil {
		return nil, err
	}
	const limits = ", attempt limits on: most are 429"
	return []line{
		ratioLine("refusal 402", found[1], found[0], "baseline", 3),
		ratioLine("refusal 401", found[2], found[0], "baseline", 3),
		ratioLine("refusal 402"+limits, found[3], found[0], "baseline", 3),
		ratioLine("refusal 401"+limits, found[4], found[0], "baseline", 3),
		{
			what: "net/http that answers the same request and does nothing else, for reference", ours: "–",
			against: "upstream " + found[5].rate.text("%.0f") + "/s", ratio: found[5].rate.over(found[0].rate).text("%.2f") + " × baseline",
			target: "–", verdict: "–",
		},
	}, nil
}
