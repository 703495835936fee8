package models

import (
	"context"
	"time"
)

// IdempotentRequest is a request of the management API that came with a key of its sender's, so that it can be sent again
// without being carried out again. It is claimed before anything is done; the transaction that does it marks it as acted; and
// it is answered once the answer is kept. A row that is left claimed has therefore changed nothing, and one that is left acted
// has, however the program ended.
type IdempotentRequest struct {
	TokenID   string `gorm:"primaryKey"`
	Key       string `gorm:"primaryKey"` // as its sender chose it
	Request   string // what was asked, sealed: a digest of method, address and body
	State     IdempotentState
	Answer    string // sealed, for it may hold a secret that is shown once; "" until then
	CreatedAt time.Time
}

// IdempotentState is how far such a request has come.
type IdempotentState string

// The states, in their order.
const (
	RequestClaimed  IdempotentState = "claimed"
	RequestActed    IdempotentState = "acted"
	RequestAnswered IdempotentState = "answered"
)

// IdempotencyLife is how long the answer to such a request is kept.
const IdempotencyLife = 24 * time.Hour

// Claim names the request that a context belongs to, by its token and key.
type Claim struct{ TokenID, Key string }

type claimKey struct{}

// WithClaim returns a context in which every transaction of the store marks the request as acted.
func WithClaim(ctx context.Context, c Claim) context.Context {
	return context.WithValue(ctx, claimKey{}, c)
}

// ClaimOf returns the claim of a context; ok is false if it has none.
func ClaimOf(ctx context.Context) (c Claim, ok bool) {
	c, ok = ctx.Value(claimKey{}).(Claim)
	return c, ok
}
