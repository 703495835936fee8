package jobs

import (
	"context"
	"log/slog"
	"sync"

	"github.com/faregate/faregate/models"
)

// ProofBooks are the books that are proven. Package store implements it.
type ProofBooks interface {
	// ProveStepwise reads every row, and tells after each step how many are done.
	ProveStepwise(ctx context.Context, done func(steps int)) (models.Proof, error)
	SaveProof(ctx context.Context, p models.Proof) error
}

// Prover proves the money when somebody asks for it, one proof at a time, and keeps the result. It is safe for concurrent
// use.
type Prover struct {
	books ProofBooks
	clock models.Clock
	log   *slog.Logger
	asked chan struct{}

	mu    sync.Mutex
	state models.ProofProgress
}

// NewProver makes a prover; Run does its work.
func NewProver(books ProofBooks, clock models.Clock, log *slog.Logger) *Prover {
	return &Prover{books: books, clock: clock, log: log, asked: make(chan struct{}, 1)}
}

// Start asks for a proof. If one is running, that one will do.
func (p *Prover) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.state.Running {
		p.state = models.ProofProgress{Running: true}
		p.asked <- struct{}{}
	}
}

// State says how far the proof is that was asked for.
func (p *Prover) State() models.ProofProgress {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// Run proves when it is asked to, until ctx ends.
func (p *Prover) Run(ctx context.Context) {
	for {
		select {
		case <-p.asked:
			err := guard(func() error { return p.prove(ctx) })
			if err != nil && ctx.Err() == nil {
				p.log.Error("the money could not be proven", "err", err)
			}
			p.mu.Lock()
			p.state = models.ProofProgress{Failed: err != nil}
			p.mu.Unlock()
		case <-ctx.Done():
			return
		}
	}
}

func (p *Prover) prove(ctx context.Context) error {
	at := p.clock.Now()
	proof, err := p.books.ProveStepwise(ctx, func(steps int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.state.Done = steps
	})
	if err != nil {
		return err
	}
	if proof.At = at; !proof.Holds() {
		p.log.Error("the money is not right; the proof page lists what cannot be explained", "findings", len(proof.Findings)+proof.Left)
	}
	return p.books.SaveProof(ctx, proof)
}
