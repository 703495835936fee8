package page

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/ui"
)

// People is what the frame of a page needs to know of users. Package store implements it.
type People interface {
	SessionRows
	User(ctx context.Context, id string) (models.User, error)
	// SecondFactor is models.ErrNotFound if the user has none.
	SecondFactor(ctx context.Context, userID string) (models.SecondFactor, error)
	// Passkey is models.ErrNotFound if the user has no such passkey.
	Passkey(ctx context.Context, userID, id string) (models.Passkey, error)
	Memberships(ctx context.Context, userID string) ([]models.Membership, error)
}

// PortalSettings is where what administrators have set is kept. Package store implements it.
type PortalSettings interface {
	Settings(ctx context.Context) (models.Settings, error)
}

// Config is what all pages of this installation have in common.
type Config struct {
	People        People
	Announcements Announcements
	Settings      PortalSettings
	Clock         models.Clock
	Log           *slog.Logger
	PublicURL     string // without a slash at the end; cookies are Secure if it begins with https
	Demo          bool
	Payments      bool // false: nobody can pay here
	SendsMail     bool // false: mails are kept on the outbox page
	// SignUp says whether anybody may sign up now.
	SignUp func(ctx context.Context) bool
}

// Site fills the frame of every page. It is safe for concurrent use.
type Site struct {
	Config
	people   People
	log      *slog.Logger
	sessions *Sessions
	board    board
	portal   portalSettings
}

// NewSite makes the site's frame.
func NewSite(c Config) *Site {
	return &Site{Config: c, people: c.People, log: c.Log, sessions: &Sessions{
		rows: c.People, clock: c.Clock, secure: strings.HasPrefix(c.PublicURL, "https://"),
	}}
}

// Request is what the frame of a page shows for this request. It takes the waiting flash messages, so it is called once
// per page.
func (s *Site) Request(c echo.Context) layout.Request {
	v, meta := ViewerOf(c), MetaOf(c)
	r := layout.Request{
		Nonce: meta.Nonce, RequestID: meta.RequestID, Theme: themeNamed(cookie(c, themeCookie)), Flash: s.takeFlash(c), Path: c.Request().URL.RequestURI(),
		Clock: ui.Clock{Now: s.Clock.Now()}, PublicURL: s.PublicURL, Demo: s.Demo, Payments: s.Payments, SendsMail: s.SendsMail,
		SignUp: s.SignUp(c.Request().Context()), Announcements: s.announced(c),
	}
	s.name(&r, s.settings(c.Request().Context()))
	if !v.SignedIn() {
		return r
	}
	r.User = &layout.User{Name: v.User.Name, Email: v.User.Email, Admin: v.User.Administrator, Unverified: !v.User.Verified()}
	if v.Impersonated() {
		r.Impersonation = &layout.Impersonation{Administrator: v.Impersonator.Name, Until: *v.Session.AsUntil}
	}
	for _, m := range v.Memberships {
		r.Teams = append(r.Teams, team(m))
	}
	if v.HasTeam() {
		current := team(v.Current)
		r.Team = &current
	}
	return r
}

// Anonymous is the frame of a page that is drawn outside the portal's own routes, where nobody knows who is looking.
func (s *Site) Anonymous(r *http.Request, m Meta) layout.Request {
	theme := layout.ThemeSystem
	if kept, err := r.Cookie(themeCookie); err == nil {
		theme = themeNamed(kept.Value)
	}
	frame := layout.Request{
		Nonce: m.Nonce, RequestID: m.RequestID, Theme: theme, Path: "/", Clock: ui.Clock{Now: s.Clock.Now()},
		PublicURL: s.PublicURL, Demo: s.Demo, Payments: s.Payments, SendsMail: s.SendsMail,
	}
	s.name(&frame, s.settings(r.Context()))
	return frame
}

// name writes into a frame what administrators have set.
func (s *Site) name(r *layout.Request, set models.Settings) {
	r.PortalName, r.Support, r.SupportLink = set.PortalName(), set.Support, set.SupportLink()
}

// team is a membership as the frame shows it. What the role may not do is hidden here and refused by the handlers.
func team(m models.Membership) layout.Team {
	return layout.Team{
		Slug: m.Team.Slug, Name: m.Team.Name, Provider: m.Team.Provider, Role: string(m.Role),
		MayPay: m.Role.May(models.MayTopUp), MayMakeKeys: m.Role.May(models.MayManageKeys),
		MaySubscribe: m.Role.May(models.MaySubscribe), MayManageAPIs: m.Role.May(models.MayManageAPIs), MayPublish: m.Role.May(models.MayPublish),
		MayManageBudgets: m.Role.May(models.MayManageBudgets), MayManageTeam: m.Role.May(models.MayManageTeam), MayOwnTeam: m.Role.May(models.MayOwnTeam),
		MayViewAudit: m.Role.May(models.MayViewAudit), MayManageWebhooks: m.Role.May(models.MayManageWebhooks),
	}
}
