// Package static holds what browsers load besides pages: stylesheets, scripts, icons and the mark. Everything is embedded
// in the binary and served from our own origin under its content hash, so a browser may keep it for a year and never asks
// a third party for anything. Hashes are made once, when the package loads, and a compressed copy when it is first asked for.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"sort"
	"strings"
	"sync"
)

//go:embed css js vendor favicon.svg
var files embed.FS

// Prefix is where Handler is mounted; the rest of an address is the content's hash and the asset's name.
const Prefix = "/static/"

// The names that pages ask URL for.
const (
	Basecoat   = "basecoat.css"
	Stylesheet = "faregate.css" // css/*.css in lexical order, joined
	HTMX       = "htmx.js"
	Script     = "faregate.js"
	Passkeys   = "passkeys.js"  // only for pages that ask for one
	Reference  = "reference.js" // only for lists of operations
	Explorer   = "explorer.js"  // and the two below: only for the explorer
	SwaggerUI  = "swagger-ui.js"
	SwaggerCSS = "swagger-ui.css"
	Icons      = "icons.svg" // the vendored Lucide icons as one sprite
	Favicon    = "favicon.svg"
)

const (
	vendoredBasecoat = "vendor/basecoat-css-1.0.2/basecoat-base.cdn.min.css"
	vendoredHTMX     = "vendor/htmx.org-2.0.11/htmx.min.js"
	vendoredSwagger  = "vendor/swagger-ui-dist-5.35.0"
	vendoredLucide   = "vendor/lucide-static-1.62.0"
)

// contentTypes are what browsers insist on under nosniff. The system's own table is not asked: it differs by machine.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

type asset struct {
	hash, contentType string
	plain             []byte
	zipped            func() []byte // nil where compressing gains nothing; made once
}

var assets, iconNames = load()

// URL is the address of an asset. A name that does not exist is a programming error and panics; a test asks for them all.
func URL(name string) string {
	a, ok := assets[name]
	if !ok {
		panic(fmt.Sprintf("static: no asset %q", name))
	}
	return Prefix + a.hash + "/" + name
}

// HasIcon says whether the sprite holds an icon of that name.
func HasIcon(name string) bool { return iconNames[name] }

// Handler serves /static/{hash}/{file}. A hash that is not the asset's present one answers 404 and must not be cached:
// during a roll-out the next request may reach a process that knows it.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
			return
		}
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		a, ok := assets[name]
		if !ok || a.hash != hash {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "No such file.", http.StatusNotFound)
			return
		}
		a.serve(w, r)
	})
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", a.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	if strings.HasPrefix(a.contentType, "image/svg") {
		// The favicon chooses its colour by the reader's theme, which takes a style element; nothing else may run in it.
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	}
	body, tag := a.plain, `"`+a.hash+`"`
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if zipped := a.zipped(); zipped != nil {
			body, tag = zipped, `"`+a.hash+`-gz"`
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", tag)
	if match := r.Header.Get("If-None-Match"); match == "*" || strings.Contains(match, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the reader went away; nobody is left to tell
}

// acceptsGzip reads Accept-Encoding just far enough: gzip is named and not refused by a zero weight.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q := strings.ReplaceAll(weight, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

func load() (map[string]asset, map[string]bool) {
	sprite, names := sprite()
	made := map[string]asset{}
	for name, content := range map[string][]byte{
		Basecoat:   read(vendoredBasecoat),
		Stylesheet: join("css/*.css"),
		HTMX:       read(vendoredHTMX),
		Script:     read("js/faregate.js"),
		Passkeys:   read("js/passkeys.js"),
		Reference:  read("js/reference.js"),
		Explorer:   read("js/explorer.js"),
		SwaggerUI:  read(vendoredSwagger + "/swagger-ui-bundle.js"),
		SwaggerCSS: read(vendoredSwagger + "/swagger-ui.css"),
		Icons:      sprite,
		Favicon:    read("favicon.svg"),
	} {
		made[name] = newAsset(name, content)
	}
	return made, names
}

func newAsset(name string, content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{
		hash: hex.EncodeToString(sum[:8]), contentType: contentTypes[path.Ext(name)], plain: content,
		zipped: sync.OnceValue(func() []byte { return zip(content) }),
	}
}

// zip compresses as far as gzip can, and returns nil where that gains nothing.
func zip(content []byte) []byte {
	var buf bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression) // fails only for an unknown level
	_, _ = zw.Write(content)                                 // a bytes.Buffer takes everything
	_ = zw.Close()
	if buf.Len() >= len(content) {
		return nil
	}
	return buf.Bytes()
}

// sprite turns the vendored icon files into one file of symbols, so that a page names an icon instead of repeating it.
// Stroke and size are left to the stylesheet.
func sprite() ([]byte, map[string]bool) {
	names := map[string]bool{}
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, file := range glob(vendoredLucide + "/*.svg") {
		name := strings.TrimSuffix(path.Base(file), ".svg")
		svg := string(read(file))
		start := strings.Index(svg, "<svg")
		open := start + strings.Index(svg[start:], ">")
		end := strings.LastIndex(svg, "</svg>")
		fmt.Fprintf(&b, `<symbol id=%q viewBox="0 0 24 24">%s</symbol>`, name, strings.TrimSpace(svg[open+1:end]))
		names[name] = true
	}
	b.WriteString(`</svg>`)
	return b.Bytes(), names
}

func join(pattern string) []byte {
	var b bytes.Buffer
	for _, file := range glob(pattern) {
		b.Write(read(file))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func glob(pattern string) []string {
	found, err := fs.Glob(files, pattern)
	if err != nil || len(found) == 0 {
		panic(fmt.Sprintf("static: nothing embedded matches %s", pattern))
	}
	sort.Strings(found)
	return found
}

func read(name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("static: %v", err)) // the binary was built without its files
	}
	return content
}
