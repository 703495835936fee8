package main

import (
	"fmt"
	"time"
)

// steadyRate is how many calls a second the steady load has.
const steadyRate = 3000

// steady: ten minutes at one rate. Nothing may fail, and the last minute's memory may be little more than the second's: the
// first is for caches to fill. A shorter run compares its second and its last tenth.
func steady(b *bench) ([]line, error) {
	w, err := b.seed("steady")
	if err != nil {
		return nil, err
	}
	g, err := b.startRoomy(w, "process")
	if err != nil {
		return nil, err
	}
	defer g.stop()
	stop, sampled := make(chan struct{}), make(chan series)
	go func() { sampled <- g.watchMemory(stop) }()
	h, err := b.openLoop(load{g, w.funded[:1], 200}, steadyRate, b.steady)
	close(stop)
	memory := <-sampled
	if err != nil {
		return nil, err
	}
	if h.unsent > 0 {
		return nil, h.whole()
	}
	tenth := len(memory) / 10
	if tenth == 0 {
		return nil, fmt.Errorf("a steady load of %s is too short for ten samples of the memory", b.steady)
	}
	early, late := memory[tenth:2*tenth].median(), memory[len(memory)-tenth:].median()
	first := "–"
	if h.failed > 0 {
		first = "the first: " + firstLine(h.why)
	}
	what := fmt.Sprintf("steady %d calls/s for %s, `process`", steadyRate, b.steady)
	return []line{{
		what: what + ": calls that failed", ours: fmt.Sprintf("%d of %d; p50 %.2f ms, p99 %.2f ms", h.failed, len(h.took), h.percentile(0.5), h.percentile(0.99)),
		against: first, ratio: "–", target: "0", verdict: verdict(h.failed == 0),
	}, {
		what: what + ": memory in its last tenth", ours: fmt.Sprintf("%.1f MiB", late), against: fmt.Sprintf("in its second tenth %.1f MiB", early),
		ratio: fmt.Sprintf("%.2f", late/early), target: "≤ 1.10", verdict: verdict(late <= 1.1*early),
	}}, nil
}

// watchMemory reads the process's memory every second until it is told to stop, in MiB.
func (p *process) watchMemory(stop <-chan struct{}) (found series) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return found
		case <-tick.C:
			if bytes, err := p.resident(); err == nil { // a process that ended shows in the calls that fail
				found = append(found, float64(bytes)/(1<<20))
			}
		}
	}
}
