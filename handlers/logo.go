package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/picture"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type logoStore interface {
	// SetLogo gives an API the picture that was stored under a hash, "" for none.
	SetLogo(ctx context.Context, actor models.Actor, teamID, apiID, hash string) error
}

// Logo is the logo of an API that the viewer may see.
func (h *Handlers) Logo(c echo.Context) error {
	row, err := h.store.CatalogueAPI(ctx(c), page.ViewerOf(c).Reader(), c.Param("slug"))
	if err != nil {
		return err
	}
	return h.sendLogo(c, row.API)
}

// TeamLogo is the logo of a team's own API, of a draft too.
func (h *Handlers) TeamLogo(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	return h.sendLogo(c, row.API)
}

// sendLogo sends the picture. Under the address that has its mark it is the same for good; nobody but the browser keeps what somebody
// sees who is signed in.
func (h *Handlers) sendLogo(c echo.Context, api models.API) error {
	blob, err := h.store.Blob(ctx(c), api.Logo)
	if err != nil {
		return err
	}
	keepers, keep := "public", "max-age=60"
	if page.ViewerOf(c).SignedIn() {
		keepers, keep = "private", "no-cache"
	}
	if c.QueryParam(paths.QueryLogo) == paths.LogoMark(api.Logo) {
		keep = "max-age=31536000, immutable"
	}
	header := c.Response().Header()
	header.Set("Content-Type", "image/png") // whatever else the bytes were stored as
	header.Set("ETag", `"`+api.Logo+`"`)
	header.Set("Cache-Control", keepers+", "+keep)
	header.Add("Vary", "Cookie")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(blob.Bytes))
	return nil
}

// SetLogo takes the first logo of an API, or another one.
func (h *Handlers) SetLogo(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	drawn, err := sentLogo(c)
	if invalid, bad := isInvalid(err); bad {
		return h.studioWithLogo(c, http.StatusUnprocessableEntity, row, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	hash, err := h.store.PutBlob(ctx(c), "image/png", drawn)
	if err == nil {
		err = h.store.SetLogo(ctx(c), actor(c), m.Team.ID, row.API.ID, hash)
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The logo is saved."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Studio(m.Team.Slug, row.API.Slug))
}

// sentLogo is the picture of a form as it is kept. models.Invalid, of "logo", says why it is not taken.
func sentLogo(c echo.Context) ([]byte, error) {
	name, raw, err := sentFile(c, "logo")
	switch {
	case err != nil:
		return nil, err
	case name == "":
		return nil, models.Invalid{"logo": "Choose a file."}
	case len(raw) == 0:
		return nil, models.Invalid{"logo": "The file is empty. Choose another one."}
	case len(raw) > models.MaxLogo:
		return nil, models.Invalid{"logo": fmt.Sprintf("The file is larger than %d MiB. %d by %d pixels are enough.", models.MaxLogo>>20, models.LogoSide, models.LogoSide)}
	}
	drawn, err := picture.Draw(raw, picture.Limits{Side: models.MaxLogoSide, Drawn: models.LogoSide})
	var sentence models.Sentence
	if errors.As(err, &sentence) {
		err = models.Invalid{"logo": sentence.Error()}
	}
	return drawn, err
}

// ShowRemoveLogo asks before the logo is removed.
func (h *Handlers) ShowRemoveLogo(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	if row.API.Logo == "" {
		return models.ErrNotFound
	}
	return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
		Section: layout.SectionMyAPIs, Title: "Remove the logo of " + row.API.Name,
		What:   []string{"The first letter of its name stands in its place. The picture is not kept; to have it back, upload it again."},
		Action: paths.RemoveLogo(m.Team.Slug, row.API.Slug), Button: "Remove the logo", Keep: "Keep it",
		Back: row.API.Name, BackHref: paths.Studio(m.Team.Slug, row.API.Slug),
	}))
}

// RemoveLogo removes it.
func (h *Handlers) RemoveLogo(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	if err := h.store.SetLogo(ctx(c), actor(c), m.Team.ID, row.API.ID, ""); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The logo is removed."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Studio(m.Team.Slug, row.API.Slug))
}
