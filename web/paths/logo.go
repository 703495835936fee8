package paths

import "net/url"

// Patterns of an API's logo: for readers, and for the team that owns it.
const (
	LogoPattern       = "/apis/:slug/logo"
	TeamLogoPattern   = "/t/:team/apis/:slug/logo"        // GET shows it, POST sets it
	RemoveLogoPattern = "/t/:team/apis/:slug/logo/remove" // GET asks, POST does
)

// LogoMark is the part of a picture's hash that stands in its address: another picture has another address, so that browsers can
// keep it.
func LogoMark(hash string) string { return hash[:min(len(hash), 12)] }

// QueryLogo is the mark in the address of a logo.
const QueryLogo = "v"

// Logo is an API's logo.
func Logo(slug, hash string) string { return API(slug) + "/logo?" + logoQuery(hash) }

// TeamLogo is the logo of a team's own API, of a draft too.
func TeamLogo(team, slug, hash string) string { return SetLogo(team, slug) + "?" + logoQuery(hash) }

// SetLogo takes another logo.
func SetLogo(team, slug string) string { return Studio(team, slug) + "/logo" }

// RemoveLogo asks before it removes the logo.
func RemoveLogo(team, slug string) string { return SetLogo(team, slug) + "/remove" }

func logoQuery(hash string) string { return url.Values{QueryLogo: {LogoMark(hash)}}.Encode() }
