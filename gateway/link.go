package gateway

import (
	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web/paths"
)

// link finds where the refusal can be cleared, and returns the value of its field Link, "" if nothing leads on. id is that of
// its record.
func (c *call) link(kind *refusalKind, d *billing.Denial, id string) string {
	switch {
	case kind.Code == problem.SubscriptionRequired:
		d.ActionURL = paths.Absolute(c.g.PublicURL, paths.API(d.APISlug))
		return entryLink(d)
	case d.PaysOff():
		return c.payLink(d, id)
	case kind.Code == problem.QuotaExceeded:
		d.ActionURL = paths.Absolute(c.g.PublicURL, paths.API(d.APISlug))
		return helpLink(d.ActionURL, "Plans")
	}
	return kind.help
}

// entryLink leads to the page on which a plan is taken, paid for or asked for.
func entryLink(d *billing.Denial) string {
	switch d.Entry {
	case billing.EntryPaid:
		return "<" + d.ActionURL + `>; rel="payment"; type="text/html"; title="Plans"`
	case billing.EntryAsked:
		return helpLink(d.ActionURL, "Ask for access")
	case billing.EntryClosed:
		return helpLink(d.ActionURL, "About the API")
	}
	return helpLink(d.ActionURL, "Subscribe")
}

func helpLink(address, title string) string {
	return "<" + address + `>; rel="help"; type="text/html"; title="` + title + `"`
}

// payLink leads to the top-up form and carries the facts of this very call. The address and its reference are parts of the
// value, so that the three are one piece of memory.
func (c *call) payLink(d *billing.Denial, id string) string {
	var room [1024]byte
	text := append(append(room[:0], '<'), c.g.phrases.topUp...)
	reference := len(text)
	text = c.g.References.AppendSeal(text, seal.Reference{
		DenialID: id, TeamID: d.TeamID, KeyID: d.KeyID, VersionID: d.VersionID, Code: string(d.Kind.Code),
		Method: d.Method, Path: d.Path, Required: int64(d.Required), CallID: int64(d.CallID),
	})
	end := len(text)
	link := string(append(text, `>; rel="payment"; type="text/html"; title="Top up"`...))
	d.Reference, d.ActionURL = link[reference:end], link[1:end]
	return link
}
