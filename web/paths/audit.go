package paths

// Audit lists who did what in a team.
func Audit(team string) string { return Team(team) + "/audit" }

// ExportAudit is where the list is taken away as a file.
func ExportAudit(team string) string { return Audit(team) + "/export" }

// AuditFilter is what a list of the audit is narrowed to, as it stands in the address; what is empty does not narrow it.
type AuditFilter struct{ Team, By, About, Object, From, To string }

// On says whether anything narrows the list.
func (f AuditFilter) On() bool { return f != AuditFilter{} }

// Of is the list at an address, Audit or AdminAudit, with the filter.
func (f AuditFilter) Of(list string) string {
	list = with(with(with(list, QueryTeam, f.Team), QueryBy, f.By), QueryAbout, f.About)
	return with(with(with(list, QueryObject, f.Object), QueryFrom, f.From), QueryTo, f.To)
}
