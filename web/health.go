package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
)

// readyWithin is how long a probe waits; who probes gives up not much later.
const readyWithin = 2 * time.Second

// healthz says that the process is alive; restarting it would help if it were not.
func (p *Portal) healthz(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether the program can do its work now, and if not, why.
func (p *Portal) readyz(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyWithin)
	defer cancel()
	c.Response().Header().Set("Cache-Control", "no-store")
	err := p.config.Ready(ctx)
	if err == nil {
		return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
	}
	text := "The portal is not ready; its log says why."
	if sentence := models.Sentence(""); errors.As(err, &sentence) {
		text = sentence.Error()
	}
	return echo.NewHTTPError(http.StatusServiceUnavailable, text).SetInternal(err)
}
