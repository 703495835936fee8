package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/faregate/faregate/models"
)

// ReleaseBooks is where releases wait for their time. Package store implements it.
type ReleaseBooks interface {
	DueReleases(ctx context.Context) ([]models.DueRelease, error)
	PublishDue(ctx context.Context, releaseID, warning string) error
}

// upstreamWithin is how long a release waits, once its time has come, for its upstream to show that it is there.
const upstreamWithin = time.Second

// PublishReleases returns the job that puts scheduled releases on the gateway. check asks whether an upstream can be used; one
// that cannot holds up nothing, for people have announced the time, and is told of.
func PublishReleases(books ReleaseBooks, check func(ctx context.Context, upstreamURL string) error, log *slog.Logger) Job {
	return Job{Name: "scheduled releases", Every: time.Second, Do: func(ctx context.Context) error {
		due, err := books.DueReleases(ctx)
		if err != nil {
			return err
		}
		warnings := warningsOf(ctx, due, check)
		var errs []error
		for i, r := range due {
			if err := books.PublishDue(ctx, r.ID, warnings[i]); err != nil {
				errs = append(errs, err)
				continue
			}
			log.InfoContext(ctx, "a scheduled release is dealt with", "release", r.ID, "warning", warnings[i])
		}
		return errors.Join(errs...)
	}}
}

// warningsOf asks all upstreams at the same time, and says of each what is wrong with it.
func warningsOf(ctx context.Context, due []models.DueRelease, check func(context.Context, string) error) []string {
	asking, cancel := context.WithTimeout(ctx, upstreamWithin)
	defer cancel()
	warnings := make([]string, len(due))
	var all sync.WaitGroup
	for i, r := range due {
		all.Go(func() {
			if err := check(asking, r.UpstreamURL); err != nil {
				warnings[i] = "The upstream could not be used at that time: " + err.Error()
			}
		})
	}
	all.Wait()
	return warnings
}
