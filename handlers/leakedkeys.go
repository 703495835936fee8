package handlers

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

type leakStore interface {
	// ReportLeak ends a secret if it works, and changes nothing if it does not or is none.
	ReportLeak(ctx context.Context, actor models.Actor, found models.FoundSecret) error
}

// maxFindings is how many secrets one report may have.
const maxFindings = 100

// leakReceived is the answer to every report. It does not say whether any of the secrets was one.
const leakReceived = "Received. If it was a key or an API token of this portal, it does not work any more."

// ShowLeakedKeys is the form for people who have found a key or an API token.
func (h *Handlers) ShowLeakedKeys(c echo.Context) error {
	return page.Render(c, http.StatusOK, pages.LeakedKeys(h.site.Request(c), pages.LeakedKeysProps{}))
}

// ReportLeakedKeys ends the secrets that somebody has found: one of the form, or those of a JSON array. Whoever has a secret
// may end it. All who report are told the same, but that a text cannot be a key at all: everybody can work that out.
func (h *Handlers) ReportLeakedKeys(c echo.Context) error {
	if wait := h.throttle.leak(c.RealIP()); wait > 0 {
		seconds := int64(math.Ceil(wait.Seconds()))
		c.Response().Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
		return echo.NewHTTPError(http.StatusTooManyRequests, "Too many reports came from your network. Try again in "+span(seconds)+".")
	}
	if IsJSON(c.Request()) {
		return h.reportFindings(c)
	}
	form := pages.LeakedKeysProps{Secret: strings.TrimSpace(c.FormValue("secret")), Place: c.FormValue("place")}
	if form.Secret == "" {
		form.Errors = ui.Errors{"secret": "Paste the key or the token that you have found."}
	} else if _, err := models.ReadFoundSecret(form.Secret, ""); err != nil {
		form.Errors = ui.Errors{"secret": "This is no whole key or token of ours: it begins with fg_live_ or fgp_, has 38 characters behind that, and the last six of them prove the others. Compare it with what you found."}
	}
	if len(form.Errors) > 0 {
		return page.Render(c, http.StatusUnprocessableEntity, pages.LeakedKeys(h.site.Request(c), form))
	}
	if err := h.endFound(c, finding{Token: form.Secret, URL: form.Place}); err != nil {
		return err
	}
	return page.Render(c, http.StatusAccepted, pages.LeakedKeys(h.site.Request(c), pages.LeakedKeysProps{Received: leakReceived}))
}

// finding is one element of a report: an object as secret scanners send it, or the secret alone.
type finding struct {
	Token string `json:"token"`
	URL   string `json:"url"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *finding) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		return json.Unmarshal(raw, &f.Token)
	}
	type object finding // without this method
	return json.Unmarshal(raw, (*object)(f))
}

// reportFindings is for programs.
func (h *Handlers) reportFindings(c echo.Context) error {
	raw, err := io.ReadAll(c.Request().Body) // bounded by package web
	if err != nil {
		return err
	}
	var found []finding
	if err := json.Unmarshal(raw, &found); err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, `Send a JSON array, such as [{"token": "fg_live_…", "url": "https://…"}].`).SetInternal(err)
	}
	if len(found) == 0 || len(found) > maxFindings {
		return echo.NewHTTPError(http.StatusBadRequest, "Send between 1 and "+strconv.Itoa(maxFindings)+" secrets at once.")
	}
	seen := map[string]bool{}
	for _, f := range found {
		if seen[f.Token] {
			continue
		}
		seen[f.Token] = true
		if err := h.endFound(c, f); err != nil {
			return err
		}
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusAccepted, struct {
		Message string `json:"message"`
	}{leakReceived})
}

// endFound ends a secret. What has not the form of one, or not its checksum, is seen without a lookup.
func (h *Handlers) endFound(c echo.Context, f finding) error {
	found, err := models.ReadFoundSecret(f.Token, f.URL)
	if err != nil {
		return nil //nolint:nilerr // nothing of ours, which is no failure
	}
	// Who reports is nobody's business: the audit log has the request, and neither the reporter's name nor their address.
	reporter := models.Actor{RequestID: actor(c).RequestID}
	return h.store.ReportLeak(ctx(c), reporter, found)
}

// IsJSON says whether a request's body says that it is JSON.
func IsJSON(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "application/json"
}
