package paths

import (
	"net/url"
	"strconv"
)

// Propose is where a release of a version's draft is proposed for review.
func Propose(team, slug, version string) string { return Version(team, slug, version) + "/propose" }

// Releases lists the releases of a version.
func Releases(team, slug, version string) string { return Version(team, slug, version) + "/releases" }

// Release is one release of a version, by its number.
func Release(team, slug, version string, number int) string {
	return Releases(team, slug, version) + "/" + strconv.Itoa(number)
}

// OpenRelease leads to a release by its id.
func OpenRelease(team, id string) string { return Team(team) + "/releases/" + url.PathEscape(id) }

// ReviewRelease is where a release is approved or declined.
func ReviewRelease(team, slug, version string, number int) string {
	return Release(team, slug, version, number) + "/review"
}

// WithdrawRelease takes a proposal back.
func WithdrawRelease(team, slug, version string, number int) string {
	return Release(team, slug, version, number) + "/withdraw"
}

// CancelRelease takes a scheduled release back.
func CancelRelease(team, slug, version string, number int) string {
	return Release(team, slug, version, number) + "/cancel"
}

// RollBack asks before it publishes again what an earlier release served.
func RollBack(team, slug, version string, number int) string {
	return Release(team, slug, version, number) + "/roll-back"
}

// Block asks before it stops all calls of a version.
func Block(team, slug, version string) string { return Version(team, slug, version) + "/block" }

// Unblock lets calls of a version through again.
func Unblock(team, slug, version string) string { return Version(team, slug, version) + "/unblock" }

// AdminAPI is an API with its versions, for administrators.
func AdminAPI(slug string) string { return AdminAPIs + "/" + url.PathEscape(slug) }

// AdminBlock asks before an administrator stops all calls of a version.
func AdminBlock(slug, version string) string {
	return AdminAPI(slug) + "/" + url.PathEscape(version) + "/block"
}

// AdminUnblock takes back what administrators have blocked.
func AdminUnblock(slug, version string) string {
	return AdminAPI(slug) + "/" + url.PathEscape(version) + "/unblock"
}

// ReleaseReview is where a team chooses whether its releases are reviewed.
func ReleaseReview(team string) string { return TeamSettings(team) + "/release-review" }
