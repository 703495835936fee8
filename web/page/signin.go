package page

import (
	"context"
	"errors"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
)

// Load is the middleware that finds out who is looking. Without a session cookie it reads nothing.
func (s *Site) Load(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		v, err := s.viewer(c)
		if err != nil {
			return err
		}
		c.Set(viewerKey, v)
		return next(c)
	}
}

func (s *Site) viewer(c echo.Context) (*Viewer, error) {
	session, err := s.session(c)
	if err != nil || session.IsNew {
		return &Viewer{}, err
	}
	ctx := c.Request().Context()
	user, err := s.people.User(ctx, rowOf(session).UserID)
	if errors.Is(err, models.ErrNotFound) {
		return &Viewer{}, nil // the account was deleted; its session names nobody
	}
	if err != nil {
		return nil, err
	}
	if rowOf(session).Half {
		return &Viewer{Pending: user}, nil
	}
	user, impersonator, err := s.seenAs(ctx, rowOf(session), user)
	if err != nil {
		return nil, err
	}
	memberships, err := s.people.Memberships(ctx, user.ID)
	if err != nil {
		return nil, err
	}
	if s.sessions.due(session) {
		if err := s.seen(c, session); err != nil {
			s.log.WarnContext(ctx, "cannot extend a session", "err", err) // reading goes on while nothing can be written
		}
	}
	v := &Viewer{User: user, Impersonator: impersonator, Session: rowOf(session), Memberships: memberships}
	v.Current = lastTeam(c, v)
	return v, nil
}

// seenAs is the user whom a session of owner shows the portal as, and owner as their impersonator; or owner alone.
func (s *Site) seenAs(ctx context.Context, row models.Session, owner models.User) (user, impersonator models.User, err error) {
	id := row.ActsAs(s.Clock.Now())
	if id == "" {
		return owner, impersonator, nil
	}
	user, err = s.people.User(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && !models.MayImpersonate(owner, user) {
		return owner, impersonator, nil
	}
	return user, owner, err
}

// seen writes down that a session is in use, and from where.
func (s *Site) seen(c echo.Context, session *sessions.Session) error {
	row := rowOf(session)
	row.SeenAt, row.Address = s.Clock.Now(), c.RealIP()
	session.Values[rowValue] = row
	return session.Save(c.Request(), c.Response())
}

func (s *Site) session(c echo.Context) (*sessions.Session, error) {
	return s.sessions.Get(c.Request(), s.sessions.name())
}

// SignIn begins a session of the user, whose password was right and who has no second factor.
func (s *Site) SignIn(c echo.Context, user models.User) error {
	c.Set(viewerKey, &Viewer{User: user})
	if err := s.begin(c, user, false); err != nil {
		return err
	}
	return s.stillTheirs(c, user)
}

// HalfSignIn begins a half session of the user, whose password was right: until Proved, its viewer is nobody, and Pending.
func (s *Site) HalfSignIn(c echo.Context, user models.User) error {
	c.Set(viewerKey, &Viewer{Pending: user})
	if err := s.begin(c, user, true); err != nil {
		return err
	}
	return s.stillTheirs(c, user)
}

// SignInByPasskey begins a session of the user, who has shown a passkey of theirs, which stands for a second factor, too.
func (s *Site) SignInByPasskey(c echo.Context, user models.User, passkey models.Passkey) error {
	c.Set(viewerKey, &Viewer{User: user})
	if err := s.begin(c, user, false); err != nil {
		return err
	}
	// As in stillTheirs: removing a passkey ends all sessions, and one that was not there yet must not escape that.
	ctx := c.Request().Context()
	now, err := s.people.User(ctx, user.ID)
	if err == nil && now.Suspended() {
		err = models.ErrSuspended
	}
	if err == nil {
		if _, err = s.people.Passkey(ctx, user.ID, passkey.ID); errors.Is(err, models.ErrNotFound) {
			err = models.Sentence("This passkey was removed a moment ago. Sign in another way.")
		}
	}
	if err == nil {
		return nil
	}
	return errors.Join(err, s.SignOut(c))
}

// begin begins a session under a new token; the token that the browser brought, if any, is worth nothing from then on, so
// nobody can have planted it.
func (s *Site) begin(c echo.Context, user models.User, half bool) error {
	session, err := s.session(c)
	if err != nil {
		return err
	}
	if session.ID != "" {
		if err := s.sessions.rows.DeleteSession(c.Request().Context(), hash(session.ID)); err != nil {
			return err
		}
	}
	now := s.Clock.Now()
	row := models.Session{
		ID: models.NewID(models.KindSession), UserID: user.ID, Half: half, Browser: browserIn(c.Request().UserAgent()), Address: c.RealIP(),
		CreatedAt: now, SeenAt: now, ProvedAt: now,
	}
	session.ID, session.Values, session.IsNew = "", map[any]any{rowValue: row}, false
	return session.Save(c.Request(), c.Response())
}

// stillTheirs ends the session that has just begun if what opened it is not enough any more: a new password and a new second
// factor end all sessions, and one that was not there yet must not escape that.
func (s *Site) stillTheirs(c echo.Context, user models.User) error {
	ctx := c.Request().Context()
	now, err := s.people.User(ctx, user.ID)
	if err == nil && now.Suspended() {
		err = models.ErrSuspended
	}
	if err == nil && now.PasswordHash != user.PasswordHash {
		err = models.Sentence("The password of this account was changed a moment ago. Sign in with the new one.")
	}
	if err == nil && ViewerOf(c).SignedIn() {
		if _, err = s.people.SecondFactor(ctx, user.ID); err == nil {
			err = models.Sentence("Two-step sign-in was turned on for this account a moment ago. Sign in again.")
		} else if errors.Is(err, models.ErrNotFound) {
			err = nil
		}
	}
	if err == nil {
		return nil
	}
	return errors.Join(err, s.SignOut(c))
}

// Proved notes that the viewer has just proved who they are; a half session is whole from then on. It goes on under a new
// token, so whoever has the old one, by whatever way, does not share in it.
func (s *Site) Proved(c echo.Context) error {
	session, err := s.session(c)
	if err != nil {
		return err
	}
	row := rowOf(session)
	row.SeenAt = s.Clock.Now()
	row.ProvedAt, row.Half = row.SeenAt, false
	err = s.sessions.rotate(c.Request(), c.Response(), session, row)
	if errors.Is(err, models.ErrNotFound) {
		return models.Sentence("Your session was ended a moment ago. Sign in again.")
	}
	if err != nil {
		return err
	}
	v := ViewerOf(c)
	if v.Session = rowOf(session); v.Pending.ID != "" {
		v.User, v.Pending = v.Pending, models.User{}
	}
	return nil
}

// SignOut ends the session.
func (s *Site) SignOut(c echo.Context) error {
	session, err := s.session(c)
	if err != nil || session.IsNew {
		return err
	}
	session.Options.MaxAge = -1
	c.Set(viewerKey, &Viewer{})
	return session.Save(c.Request(), c.Response())
}
