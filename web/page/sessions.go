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

// sessionLife is how long a session lasts without being used; extendEvery is how often its use is written down.
const (
	sessionLife = 30 * 24 * time.Hour
	extendEvery = time.Hour
)

// SessionRows is where sessions are kept. Package store implements it.
type SessionRows interface {
	// Session returns a session that has not expired, or models.ErrNotFound.
	Session(ctx context.Context, tokenHash []byte) (models.Session, error)
	// SaveSession writes a new session; RenewSession one that was read, unless it was ended meanwhile.
	SaveSession(ctx context.Context, session models.Session) error
	RenewSession(ctx context.Context, session models.Session) error
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

// What a session's Values hold. User and flash are stored, the times are those of the row.
type valueKey int

const (
	userValue    valueKey = iota // string
	flashValue                   // []layout.Flash
	createdValue                 // time.Time
	expiresValue                 // time.Time
)

// stored is the part of a session that has no column of its own.
type stored struct{ Flash []layout.Flash }

// name is the cookie's name. The prefix makes the browser refuse the cookie from anyone but this very host over TLS.
func (s *Sessions) name() string {
	if s.secure {
		return "__Host-faregate_session"
	}
	return "faregate_session"
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
	session.Values = map[any]any{userValue: row.UserID, flashValue: data.Flash, createdValue: row.CreatedAt, expiresValue: row.ExpiresAt}
	return session, nil
}

// Save implements sessions.Store: it writes the row and the cookie, or deletes both where MaxAge is below zero.
func (s *Sessions) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		return s.rows.DeleteSession(r.Context(), hash(session.ID))
	}
	now, write := s.clock.Now(), s.rows.RenewSession
	if session.ID == "" {
		session.ID, write = newToken(), s.rows.SaveSession
		session.Values[createdValue] = now
	}
	user, _ := session.Values[userValue].(string)
	flash, _ := session.Values[flashValue].([]layout.Flash)
	created, _ := session.Values[createdValue].(time.Time)
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(stored{flash}); err != nil {
		return fmt.Errorf("write the session: %w", err)
	}
	row := models.Session{TokenHash: hash(session.ID), UserID: user, Data: data.Bytes(), CreatedAt: created, ExpiresAt: now.Add(sessionLife)}
	if err := write(r.Context(), row); err != nil {
		return fmt.Errorf("write the session: %w", err)
	}
	session.Values[expiresValue] = row.ExpiresAt
	http.SetCookie(w, sessions.NewCookie(session.Name(), session.ID, session.Options))
	return nil
}

// due says whether the session's use should be written down now.
func (s *Sessions) due(session *sessions.Session) bool {
	expires, _ := session.Values[expiresValue].(time.Time)
	return !session.IsNew && expires.Sub(s.clock.Now()) < sessionLife-extendEvery
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
