package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/worker"
)

// older marks the entry that another one is compared with: "Docker, older" is that of "Docker".
const older = ", older"

// compareAll compares every document of the list that has an older one with that, and returns a row of a table for each.
func compareAll(ctx context.Context, w *worker.Worker, entries []entry, files []string) (rows []string, err error) {
	at := map[string]int{}
	for i, e := range entries {
		at[e.vendor] = i
	}
	for i, e := range entries {
		j, ok := at[e.vendor+older]
		if !ok {
			continue
		}
		base, err := os.ReadFile(files[j])
		if err != nil {
			return nil, err
		}
		revision, err := os.ReadFile(files[i])
		if err != nil {
			return nil, err
		}
		began := time.Now()
		changes, err := w.Diff(ctx, base, revision)
		if err != nil {
			return nil, fmt.Errorf("comparing %s with %s: %w", files[j], files[i], err)
		}
		took, levels := time.Since(began), map[openapi.ChangeLevel]int{}
		for _, c := range changes {
			levels[c.Level]++
		}
		row := fmt.Sprintf("| %s | %s | %s | %d | %d | %d | %.1f s |", e.vendor, entries[j].pkg, e.pkg,
			levels[openapi.Breaking], levels[openapi.Risky], levels[openapi.Safe], took.Seconds())
		fmt.Println(row)
		rows = append(rows, row)
	}
	return rows, nil
}
