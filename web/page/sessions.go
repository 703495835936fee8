package page

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/gob"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
)

// sessionLife is how long a session lasts without being used, and halfLife how long one waits for its second factor;
// seenEvery is how often the use of a session is written down.
const (
	sessionLife = 30 * 24 * time.Hour
	halfLife    = 10 * time.Minute
	seenEvery   = 5 * time.Minute
)

// SessionRows is where sessions are kept. Package store implements it.
type SessionRows interface {
	// Session returns a session that has not expired, or models.ErrNotFound.
	Session(ctx context.Context, tokenHash []byte) (models.Session, error)
	// SaveSession writes a new session, RenewSession one that was read, and RotateSession gives one a new token. The latter two
	// are models.ErrNotFound if it was ended meanwhile, or has another token.
	SaveSession(ctx context.Context, session models.Session) error
	RenewSession(ctx context.Context, session models.Session) error
	RotateSession(ctx context.Context, old []byte, session models.Session) error
	DeleteSession(ctx context.Context, tokenHash []byte) error
}

// Sessions implements gorilla's Store over rows. The cookie holds 32 random bytes; the row holds only their SHA-256, so
// whoever reads the database cannot sign in with what they find. A session without a row has no cookie either: visitors
// who are not signed in leave no trace. It is safe for concurrent use.
type Sessions struct {
	rows   SessionRows
	clock  models.Clock
	secure bool
}

// What a session's Values hold.
type valueKey int

const (
	rowValue   valueKey = iota // models.Session
	flashValue                 // []layout.Flash
)

// stored is the part of a session that has no column of its own.
type stored struct{ Flash []layout.Flash }

// name is the name of the session's cookie.
func (s *Sessions) name() string { return s.cookieName("session") }

// cookieName has the prefix that makes browsers refuse a cookie from anyone but this very host over TLS.
func (s *Sessions) cookieName(name string) string {
	if s.secure {
		return "__Host-faregate_" + name
	}
	return "faregate_" + name
}

// Get implements sessions.Store: one read per request, however often it is asked.
func (s *Sessions) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New implements sessions.Store. An unknown, expired or unreadable cookie is a new session and no error; an error means
// that the rows could not be read.
func (s *Sessions) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	// Lax, not Strict: whoever comes back from the payment page must still be signed in.
	session.Options = &sessions.Options{Path: "/", MaxAge: int(sessionLife / time.Second), HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
	cookie, err := r.Cookie(name)
	if err != nil {
		return session, nil //nolint:nilerr // no cookie
	}
	row, err := s.rows.Session(r.Context(), hash(cookie.Value))
	if errors.Is(err, models.ErrNotFound) {
		return session, nil
	}
	if err != nil {
		return session, fmt.Errorf("read the session: %w", err)
	}
	var data stored
	if gob.NewDecoder(bytes.NewReader(row.Data)).Decode(&data) != nil {
		return session, nil //nolint:nilerr // written by another release
	}
	session.ID, session.IsNew = cookie.Value, false
	session.Values = map[any]any{rowValue: row, flashValue: data.Flash}
	return session, nil
}

// Save implements sessions.Store: it writes the row and the cookie, or deletes both where MaxAge is below zero. A session
// that was ended meanwhile, or that another request has given a new token, is left alone with its cookie.
func (s *Sessions) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		return s.rows.DeleteSession(r.Context(), hash(session.ID))
	}
	row, write := rowOf(session), s.rows.RenewSession
	row.ExpiresAt = s.clock.Now().Add(lifeOf(row))
	if session.ID == "" {
		session.ID, write = newToken(), s.rows.SaveSession
		row.TokenHash = hash(session.ID)
	}
	flash, _ := session.Values[flashValue].([]layout.Flash)
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(stored{flash}); err != nil {
		return fmt.Errorf("write the session: %w", err)
	}
	row.Data = data.Bytes()
	err := write(r.Context(), row)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write the session: %w", err)
	}
	s.written(w, session, row)
	return nil
}

// rotate writes a session under a new token. models.ErrNotFound if it was ended meanwhile.
func (s *Sessions) rotate(r *http.Request, w http.ResponseWriter, session *sessions.Session, row models.Session) error {
	token := newToken()
	row.TokenHash, row.ExpiresAt = hash(token), s.clock.Now().Add(lifeOf(row))
	if err := s.rows.RotateSession(r.Context(), hash(session.ID), row); err != nil {
		return fmt.Errorf("write the session: %w", err)
	}
	session.ID = token
	s.written(w, session, row)
	return nil
}

// written remembers what was written, and tells the browser the token.
func (s *Sessions) written(w http.ResponseWriter, session *sessions.Session, row models.Session) {
	session.Values[rowValue] = row
	http.SetCookie(w, sessions.NewCookie(session.Name(), session.ID, session.Options))
}

// rowOf is the session's row as it was read or written last.
func rowOf(session *sessions.Session) models.Session {
	row, _ := session.Values[rowValue].(models.Session)
	return row
}

func lifeOf(row models.Session) time.Duration {
	if row.Half {
		return halfLife
	}
	return sessionLife
}

// due says whether the session's use should be written down now.
func (s *Sessions) due(session *sessions.Session) bool {
	return !session.IsNew && s.clock.Now().Sub(rowOf(session).SeenAt) >= seenEvery
}

func newToken() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
