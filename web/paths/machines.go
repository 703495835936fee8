package paths

import "net/url"

// What machines read of the catalogue. All of it shows what the reader may see.
const (
	APICatalog = "/.well-known/api-catalog" // RFC 9727
	APIsJSON   = "/apis.json"
	LLMsText   = "/llms.txt"
	Sitemap    = "/sitemap.xml"
	Robots     = "/robots.txt"
)

// SitemapPart is one of the sitemaps that the sitemap lists: what comes after a cursor.
func SitemapPart(cursor string) string {
	return Sitemap + "?" + url.Values{QueryAfter: {cursor}}.Encode()
}
