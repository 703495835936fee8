package page

import (
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
)

// Viewer is who is looking at a page. The zero value is somebody who is not signed in.
type Viewer struct {
	User models.User
	// Impersonator is the administrator who sees the portal as User; the zero value if nobody does.
	Impersonator models.User
	Session      models.Session
	Pending      models.User         // who has still to show their second factor, and until then is not signed in
	Memberships  []models.Membership // by the teams' names
	Current      models.Membership   // the team that the page is about, or else the one that was looked at last
}

const viewerKey = "faregate.viewer"

// ViewerOf returns who is looking; never nil.
func ViewerOf(c echo.Context) *Viewer {
	if v, ok := c.Get(viewerKey).(*Viewer); ok {
		return v
	}
	return &Viewer{}
}

// Impersonated says whether an administrator sees the portal as the viewer.
func (v *Viewer) Impersonated() bool { return v.Impersonator.ID != "" }

// Lapsed says whether the session showed the portal as somebody else, and does so no longer.
func (v *Viewer) Lapsed() bool { return v.Session.AsUserID != "" && !v.Impersonated() }

// SignedIn says whether the viewer is somebody.
func (v *Viewer) SignedIn() bool { return v.User.ID != "" }

// HasTeam says whether the viewer is a member of any team.
func (v *Viewer) HasTeam() bool { return v.Current.Team.ID != "" }

// Reader is the viewer as the store's rules of visibility know them.
func (v *Viewer) Reader() models.Viewer { return models.Viewer{UserID: v.User.ID} }

// Member returns the viewer's place in the team with the id.
func (v *Viewer) Member(teamID string) (models.Membership, bool) {
	return v.find(func(m models.Membership) bool { return m.Team.ID == teamID })
}

// MemberOf returns the viewer's place in the team with the slug.
func (v *Viewer) MemberOf(slug string) (models.Membership, bool) {
	return v.find(func(m models.Membership) bool { return m.Team.Slug == slug })
}

func (v *Viewer) find(wanted func(models.Membership) bool) (models.Membership, bool) {
	if i := slices.IndexFunc(v.Memberships, wanted); i >= 0 {
		return v.Memberships[i], true
	}
	return models.Membership{}, false
}
