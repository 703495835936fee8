package gateway_test

import (
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/models"
)

func TestADocumentIsFetchedFromWhereCallsMayGo(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/openapi.json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"openapi":"3.1.1"}`)) })
	mux.Handle("/moved", http.RedirectHandler("/openapi.json", http.StatusFound))
	mux.Handle("/round", http.RedirectHandler("/round", http.StatusFound))
	mux.Handle("/file", http.RedirectHandler("file:///etc/passwd", http.StatusFound))
	mux.Handle("/inside", http.RedirectHandler("http://10.0.0.1/openapi.json", http.StatusFound))
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat(" ", models.MaxDocument+1)))
	})
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		_, _ = packed.Write([]byte(strings.Repeat(" ", 2*models.MaxDocument)))
		_ = packed.Close()
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99")
		_, _ = w.Write([]byte("half"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	secure := httptest.NewTLSServer(http.RedirectHandler(server.URL+"/openapi.json", http.StatusFound))
	defer secure.Close()
	for _, row := range []struct {
		sentence, address string
		upstreams         gateway.Upstreams
		says              string // of the error; "" if there is none
	}{
		{"what is there", server.URL + "/openapi.json?v=1", gateway.Upstreams{Loopback: true}, ""},
		{"what has moved", server.URL + "/moved", gateway.Upstreams{Loopback: true}, ""},
		{"what moves for ever", server.URL + "/round", gateway.Upstreams{Loopback: true}, "too often"},
		{"a redirect to a file", server.URL + "/file", gateway.Upstreams{Loopback: true}, "cannot be fetched from"},
		{"a redirect into a private network", server.URL + "/inside", gateway.Upstreams{Loopback: true}, "10.0.0.1 is in a private or reserved network"},
		{"this machine", server.URL + "/openapi.json", gateway.Upstreams{}, "is in a private or reserved network"},
		{"a file", "file:///etc/passwd", gateway.Upstreams{Loopback: true}, "begins with https:// or http://"},
		{"what is not there", server.URL + "/none", gateway.Upstreams{Loopback: true}, "answered 404 Not Found"},
		{"what is too large", server.URL + "/large", gateway.Upstreams{Loopback: true}, "larger than 20 MiB"},
		{"what is too large once it is unpacked", server.URL + "/bomb", gateway.Upstreams{Loopback: true}, "larger than 20 MiB"},
		{"what breaks off", server.URL + "/cut", gateway.Upstreams{Loopback: true}, "Nothing that could be read came from"},
		{"a certificate that nobody knows", secure.URL, gateway.Upstreams{Loopback: true}, "Nothing that could be read came from"},
		{"nobody", "http://127.0.0.1:1/openapi.json", gateway.Upstreams{Loopback: true}, "Nothing that could be read came from 127.0.0.1:1"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			raw, err := row.upstreams.FetchDocument(context.Background(), row.address)
			switch {
			case row.says == "":
				if err != nil || string(raw) != `{"openapi":"3.1.1"}` {
					t.Errorf("%q, %v", raw, err)
				}
			case err == nil || !strings.Contains(err.Error(), row.says):
				t.Errorf("%v, want %q", err, row.says)
			}
		})
	}
}
