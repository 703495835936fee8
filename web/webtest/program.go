package webtest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

// Program asks the management API with a token.
type Program struct {
	t     testing.TB
	app   *App
	token string
}

// Reply is what a program is answered.
type Reply struct {
	t      testing.TB
	asked  string
	Status int
	Header http.Header
	Body   string
}

// Problem is the body of a refusal.
type Problem struct {
	Type, Title, Code, Detail string
	RequestID                 string `json:"request_id"`
	Status                    int
	Errors                    []struct{ Pointer, Parameter, Detail string }
	Obstacles                 []string
}

// Token makes an API token of a user's: their own if teamID is "", else for the team.
func (a *App) Token(t testing.TB, user models.User, teamID string, scopes ...models.Permission) string {
	t.Helper()
	secret := models.NewTokenSecret()
	if _, err := a.Store.CreateToken(t.Context(), models.Actor{UserID: user.ID}, teamID, models.NewAPIToken{Name: "test", Scopes: scopes}, secret); err != nil {
		t.Fatal(err)
	}
	return secret
}

// Program is one that has a token, "" for none.
func (a *App) Program(t testing.TB, token string) *Program { return &Program{t, a, token} }

// Ask sends a request to an address of the portal. What is sent is JSON, "" for no body. Headers are given as names and values in turn.
func (p *Program) Ask(method, path, body string, headers ...string) Reply {
	p.t.Helper()
	answer, err := p.app.Server.Client().Do(p.request(p.t.Context(), method, path, body, headers))
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return Reply{t: p.t, asked: method + " " + path, Status: answer.StatusCode, Header: answer.Header, Body: string(read)}
}

// HangUp is Ask, and hangs up once it is told to. It returns the error of the request that has no answer then.
func (p *Program) HangUp(method, path, body string, when <-chan struct{}, headers ...string) error {
	ctx, hangUp := context.WithCancel(context.Background())
	go func() { <-when; hangUp() }()
	answer, err := p.app.Server.Client().Do(p.request(ctx, method, path, body, headers))
	if err == nil {
		err = answer.Body.Close()
	}
	return err
}

func (p *Program) request(ctx context.Context, method, path, body string, headers []string) *http.Request {
	p.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, p.app.Server.URL+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// Want fails the test unless the reply has the status.
func (r Reply) Want(status int) Reply {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("%s answered %d, want %d:\n%s", r.asked, r.Status, status, r.Body)
	}
	return r
}

// Into reads the reply's JSON, and fails the test if there is none.
func (r Reply) Into(v any) {
	r.t.Helper()
	if err := json.Unmarshal([]byte(r.Body), v); err != nil {
		r.t.Fatalf("%s answered %d %q: %v", r.asked, r.Status, r.Body, err)
	}
}

// Problem is the reply's body as a refusal, whose form it checks.
func (r Reply) Problem() (p Problem) {
	r.t.Helper()
	r.Into(&p)
	if r.Header.Get("Content-Type") != "application/problem+json" || p.Status != r.Status || p.Title == "" || p.RequestID == "" || p.RequestID != r.Header.Get("Faregate-Request-Id") {
		r.t.Errorf("%s answered %d %q, which is no whole problem:\n%s", r.asked, r.Status, r.Header.Get("Content-Type"), r.Body)
	}
	if blank := p.Type == "about:blank"; blank != (p.Code == "") || !blank && !strings.HasSuffix(p.Type, "/problems/"+p.Code) {
		r.t.Errorf("%s: the type %q does not go with the code %q", r.asked, p.Type, p.Code)
	}
	return p
}
