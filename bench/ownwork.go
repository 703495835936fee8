package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// ownWork: the Go benchmark of what a charged call costs in gateway and billing alone.
func ownWork(b *bench) ([]line, error) {
	test := exec.CommandContext(b.ctx, "go", "test", "-run", "^$", "-bench", "BenchmarkOwnWork", "-benchmem", "-count", strconv.Itoa(b.rounds), "./gateway")
	out, err := test.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test: %w\n%s", err, out)
	}
	var took, allocations series
	for _, found := range regexp.MustCompile(`(?m)^BenchmarkOwnWork\S*\s.*?([\d.]+) ns/op.*?(\d+) allocs/op`).FindAllSubmatch(out, -1) {
		nanos, err := strconv.ParseFloat(string(found[1]), 64)
		if err != nil {
			return nil, err
		}
		allocs, err := strconv.ParseFloat(string(found[2]), 64)
		if err != nil {
			return nil, err
		}
		took, allocations = append(took, nanos/1000), append(allocations, allocs)
	}
	if len(took) == 0 {
		return nil, fmt.Errorf("package gateway has no BenchmarkOwnWork")
	}
	return []line{{
		what: "a charged call's own work, without net/http, upstream and commit wait",
		ours: took.text("%.2f") + " µs, " + allocations.text("%.0f") + " allocations", against: "–", ratio: "–",
		target: "≤ 5 µs, ≤ 15 allocations", verdict: verdict(took.median() <= 5 && allocations.median() <= 15),
	}}, nil
}
