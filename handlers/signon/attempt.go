package signon

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/faregate/faregate/models"
)

// Attempt is what the browser that leaves for the provider has to bring back, sealed. Whoever has no attempt cannot finish
// one: an answer of the provider is worth nothing in another browser.
type Attempt struct {
	State, Nonce, Verifier string
	Fresh                  bool // they have to prove to the provider who they are even if it knows them
	BegunAt                time.Time
}

// Life is how long somebody may stay at the provider.
const Life = 10 * time.Minute

// The ways in which an attempt ends without anybody being signed in. What is wrapped with them is for the log.
var (
	ErrStale     = errors.New("the sign-in was begun elsewhere, too long ago, or has been finished")
	ErrRefused   = errors.New("the provider signed nobody in")
	ErrBadAnswer = errors.New("the provider's answer is not to be trusted")
	ErrNotFresh  = errors.New("the provider does not say that they have just proved who they are")
)

// Begin is where to send a browser, and what it has to bring back.
func (p *Provider) Begin(ctx context.Context, fresh bool) (to string, a Attempt, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", a, err
	}
	a = Attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Fresh: fresh, BegunAt: p.config.Clock.Now()}
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if fresh {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return found.oauth.AuthCodeURL(a.State, options...), a, nil
}

// Finish says whom the provider has signed in, by the query that it sent the browser back with. The error wraps one of those
// above, or ErrUnreachable. An attempt can be finished once.
func (p *Provider) Finish(ctx context.Context, a Attempt, answer url.Values) (models.SignOn, error) {
	now := p.config.Clock.Now()
	switch {
	case a.State == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(answer.Get("state"))) != 1:
		return models.SignOn{}, fmt.Errorf("%w: another state", ErrStale)
	case now.Sub(a.BegunAt) > Life:
		return models.SignOn{}, fmt.Errorf("%w: begun at %s", ErrStale, a.BegunAt)
	case !p.spent.add(a.State, now):
		return models.SignOn{}, fmt.Errorf("%w: finished before", ErrStale)
	}
	found, err := p.discover(ctx)
	if err != nil {
		return models.SignOn{}, err
	}
	// Whose answer it is comes first: another provider's error is no word of ours (RFC 9207, section 2.4).
	if answer.Has("iss") || found.saysIssuer {
		if answer.Get("iss") != p.config.Issuer {
			return models.SignOn{}, fmt.Errorf("%w: it is of the issuer %q", ErrBadAnswer, brief(errors.New(answer.Get("iss"))))
		}
	}
	if answer.Has("error") {
		return models.SignOn{}, fmt.Errorf("%w: %s", ErrRefused, brief(errors.New(answer.Get("error")+" "+answer.Get("error_description"))))
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := found.oauth.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return models.SignOn{}, exchangeError(err)
	}
	on, err := p.claims(ctx, found, a, tokens)
	if err != nil {
		return models.SignOn{}, err
	}
	if a.Fresh && !freshSince(on.AuthTime, a.BegunAt, now) {
		return models.SignOn{}, fmt.Errorf("%w: auth_time is %s", ErrNotFresh, on.AuthTime)
	}
	return on, nil
}

// exchangeError tells a provider that does not take the code from one that does not answer.
func exchangeError(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: the token endpoint answered %d %s", ErrBadAnswer, refused.Response.StatusCode, brief(errors.New(refused.ErrorCode+" "+refused.ErrorDescription)))
	}
	return fmt.Errorf("%w: the token endpoint: %s", ErrUnreachable, brief(err))
}

// skew is how far the provider's clock may be from ours.
const skew = time.Minute

func freshSince(proved, begun, now time.Time) bool {
	return !proved.Before(begun.Add(-skew)) && !proved.After(now.Add(skew))
}

// attempts remembers the states that were finished for as long as they would be good. The zero value is ready; it is safe for
// concurrent use. A restart forgets them: then the provider, which takes a code once, has the last word.
type attempts struct {
	mu         sync.Mutex
	young, old map[string]bool
	changedAt  time.Time
}

// add notes a state and says whether it was not there.
func (s *attempts) add(state string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.young == nil || now.Sub(s.changedAt) > Life {
		if now.Sub(s.changedAt) > 2*Life {
			s.young = nil
		}
		s.young, s.old, s.changedAt = map[string]bool{}, s.young, now
	}
	if s.young[state] || s.old[state] {
		return false
	}
	s.young[state] = true
	return true
}
