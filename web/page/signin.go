package page

import (
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
	memberships, err := s.people.Memberships(ctx, user.ID)
	if err != nil {
		return nil, err
	}
	if s.sessions.due(session) {
		if err := s.seen(c, session); err != nil {
			s.log.WarnContext(ctx, "cannot extend a session", "err", err) // reading goes on while nothing can be written
		}
	}
	v := &Viewer{User: user, Session: rowOf(session), Memberships: memberships}
	v.Current = lastTeam(c, v)
	return v, nil
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

// SignIn begins a session of the user under a new token; the token that the browser brought, if any, is worth nothing from
// then on, so nobody can have planted it.
func (s *Site) SignIn(c echo.Context, user models.User) error {
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
		ID: models.NewID(models.KindSession), UserID: user.ID, Browser: browserIn(c.Request().UserAgent()), Address: c.RealIP(),
		CreatedAt: now, SeenAt: now, ProvedAt: now,
	}
	session.ID, session.Values, session.IsNew = "", map[any]any{rowValue: row}, false
	c.Set(viewerKey, &Viewer{User: user})
	if err := session.Save(c.Request(), c.Response()); err != nil {
		return err
	}
	return s.stillTheirs(c, user)
}

// stillTheirs ends the session that has just begun if the password that opened it was replaced meanwhile: a new password
// ends all sessions, and one that was not there yet must not escape that.
func (s *Site) stillTheirs(c echo.Context, user models.User) error {
	now, err := s.people.User(c.Request().Context(), user.ID)
	if err == nil && now.Suspended() {
		return errors.Join(models.ErrSuspended, s.SignOut(c))
	}
	if err == nil && now.PasswordHash == user.PasswordHash {
		return nil
	}
	if err == nil {
		err = models.Sentence("The password of this account was changed a moment ago. Sign in with the new one.")
	}
	return errors.Join(err, s.SignOut(c))
}

// Proved notes that the viewer has just proved who they are. The session goes on under a new token, so whoever has the old
// one, by whatever way, does not share in it.
func (s *Site) Proved(c echo.Context) error {
	session, err := s.session(c)
	if err != nil {
		return err
	}
	row := rowOf(session)
	row.SeenAt = s.Clock.Now()
	row.ProvedAt = row.SeenAt
	err = s.sessions.rotate(c.Request(), c.Response(), session, row)
	if errors.Is(err, models.ErrNotFound) {
		return models.Sentence("Your session was ended a moment ago. Sign in again.")
	}
	ViewerOf(c).Session = rowOf(session)
	return err
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
