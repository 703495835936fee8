package paths

// DeprecationPattern is what is told of the end of a version.
const DeprecationPattern = "/apis/:slug/:version/deprecation"

// Deprecation tells of the end of a version: dates, reason and successor.
func Deprecation(slug, version string) string { return APIVersion(slug, version) + "/deprecation" }
