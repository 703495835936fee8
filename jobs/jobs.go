// Package jobs is the work that nobody waits for: the outbox, and the rounds that put right what a lost webhook, a crash or
// the passing of time left undone. Every job may run at any moment and any number of times; what it does is idempotent.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Job is a piece of work that is done again and again.
type Job struct {
	Name  string
	Every time.Duration
	Do    func(context.Context) error
}

// Run does all jobs until ctx ends, each on its own clock: a slow one does not hold up the others, and none overlaps
// itself. A failure, a panic too, is logged and the job comes up again at its time.
func Run(ctx context.Context, log *slog.Logger, all ...Job) {
	var running sync.WaitGroup
	for _, job := range all {
		running.Go(func() { repeat(ctx, log, job) })
	}
	running.Wait()
}

// guard turns a panic into an error: one bad row must not take down the gateway, and again at every start.
func guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

func repeat(ctx context.Context, log *slog.Logger, job Job) {
	ticker := time.NewTicker(job.Every)
	defer ticker.Stop()
	for ctx.Err() == nil { // a tick that waited behind a slow run may come together with the end
		if err := guard(func() error { return job.Do(ctx) }); err != nil && ctx.Err() == nil {
			log.Error("a job failed", "job", job.Name, "err", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
