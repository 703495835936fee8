package email

import (
	"cmp"
	"context"
)

// Portal is what every mail says of the portal that sends it, whatever else it says.
type Portal struct {
	Name                 string // "" for Faregate
	Support, SupportLink string // where people get help, and where that leads; "" if nowhere is named
}

type portalKey struct{}

// From gives the mails that are written with the context the portal that they come from.
func From(ctx context.Context, p Portal) context.Context {
	return context.WithValue(ctx, portalKey{}, p)
}

// portalOf is the portal that a mail comes from.
func portalOf(ctx context.Context) Portal {
	p, _ := ctx.Value(portalKey{}).(Portal)
	p.Name = cmp.Or(p.Name, "Faregate")
	return p
}

// Footer is what stands below the plain part of every mail, "" for nothing.
func Footer(ctx context.Context) string {
	p := portalOf(ctx)
	if p.Support == "" {
		return ""
	}
	return "\n-- \n" + p.Name + ". Help: " + p.Support + "\n"
}
