package hooks

import (
	"context"
	"time"
)

// Once sends what is due and has room, and waits for the outcomes.
func (d *Dispatcher) Once(ctx context.Context) error {
	err := d.begin(ctx)
	d.running.Wait()
	return err
}

// Patience is how long an answer may take from now on.
func (d *Dispatcher) Patience(t time.Duration) { d.client.Timeout = t }

// Delays are the times between tries.
func Delays() []time.Duration { return delays }

// PerEndpoint is how many deliveries an endpoint has at a time.
const PerEndpoint = perEndpoint
