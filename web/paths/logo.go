package paths

import "net/url"

// LogoPattern is an API's logo.
const LogoPattern = "/apis/:slug/logo"

// Logo is an API's logo. The hash makes another address of another picture, so that browsers can keep it.
func Logo(slug, hash string) string {
	return API(slug) + "/logo?" + url.Values{"v": {hash[:min(len(hash), 12)]}}.Encode()
}
