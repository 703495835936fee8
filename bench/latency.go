package main

import "fmt"

// latency: what a charged call takes longer than a plain one, at half of the load that the baseline can bear. The load is
// made by the same open loop for both, so half is of what that generator gets through the baseline.
func latency(b *bench) ([]line, error) {
	w, err := b.seed("latency")
	if err != nil {
		return nil, err
	}
	g, err := b.startRoomy(w, "process")
	if err != nil {
		return nil, err
	}
	defer g.stop()
	loads := []load{{b.baseline, w.funded[:1], 200}, {g, w.funded[:1], 200}}
	rate, err := b.halfLoad(loads[0])
	if err != nil {
		return nil, err
	}
	if _, err := b.openLoop(loads[1], rate, b.duration); err != nil { // warms up
		return nil, err
	}
	half, tail := make([]series, 2), make([]series, 2)
	err = b.alternate(2, func(side int) error {
		h, err := b.openLoop(loads[side], rate, b.duration)
		half[side], tail[side] = append(half[side], h.percentile(0.5)), append(tail[side], h.percentile(0.99))
		if err != nil {
			return err
		}
		return h.whole()
	})
	if err != nil {
		return nil, err
	}
	return []line{addedLine("p50", rate, half, 0.5), addedLine("p99", rate, tail, 3)}, nil
}

func addedLine(name string, rate int, found []series, most float64) line {
	added := found[1].minus(found[0])
	return line{
		what: fmt.Sprintf("added latency at half load (%d/s), %s, `process`", rate, name),
		ours: found[1].text("%.2f") + " ms", against: "baseline " + found[0].text("%.2f") + " ms", ratio: "+" + added.text("%.2f") + " ms",
		target: fmt.Sprintf("≤ +%.1f ms", most), verdict: verdict(added.median() <= most),
	}
}

// halfLoad is half the calls a second that the generator gets through a side.
func (b *bench) halfLoad(l load) (int, error) {
	var found series
	for range 3 {
		rate, err := b.capacity(l)
		if err != nil {
			return 0, err
		}
		found = append(found, rate)
	}
	return int(found.median() / 2), nil
}
