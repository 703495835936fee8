package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// load is what wrk sends to one side, and what it must get.
type load struct {
	to     server
	keys   []string
	status int // that every answer must have; anyRefusal for one that may change on the way
}

func (l load) url() string { return l.to.url + answerPath }

// anyRefusal is a status of at least 400.
const anyRefusal = 0

// wrkResult is what load.lua prints at the end.
type wrkResult struct {
	Requests, Micros, Refused, Broken int64
	P50, P99                          int64 // microseconds
}

// side is what wrk found of one load, in each round.
type side struct {
	rate  series // calls a second
	cpu   series // microseconds of the processors that the server took for a call
	calls int64  // that were answered in all rounds together
}

// throughput measures the loads against each other. Each server is warmed up before the first round.
func (b *bench) throughput(loads ...load) ([]side, error) {
	for i := range loads {
		if _, err := b.wrk(loads[i], 2*time.Second); err != nil {
			return nil, err
		}
	}
	found := make([]side, len(loads))
	err := b.alternate(len(loads), func(i int) error {
		before, err := loads[i].to.processors()
		if err != nil {
			return err
		}
		r, err := b.wrk(loads[i], b.duration)
		if err != nil {
			return err
		}
		after, err := loads[i].to.processors()
		found[i].calls += r.Requests
		found[i].rate = append(found[i].rate, float64(r.Requests)/(float64(r.Micros)/1e6))
		found[i].cpu = append(found[i].cpu, float64((after-before).Microseconds())/float64(r.Requests))
		return err
	})
	return found, err
}

// wrk loads one side for a time. wrk itself tells only whether an answer is below 400, so one request before and one after
// it check the status.
func (b *bench) wrk(l load, lasting time.Duration) (r wrkResult, err error) {
	defer b.rest()
	if err := b.expect(l); err != nil {
		return r, err
	}
	keys, err := b.keysFile("load", l.keys...)
	if err != nil {
		return r, err
	}
	args := append(wrkFlags(lasting), "-s", b.path("load.lua"), l.url(), "--", b.path("body.json"), keys)
	out, err := exec.CommandContext(b.ctx, "wrk", args...).CombinedOutput()
	if err != nil {
		return r, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	_, result, found := strings.Cut(string(out), "RESULT ")
	if !found {
		return r, fmt.Errorf("wrk printed no result: %s", out)
	}
	if err := json.NewDecoder(strings.NewReader(result)).Decode(&r); err != nil {
		return r, fmt.Errorf("wrk's result %s: %w", result, err)
	}
	wanted := int64(0)
	if l.status == anyRefusal || l.status >= 400 {
		wanted = r.Requests
	}
	if r.Broken > 0 || r.Refused != wanted {
		return r, fmt.Errorf("%s: of %d answers %d were refusals where %d had to be, and %d connections broke",
			l.url(), r.Requests, r.Refused, wanted, r.Broken)
	}
	return r, b.expect(l)
}

// wrkFlags are those that do not depend on the side. wrk knows whole seconds only.
func wrkFlags(lasting time.Duration) []string {
	return []string{"-t2", fmt.Sprintf("-c%d", connections), fmt.Sprintf("-d%.0fs", lasting.Seconds()), "--timeout", "10s"}
}

func (b *bench) expect(l load) error {
	status, err := b.status("POST", l.url(), l.keys[0])
	if err == nil && status != l.status && (l.status != anyRefusal || status < 400) {
		return fmt.Errorf("%s answers %d and not %d", l.url(), status, l.status)
	}
	return err
}
