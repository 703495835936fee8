package handlers

import (
	"crypto/sha256"
	"crypto/subtle"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/faregate/faregate/models"
)

// ceremonyKind is what a passkey is asked for; an answer to one kind is none to another.
type ceremonyKind int

const (
	signInCeremony ceremonyKind = iota
	stepUpCeremony
	addCeremony
)

// ceremonyLife is how long somebody has from the challenge to the answer.
const ceremonyLife = 5 * time.Minute

// maxCeremonies bounds the memory that challenges take.
const maxCeremonies = 50_000

// ceremonies are the challenges that wait for a passkey's answer. Each is taken once, by the browser that it was made for. They
// are kept in memory: the sign-in page asks for one whenever it is opened, and visitors who never sign in must not cost the
// database a write each. Whoever is caught by a restart tries again. It is safe for concurrent use.
type ceremonies struct {
	clock models.Clock

	mu   sync.Mutex
	open map[string]ceremony // by challenge
}

type ceremony struct {
	kind   ceremonyKind
	owner  [sha256.Size]byte
	data   webauthn.SessionData
	endsAt time.Time
}

func newCeremonies(clock models.Clock) *ceremonies {
	return &ceremonies{clock: clock, open: map[string]ceremony{}}
}

// begin keeps what the answer will be checked against. owner is the secret or the id that it is bound to.
func (cs *ceremonies) begin(kind ceremonyKind, owner string, data webauthn.SessionData) {
	now := cs.clock.Now()
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.makeRoom(now)
	cs.open[data.Challenge] = ceremony{kind: kind, owner: sha256.Sum256([]byte(owner)), data: data, endsAt: now.Add(ceremonyLife)}
}

// take uses a challenge up, whoever brings it; ok is false if this owner has none of the kind that is still good.
func (cs *ceremonies) take(kind ceremonyKind, owner, challenge string) (data webauthn.SessionData, ok bool) {
	now, by := cs.clock.Now(), sha256.Sum256([]byte(owner))
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c, found := cs.open[challenge]
	delete(cs.open, challenge)
	ok = found && c.kind == kind && now.Before(c.endsAt) && subtle.ConstantTimeCompare(c.owner[:], by[:]) == 1
	return c.data, ok
}

// makeRoom forgets challenges that are too old, and where that is not enough some others.
func (cs *ceremonies) makeRoom(now time.Time) {
	if len(cs.open) < maxCeremonies {
		return
	}
	for challenge, c := range cs.open {
		if !now.Before(c.endsAt) {
			delete(cs.open, challenge)
		}
	}
	for challenge := range cs.open {
		if len(cs.open) < maxCeremonies*9/10 {
			return
		}
		delete(cs.open, challenge)
	}
}
