package main

import (
	"context"
	"slices"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// health puts together how this machine does. The app is whole by the time that somebody asks.
func (a *app) health(startedAt time.Time, pulse *jobs.Pulse, payments bool) func(context.Context) (models.Health, error) {
	return func(ctx context.Context) (models.Health, error) {
		stats, err := a.store.Stats(ctx)
		if err != nil {
			return models.Health{}, err
		}
		backlog, err := a.store.Backlog(ctx)
		if err != nil {
			return models.Health{}, err
		}
		return models.Health{
			Version: version, StartedAt: startedAt, Gateway: a.gateway.Stats(), Settler: a.settler.Stats(), Store: stats, Backlog: backlog,
			Disk: a.store.Disk(), Broken: a.broken(), Lately: models.SpansOf(pulse.Beats()), Payments: payments,
		}, nil
	}
}

// broken names the upstreams that are left alone. Several teams may publish the same one.
func (a *app) broken() []string {
	var hosts []string
	for _, upstream := range a.gateway.UpstreamStates() {
		if upstream.Open {
			hosts = append(hosts, upstream.Host)
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// beatOf is what was counted until an instant. A call has failed if its upstream or this machine could not answer it: who
// called has nothing to mend.
func beatOf(at time.Time, calls models.GatewayStats, settled models.SettlerStats) models.Beat {
	b := models.Beat{At: at, Commits: settled.CommitTime.Count(), CommitMicros: settled.CommitTime.Sum}
	for class, outcomes := range calls.Answered {
		for _, n := range outcomes {
			b.Calls += n
			if class == 5 {
				b.Failures += n
			}
		}
	}
	for code, n := range calls.Refused {
		b.Calls += n
		if kind, known := problem.Of(problem.Code(code)); known && kind.Status >= 500 {
			b.Failures += n
		}
	}
	return b
}
