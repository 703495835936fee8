package paths

// Patterns of the pages that delete what was never published, and of what was done to an API.
const (
	DeleteAPIPattern     = "/t/:team/apis/:slug/delete"                   // GET asks, POST does
	DeleteVersionPattern = "/t/:team/apis/:slug/versions/:version/delete" // GET asks, POST does
	ActivityPattern      = "/t/:team/apis/:slug/activity"
)

// DeleteAPI asks before it deletes the draft of an API.
func DeleteAPI(team, slug string) string { return Studio(team, slug) + "/delete" }

// DeleteVersion asks before it deletes the draft of a version.
func DeleteVersion(team, slug, version string) string {
	return Version(team, slug, version) + "/delete"
}

// Activity is what was done to an API, newest first.
func Activity(team, slug string) string { return Studio(team, slug) + "/activity" }
