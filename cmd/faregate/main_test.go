package main

import (
	"database/sql"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// faregate is this program as a process of its own: the test binary, which is main when it is told to. The process it reads
// documents in has no environment, and is known by its argument.
var faregate = program.Binary{Env: []string{"RUN_AS_FAREGATE=yes"}}

func TestMain(m *testing.M) {
	if os.Getenv("RUN_AS_FAREGATE") != "" || len(os.Args) == 2 && os.Args[1] == readDocument {
		main()
	}
	var err error
	if faregate.Path, err = os.Executable(); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// freeAddr is an address that nobody listens on, for those tests that must know it beforehand.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// get asks for an address without a key or a cookie.
func get(t *testing.T, url string) program.Answer {
	t.Helper()
	return program.Curl(t, "", url)
}

// visitor keeps cookies and follows redirects, as a browser does.
type visitor struct {
	t      *testing.T
	portal string
	client *http.Client
}

func visit(t *testing.T, portal string) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t, portal, &http.Client{Jar: jar, Timeout: program.Patience}}
}

func (v visitor) get(path string) program.Answer {
	v.t.Helper()
	return v.do(http.MethodGet, path, "")
}

// post sends a form, given as names and values in turn.
func (v visitor) post(path string, fields ...string) program.Answer {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return v.do(http.MethodPost, path, form.Encode())
}

func (v visitor) do(method, path, body string) program.Answer {
	v.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = v.portal + path
	}
	r, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	a, err := program.SendWith(v.client, r)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// wants ends the test unless an answer has the status and says all texts.
func wants(t *testing.T, a program.Answer, status int, says ...string) program.Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("got %d, want %d: %s", a.Status, status, a.Body)
	}
	for _, text := range says {
		if !strings.Contains(a.Body, text) {
			t.Fatalf("the answer does not say %q: %s", text, a.Body)
		}
	}
	return a
}

// openDatabase looks into a database that no process has open.
func openDatabase(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "faregate.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
