package jobs

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/faregate/faregate/models"
)

// The pulse is felt every ten seconds, and remembered for ten minutes.
const (
	pulseEvery = 10 * time.Second
	pulseBeats = 61 // 60 spans
)

// Pulse remembers what was counted lately, so that a rate can be told. It is safe for concurrent use.
type Pulse struct {
	count func() models.Beat

	mu    sync.Mutex
	beats []models.Beat // oldest first
}

// NewPulse makes a pulse that remembers nothing yet. count returns what was counted since the start.
func NewPulse(count func() models.Beat) *Pulse { return &Pulse{count: count} }

// Feel is the job that counts.
func (p *Pulse) Feel() Job {
	return Job{Name: "pulse", Every: pulseEvery, Do: func(context.Context) error {
		beat := p.count()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.beats = append(p.beats[max(0, len(p.beats)+1-pulseBeats):], beat)
		return nil
	}}
}

// Beats are those that are remembered, oldest first.
func (p *Pulse) Beats() []models.Beat {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.beats)
}
