package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// What is no document or leads to none is refused at once; what is wrong with a document the import says.
func TestDocumentsThatAreSent(t *testing.T) {
	app, _, p := provider(t)
	for _, row := range []struct {
		what, method, path, media, body string
		status                          int
		says                            string
	}{
		{"more than 20 MiB", "PUT", "/document", "application/json", strings.Repeat(" ", 20<<20+1), http.StatusRequestEntityTooLarge, ""},
		{"nothing", "PUT", "/document", "application/json", "", http.StatusBadRequest, "empty"},
		{"a file's address", "POST", "/imports", "application/json", `{"url": "file:///etc/passwd"}`, http.StatusUnprocessableEntity, "#/url"},
		{"an address with a password", "POST", "/imports", "application/json", `{"url": "https://ada:secret@x.example.test/a.json"}`, http.StatusUnprocessableEntity, "#/url"},
		{"no address", "POST", "/imports", "application/json", `{"url": " "}`, http.StatusUnprocessableEntity, "#/url"},
		{"a form", "POST", "/imports", "application/x-www-form-urlencoded", "url=https%3A%2F%2Fx.example.test", http.StatusUnsupportedMediaType, ""},
		{"a body of 2 MiB", "POST", "/imports", "application/json", `{"url": "https://x.example.test/` + strings.Repeat("a", 2<<20) + `"}`, http.StatusRequestEntityTooLarge, ""},
	} {
		app.Clock.Move(time.Minute)
		reply := p.Ask(row.method, ownVersion+row.path, row.body, "Content-Type", row.media)
		if reply.Status != row.status || !strings.Contains(reply.Body, row.says) {
			t.Errorf("%s: %d %.300s", row.what, reply.Status, reply.Body)
		}
	}
	p.Ask("GET", ownVersion+"/document", "").Want(http.StatusNotFound)
	p.Ask("GET", ownVersion+"/findings", "").Want(http.StatusNotFound)
	p.Ask("GET", "/api/v1/teams/providers/imports/imp_nothing", "").Want(http.StatusNotFound)
}
