package static_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/faregate/faregate/static"
)

var all = []string{static.Basecoat, static.Stylesheet, static.HTMX, static.Script, static.Passkeys, static.Reference, static.Explorer, static.SwaggerUI, static.SwaggerCSS, static.Icons, static.Favicon}

func get(t *testing.T, url string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, url, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestAssetsMayBeKeptForAYear(t *testing.T) {
	for _, name := range all {
		res := get(t, static.URL(name))
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", name, res.StatusCode)
		}
		if got := res.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
		if again := get(t, static.URL(name), "If-None-Match", res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: a known ETag answers %d", name, again.StatusCode)
		}
	}
}

func TestAnOldHashIsNotFoundAndNotKept(t *testing.T) {
	res := get(t, "/static/0000000000000000/"+static.Script)
	if res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("status %d, Cache-Control %q", res.StatusCode, res.Header.Get("Cache-Control"))
	}
}

func TestGzipIsTheSameContent(t *testing.T) {
	plain, _ := io.ReadAll(get(t, static.URL(static.HTMX)).Body)
	res := get(t, static.URL(static.HTMX), "Accept-Encoding", "br, gzip;q=0.8")
	if res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("gzip was accepted but not used")
	}
	zr, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := io.ReadAll(zr)
	if err != nil || string(unzipped) != string(plain) {
		t.Errorf("the compressed copy differs (%v)", err)
	}
	if refused := get(t, static.URL(static.HTMX), "Accept-Encoding", "gzip;q=0"); refused.Header.Get("Content-Encoding") != "" {
		t.Error("gzip was refused but used")
	}
}

// TestVendoredFilesAreWhatTheTableSays compares every vendored file with vendor/README.md, so that an upgrade cannot
// forget the table and an accidental edit cannot pass for upstream's work.
func TestVendoredFilesAreWhatTheTableSays(t *testing.T) {
	table, err := os.ReadFile("vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, m := range regexp.MustCompile("`([^`]+)` \\| `([0-9a-f]{64})`").FindAllStringSubmatch(string(table), -1) {
		listed[m[1]] = m[2]
	}
	err = filepath.WalkDir("vendor", func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "LICENSE" || d.Name() == "README.md" {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		name := strings.TrimPrefix(filepath.ToSlash(file), "vendor/")
		if got := hex.EncodeToString(sum[:]); got != listed[name] {
			t.Errorf("%s has sha256 %s, the table says %q", name, got, listed[name])
		}
		delete(listed, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range listed {
		t.Errorf("%s is in the table but not in the folder", name)
	}
}
