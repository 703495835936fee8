package page

import (
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/ui"
)

// Flash keeps a message for the next page that the viewer sees. It is kept in the session, so it is for those who are
// signed in; for others it does nothing.
func (s *Site) Flash(c echo.Context, tone ui.Tone, text string) error {
	session, err := s.session(c)
	if err != nil || session.IsNew {
		return err
	}
	waiting, _ := session.Values[flashValue].([]layout.Flash)
	session.Values[flashValue] = append(waiting, layout.Flash{Tone: tone, Text: text})
	return session.Save(c.Request(), c.Response())
}

// takeFlash returns the messages that wait and forgets them. If that cannot be written they are shown once more.
func (s *Site) takeFlash(c echo.Context) []layout.Flash {
	session, err := s.session(c)
	if err != nil || session.IsNew {
		return nil
	}
	waiting, _ := session.Values[flashValue].([]layout.Flash)
	if len(waiting) == 0 {
		return nil
	}
	delete(session.Values, flashValue)
	if err := session.Save(c.Request(), c.Response()); err != nil {
		s.log.WarnContext(c.Request().Context(), "cannot forget a flash message", "err", err)
	}
	return waiting
}
