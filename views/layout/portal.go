package layout

import "cmp"

// Portal is what the portal calls itself.
func (r Request) Portal() string { return cmp.Or(r.PortalName, "Faregate") }
