package gateway

import (
	"log/slog"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// log writes a line about a call at level debug. The record of served calls is their rows, that of refused ones the stored
// denials; the lines are for those who look for a request id that a caller quotes. Queries and keys are never in them.
func (c *call) log(status int, code problem.Code, charge models.Nano) {
	ctx := c.r.Context()
	if !c.g.Log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	c.g.Log.LogAttrs(ctx, slog.LevelDebug, "call",
		slog.String("request_id", c.name), slog.String("key", c.key.ID), slog.String("team", c.key.TeamID),
		slog.String("method", c.r.Method), slog.String("api", c.target.api), slog.String("version", c.target.version),
		slog.Int("status", status), slog.String("code", string(code)), slog.Int64("charge", int64(charge)),
		slog.Duration("took", c.watch.Elapsed()))
}
