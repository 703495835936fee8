package handlers

import (
	"context"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
)

// Passwords hashes passwords with argon2id. A hash takes tens of mebibytes, so only a few are made at once; the others
// wait for their turn. It is safe for concurrent use.
type Passwords struct {
	params argon2id.Params
	turn   chan struct{}
	decoy  func() string
}

// NewPasswords makes a hasher with OWASP's first choice for argon2id rounded up: 64 MiB, one pass.
func NewPasswords() *Passwords { return newPasswords(64*1024, 3) }

// CheapPasswords makes a hasher for tests: it is quick and keeps nothing secret.
func CheapPasswords() *Passwords { return newPasswords(8, 3) }

func newPasswords(memoryKiB uint32, atOnce int) *Passwords {
	p := &Passwords{
		params: argon2id.Params{Memory: memoryKiB, Iterations: 1, Parallelism: 2, SaltLength: 16, KeyLength: 32},
		turn:   make(chan struct{}, atOnce),
	}
	p.decoy = sync.OnceValue(func() string {
		hash, _ := argon2id.CreateHash("nobody has this password", &p.params) // fails only without randomness, which panics
		return hash
	})
	return p
}

// Hash returns the hash of a password in PHC form. The error is that of a context that ended before
// the turn came.
func (p *Passwords) Hash(ctx context.Context, password string) (hash string, err error) {
	err = p.do(ctx, func() error {
		hash, err = argon2id.CreateHash(password, &p.params)
		return err
	})
	return hash, err
}

// Matches says whether the password belongs to the hash. An empty hash belongs to nobody and costs the same work, so the
// time tells nobody whether an account exists.
func (p *Passwords) Matches(ctx context.Context, password, hash string) (matches bool, err error) {
	nobody := hash == ""
	err = p.do(ctx, func() error {
		if nobody {
			hash = p.decoy()
		}
		matches, err = argon2id.ComparePasswordAndHash(password, hash)
		return err
	})
	return matches && !nobody, err
}

// waitForTurn is how long somebody waits before they are told to come again: a queue without an end would outlive those who
// stand in it.
const waitForTurn = 10 * time.Second

func (p *Passwords) do(ctx context.Context, work func() error) error {
	ctx, cancel := context.WithTimeout(ctx, waitForTurn)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
		return work()
	case <-ctx.Done():
		return ctx.Err()
	}
}
