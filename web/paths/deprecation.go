package paths

import "net/url"

// DeprecationPattern is what is told of the end of a version.
const DeprecationPattern = "/apis/:slug/:version/deprecation"

// Patterns of the pages on which a provider ends a version, and of the act by which a subscriber says that it was read.
const (
	DeprecatePattern         = "/t/:team/apis/:slug/versions/:version/deprecate" // GET asks or shows, POST announces
	ChangeDeprecationPattern = "/t/:team/apis/:slug/versions/:version/deprecate/change"
	UndoDeprecationPattern   = "/t/:team/apis/:slug/versions/:version/deprecate/undo"
	RetirePattern            = "/t/:team/apis/:slug/versions/:version/retire"
	BringBackPattern         = "/t/:team/apis/:slug/versions/:version/bring-back"
	VersionCallersPattern    = "/t/:team/apis/:slug/versions/:version/callers"
	VersionOperationsPattern = "/t/:team/apis/:slug/versions/:version/operations"
	DeprecationReadPattern   = "/t/:team/apis/:slug/versions/:version/acknowledgements"
	AcknowledgePattern       = "/t/:team/deprecations/:version/acknowledge" // POST; the version's id
)

// Deprecation tells of the end of a version: dates, reason and successor.
func Deprecation(slug, version string) string { return APIVersion(slug, version) + "/deprecation" }

// Deprecate is where the end of a version is announced, and where its provider sees what was.
func Deprecate(team, slug, version string) string {
	return Version(team, slug, version) + "/deprecate"
}

// ChangeDeprecation is where something else is put in the place of what was announced.
func ChangeDeprecation(team, slug, version string) string {
	return Deprecate(team, slug, version) + "/change"
}

// UndoDeprecation is where it is taken back.
func UndoDeprecation(team, slug, version string) string {
	return Deprecate(team, slug, version) + "/undo"
}

// Retire is where a version is retired before its time.
func Retire(team, slug, version string) string { return Version(team, slug, version) + "/retire" }

// BringBack is where a retired version is brought back.
func BringBack(team, slug, version string) string {
	return Version(team, slug, version) + "/bring-back"
}

// VersionCallers lists who still calls a version.
func VersionCallers(team, slug, version string) string {
	return Version(team, slug, version) + "/callers"
}

// VersionOperations lists what is called of a version.
func VersionOperations(team, slug, version string) string {
	return Version(team, slug, version) + "/operations"
}

// QueryOperation keeps a version's callers to those of one operation, by its identity; "" is what is in no document.
const QueryOperation = "operation"

// OperationCallers lists who calls one operation of a version.
func OperationCallers(team, slug, version, operation string) string {
	return VersionCallers(team, slug, version) + "?" + url.Values{QueryOperation: {operation}}.Encode()
}

// DeprecationRead lists who has acknowledged what is announced of a version.
func DeprecationRead(team, slug, version string) string {
	return Version(team, slug, version) + "/acknowledgements"
}

// Acknowledge is where a team that has a subscription says that it has read what is announced of a version, named by its id.
func Acknowledge(team, version string) string {
	return Team(team) + "/deprecations/" + version + "/acknowledge"
}
