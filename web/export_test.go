package web

import (
	"maps"
	"slices"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/api"
)

// SetBodyWithin sets how long a body may take to arrive.
func (p *Portal) SetBodyWithin(d time.Duration) { p.bodyWithin = d }

// TeamRoute is a page of a team, for the test that walks them all.
type TeamRoute struct {
	Method, Pattern string
	Need            models.Permission
}

// TeamRoutes lists the pages that are guarded as a team's.
func (p *Portal) TeamRoutes() (routes []TeamRoute) {
	for _, r := range p.teamRoutes {
		routes = append(routes, TeamRoute{r.method, r.pattern, r.need})
	}
	return routes
}

// Patterns lists every method and pattern that the portal answers.
func (p *Portal) Patterns() (patterns [][2]string) {
	for _, r := range p.echo.Routes() {
		patterns = append(patterns, [2]string{r.Method, r.Path})
	}
	return patterns
}

// Managed lists the operations of the management API.
func (p *Portal) Managed() []api.Route { return p.api.Routes() }

// OpenUnverified says whether a pattern is open to those who have to verify their address.
func (p *Portal) OpenUnverified(pattern string) bool { return p.openUnverified[pattern] }

// StepUpNeeded lists the routes that take a recent proof of who asks.
func StepUpNeeded() (routes []string) { return slices.Collect(maps.Keys(stepUpNeeded)) }
