package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
)

// books are proven step by step, as the test says.
type books struct {
	steps chan error // nil: a step is done
	saved chan models.Proof
}

func (b *books) ProveStepwise(ctx context.Context, done func(int)) (models.Proof, error) {
	for i := range 2 {
		select {
		case err := <-b.steps:
			if err != nil {
				return models.Proof{}, err
			}
			done(i + 1)
		case <-ctx.Done():
			return models.Proof{}, ctx.Err()
		}
	}
	return models.Proof{Left: 1}, nil
}

func (b *books) SaveProof(_ context.Context, p models.Proof) error {
	b.saved <- p
	return nil
}

func TestAProofIsMadeOnceForAllThatAskForIt(t *testing.T) {
	clock := modeltest.NewClock(time.Time{})
	b := &books{steps: make(chan error), saved: make(chan models.Proof)}
	p := jobs.NewProver(b, clock, slog.New(slog.DiscardHandler))
	running, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { p.Run(running); close(ended) }()

	until := func(want models.ProofProgress) {
		t.Helper()
		for p.State() != want {
			if t.Context().Err() != nil {
				t.Fatalf("%+v, want %+v", p.State(), want)
			}
		}
	}
	if p.State() != (models.ProofProgress{}) {
		t.Errorf("before anything: %+v", p.State())
	}
	p.Start()
	p.Start()
	b.steps <- nil
	until(models.ProofProgress{Running: true, Done: 1})
	p.Start()
	b.steps <- nil
	if proof := <-b.saved; proof.Left != 1 || !proof.At.Equal(clock.Now()) {
		t.Errorf("kept is %+v", proof)
	}
	until(models.ProofProgress{})

	p.Start()
	b.steps <- errors.New("the disk is gone")
	until(models.ProofProgress{Failed: true})
	p.Start()
	until(models.ProofProgress{Running: true})
	end()
	<-ended
}
