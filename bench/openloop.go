package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// hits are the answers to an open loop of calls.
type hits struct {
	took   series // milliseconds of each answer, sorted
	failed int    // answers that were no 200
	unsent int    // calls that the generator was too late to send: then the row says nothing
	why    string // the first failure
	rate   float64
}

// percentile is the time that this share of the answers took at most.
func (h hits) percentile(share float64) float64 { return h.took.percentile(share) }

// whole returns an error if a call failed, or more than one in fifty was not sent.
func (h hits) whole() error {
	if h.unsent > 0 {
		return fmt.Errorf("the generator sent only %d calls where %d were due: the machine is too busy", len(h.took), len(h.took)+h.unsent)
	}
	if h.failed == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d calls failed, the first with %s", h.failed, len(h.took), h.why)
}

// openLoop calls at a rate, whatever comes back and when: a slow answer delays no later call.
func (b *bench) openLoop(l load, rate int, lasting time.Duration) (hits, error) {
	h, err := b.attack(l, vegeta.ConstantPacer{Freq: rate, Per: time.Second}, lasting)
	due := int(float64(rate) * lasting.Seconds())
	if len(h.took) < due-due/50 {
		h.unsent = due - len(h.took)
	}
	return h, err
}

// capacity is how many calls a second the same generator gets through when each connection calls again as soon as it can.
// The generator shares the processors with the rest, so this is less than wrk's figure.
func (b *bench) capacity(l load) (float64, error) {
	h, err := b.attack(l, vegeta.ConstantPacer{}, b.duration, vegeta.MaxWorkers(connections))
	return h.rate, errors.Join(err, h.whole())
}

func (b *bench) attack(l load, pace vegeta.Pacer, lasting time.Duration, more ...func(*vegeta.Attacker)) (h hits, err error) {
	defer b.rest()
	transport := &http.Transport{MaxIdleConnsPerHost: 1024, DisableCompression: true}
	defer transport.CloseIdleConnections()
	attacker := vegeta.NewAttacker(append([]func(*vegeta.Attacker){
		vegeta.Client(&http.Client{Transport: transport, Timeout: 30 * time.Second}), vegeta.Workers(connections), vegeta.MaxBody(0),
	}, more...)...)
	target := vegeta.NewStaticTargeter(vegeta.Target{
		Method: http.MethodPost, URL: l.url(), Body: body(),
		Header: http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + l.keys[0]}},
	})
	defer attacker.Stop()
	results := attacker.Attack(target, pace, lasting, "")
	began := time.Now()
	for {
		select {
		case <-b.ctx.Done():
			return h, b.ctx.Err()
		case r, more := <-results:
			if !more {
				h.rate = float64(len(h.took)) / time.Since(began).Seconds()
				slices.Sort(h.took)
				return h, nil
			}
			h.took = append(h.took, float64(r.Latency.Microseconds())/1000)
			if r.Code != http.StatusOK {
				h.failed++
				h.why = cmp.Or(h.why, r.Error, "an empty answer")
			}
		}
	}
}
