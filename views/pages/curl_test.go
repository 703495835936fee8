package pages_test

import (
	"testing"

	"github.com/faregate/faregate/views/pages"
)

// A path came from a caller, and whoever copies the line pastes it into a shell.
func TestCurlIsSafeToPaste(t *testing.T) {
	const key = " \\\n  -H \"Authorization: Bearer $FAREGATE_KEY\""
	for _, tc := range []struct{ method, url, want string }{
		{"GET", "http://x/invoke/quotes/v1/random", "curl http://x/invoke/quotes/v1/random" + key},
		{"POST", "http://x/invoke/quotes/v1/by/seneca", "curl -X POST http://x/invoke/quotes/v1/by/seneca" + key},
		{"GET", "http://x/$(rm)", "curl 'http://x/$(rm)'" + key},
		{"GET", "http://x/quotes?on=money&n=2", "curl 'http://x/quotes?on=money&n=2'" + key},
		{"GET", "http://x/it's;ls", `curl 'http://x/it'\''s;ls'` + key},
	} {
		if got := pages.Curl(tc.method, tc.url, "$FAREGATE_KEY"); got != tc.want {
			t.Errorf("Curl(%s, %s) = %s", tc.method, tc.url, got)
		}
	}
}
