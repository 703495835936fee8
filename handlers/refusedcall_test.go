package handlers

import "testing"

// A path came from a caller, and whoever copies the line pastes it into a shell.
func TestCurlIsSafeToPaste(t *testing.T) {
	const key = " \\\n  -H \"Authorization: Bearer $FAREGATE_KEY\""
	for _, tc := range []struct{ method, url, want string }{
		{"GET", "http://x/invoke/quotes/v1/random", "curl http://x/invoke/quotes/v1/random" + key},
		{"POST", "http://x/invoke/quotes/v1/by/seneca", "curl -X POST http://x/invoke/quotes/v1/by/seneca" + key},
		{"GET", "http://x/$(rm)", "curl 'http://x/$(rm)'" + key},
		{"GET", "http://x/it's;ls", `curl 'http://x/it'\''s;ls'` + key},
	} {
		if got := curl(tc.method, tc.url); got != tc.want {
			t.Errorf("curl(%s, %s) = %s", tc.method, tc.url, got)
		}
	}
}
