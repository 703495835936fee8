package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// everything is the scopes of a personal token that has all.
func everything() (scopes []models.Permission) {
	for _, w := range (models.TokenOwner{}).Scopes() {
		scopes = append(scopes, w.Permission)
	}
	return scopes
}

func TestWhatIsWrongWithARequestIsSaidAsAProblem(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	p := app.Program(t, app.Token(t, w.Consumer, "", everything()...))
	for _, row := range []struct {
		what, method, path, body string
		status                   int
		code, says               string // says stands in the answer
	}{
		{"no operation has the address", "GET", "/api/v1/nothing", "", 404, "", ""},
		{"the address is of no version", "GET", "/api/nothing", "", 404, "", ""},
		{"the method is not taken", "DELETE", "/api/v1/teams", "", 405, "", ""},
		{"another method is not taken", "PROPFIND", "/api/v1/teams", "", 405, "", ""},
		{"the body is no JSON", "POST", "/api/v1/teams", `{"name"`, 400, "", "has to be one JSON object"},
		{"two objects are sent", "POST", "/api/v1/teams", `{"name": "x"} {}`, 400, "", ""},
		{"there is no body", "POST", "/api/v1/teams", "", 400, "", ""},
		{"the body is a list", "POST", "/api/v1/teams", `[]`, 422, "invalid_input", `"pointer":"#"`},
		{"the body is too large", "POST", "/api/v1/teams", `{"name": "` + strings.Repeat("x", 1<<20) + `"}`, 413, "", ""},
		{"a field is missing", "POST", "/api/v1/teams", `{}`, 422, "invalid_input", `{"pointer":"#/name","detail":"This field is needed."}`},
		{"a field is of another type", "POST", "/api/v1/teams", `{"name": 5}`, 422, "invalid_input", `"pointer":"#/name"`},
		{"a field is not known", "POST", "/api/v1/teams", `{"name": "x", "provider": true}`, 422, "invalid_input", `{"pointer":"#/provider","detail":"This operation takes no such field."}`},
		{"a field is written in capitals", "POST", "/api/v1/teams", `{"Name": "x"}`, 422, "invalid_input", `"pointer":"#/Name"`},
		{"the rules refuse a value", "POST", "/api/v1/teams", `{"name": " "}`, 422, "invalid_input", `{"pointer":"#/name","detail":"Enter the team's name."}`},
		{"the rules refuse two values", "POST", "/api/v1/teams", `{"name": "", "slug": "A b"}`, 422, "invalid_input", `"pointer":"#/slug"`},
		{"the short name is taken", "POST", "/api/v1/teams", `{"name": "x", "slug": "providers"}`, 422, "invalid_input", "Another team has this short name"},
		{"a parameter is not known", "GET", "/api/v1/teams?offset=5", "", 422, "invalid_input", `{"parameter":"offset","detail":"This operation has no such parameter."}`},
		{"a parameter is out of bounds", "GET", "/api/v1/teams?limit=101", "", 422, "invalid_input", `"parameter":"limit"`},
		{"a role does not exist", "PATCH", "/api/v1/teams/consumers/members/" + w.Consumer.ID, `{"role": "king"}`, 422, "invalid_input", `"pointer":"#/role"`},
		{"the last owner would go", "DELETE", "/api/v1/teams/consumers/members/" + w.Consumer.ID, "", 422, "invalid_input", "at least one owner"},
		{"a member is none", "GET", "/api/v1/teams/consumers/members/usr_1", "", 404, "", ""},
		{"an id is markup", "GET", "/api/v1/teams/consumers/members/%3Cscript%3E", "", 404, "", ""},
	} {
		t.Run(row.what, func(t *testing.T) {
			app.Clock.Move(time.Second)
			reply := p.Ask(row.method, row.path, row.body).Want(row.status)
			if said := reply.Problem(); said.Code != row.code || !strings.Contains(reply.Body, row.says) {
				t.Errorf("%s", reply.Body)
			}
			for _, leak := range []string{"api.", "json:", "sql", "<script", "huma", "goroutine"} {
				if strings.Contains(strings.ReplaceAll(reply.Body, app.Server.URL, ""), leak) {
					t.Errorf("%q stands in %s", leak, reply.Body)
				}
			}
		})
	}
	if reply := p.Ask("POST", "/api/v1/teams", `name=x`, "Content-Type", "application/x-www-form-urlencoded").Want(415); reply.Problem().Code != "" {
		t.Errorf("a form: %s", reply.Body)
	}
}

// A broken store answers nobody with what broke.
func TestAnErrorThatIsNotForeseenIsKeptFromTheCaller(t *testing.T) {
	broken := &brokenStore{}
	app := webtest.New(t, func(_ *handlers.Config, c *web.Config) { broken.Store, c.API = c.API, broken })
	w := app.World(t)
	p := app.Program(t, app.Token(t, w.Consumer, "", everything()...))
	for what, failure := range map[string]any{"an error": fmt.Errorf("secret detail"), "a panic": "secret detail"} {
		broken.failure = failure
		reply := p.Ask("GET", "/api/v1/teams/consumers/members", "").Want(http.StatusInternalServerError)
		if reply.Problem(); strings.Contains(reply.Body, "secret") {
			t.Errorf("%s is told: %s", what, reply.Body)
		}
	}
}

// HEAD is GET without the body (RFC 9110 section 9.3.2), refusals included.
func TestHeadIsGetWithoutTheBody(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	p := app.Program(t, app.Token(t, w.Consumer, "", models.MayView))
	for path, want := range map[string]int{
		"/api/v1/me": 200, "/api/v1/openapi.json": 200, "/api/v1/teams/consumers": 200, "/api/v1/teams/nobody": 404, "/api/v1/nothing": 404, "/api/v1/teams/consumers/wallet": 403,
	} {
		read, head := p.Ask("GET", path, ""), p.Ask("HEAD", path, "")
		if head.Status != want || read.Status != want || head.Body != "" || head.Header.Get("Content-Type") != read.Header.Get("Content-Type") {
			t.Errorf("%s: HEAD is answered %d %s with %q, GET %d %s", path, head.Status, head.Header.Get("Content-Type"), head.Body, read.Status, read.Header.Get("Content-Type"))
		}
	}
}

func TestListsComeInPages(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	p := app.Program(t, app.Token(t, w.Consumer, "", everything()...))
	for _, name := range []string{"Bees", "Ants", "Dogs", "Eels"} {
		p.Ask("POST", "/api/v1/teams", `{"name": "`+name+`"}`).Want(http.StatusCreated)
	}
	var names []string
	next, pages := "/api/v1/teams?limit=2", 0
	for ; next != "" && pages < 9; pages++ {
		var page struct {
			Items []struct{ Name string }
			Next  *string
		}
		reply := p.Ask("GET", next, "").Want(http.StatusOK)
		reply.Into(&page)
		for _, item := range page.Items {
			names = append(names, item.Name)
		}
		link := reply.Header.Get("Link")
		if next = ""; page.Next != nil {
			next = "/api/v1/teams?after=" + *page.Next + "&limit=2"
			if want := "<" + app.Server.URL + next + `>; rel="next"`; link != want {
				t.Errorf("the link is %s, want %s", link, want)
			}
		} else if link != "" {
			t.Errorf("the last page has a link: %s", link)
		}
	}
	if got := strings.Join(names, " "); got != "Ants Bees Consumers Dogs Eels" || pages != 3 {
		t.Errorf("%d pages: %s", pages, got)
	}
	if reply := p.Ask("GET", "/api/v1/teams?after=no-such-cursor", "").Want(http.StatusOK); !strings.Contains(reply.Body, `"items":[]`) {
		t.Errorf("a cursor that was never handed out: %s", reply.Body)
	}
}

func TestATokenHasSoManyRequests(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	secret := app.Token(t, w.Consumer, "", models.MayView)
	p := app.Program(t, secret)
	for i := range 100 {
		reply := p.Ask("GET", "/api/v1/roles", "").Want(http.StatusOK)
		if want := fmt.Sprintf(`"token";r=%d;t=%d`, 99-i, (i+10)/10); reply.Header.Get("RateLimit") != want || reply.Header.Get("RateLimit-Policy") != `"token";q=100;w=10` {
			t.Fatalf("after %d: %s, %s; want %s", i+1, reply.Header.Get("RateLimit"), reply.Header.Get("RateLimit-Policy"), want)
		}
	}
	reply := p.Ask("GET", "/api/v1/roles", "").Want(http.StatusTooManyRequests)
	if reply.Problem().Code != "too_many_requests" || reply.Header.Get("Retry-After") != "1" || reply.Header.Get("RateLimit") != `"token";r=0;t=10` {
		t.Errorf("%v %s", reply.Header, reply.Body)
	}
	app.Program(t, app.Token(t, w.Consumer, "", models.MayView)).Ask("GET", "/api/v1/roles", "").Want(http.StatusOK)
	app.Clock.Move(time.Second)
	p.Ask("GET", "/api/v1/roles", "").Want(http.StatusOK)
}

func TestGuessedTokensAreBoundedByAddress(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	known, fresh := app.Token(t, w.Consumer, "", models.MayView), app.Token(t, w.Consumer, "", models.MayView)
	app.Program(t, known).Ask("GET", "/api/v1/me", "").Want(http.StatusOK)
	for i, guess := range []string{"fgp_nonsense", models.NewTokenSecret()} {
		for range 10 {
			reply := app.Program(t, guess).Ask("GET", "/api/v1/me", "").Want(http.StatusUnauthorized)
			if reply.Problem().Code != "invalid_token" || !strings.Contains(reply.Header.Get("WWW-Authenticate"), `error="invalid_token"`) {
				t.Fatalf("guess %d: %s", i, reply.Body)
			}
		}
	}
	for what, secret := range map[string]string{"a guess": models.NewTokenSecret(), "nonsense": "fgp_x", "a token that has never worked": fresh} {
		reply := app.Program(t, secret).Ask("GET", "/api/v1/me", "").Want(http.StatusTooManyRequests)
		if reply.Problem().Code != "too_many_requests" || reply.Header.Get("Retry-After") != "5" {
			t.Errorf("%s: %v %s", what, reply.Header, reply.Body)
		}
	}
	app.Program(t, known).Ask("GET", "/api/v1/me", "").Want(http.StatusOK)
	app.Program(t, "").Ask("GET", "/api/v1/me", "").Want(http.StatusUnauthorized)
	app.Clock.Move(10 * time.Second)
	app.Program(t, fresh).Ask("GET", "/api/v1/me", "").Want(http.StatusOK)
}

func TestWhoHasToVerifyTheirAddressIsToldSo(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) { c.RequireVerified = true })
	user, err := app.Store.SignUp(t.Context(), models.System, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	reply := app.Program(t, app.Token(t, user, "", everything()...)).Ask("GET", "/api/v1/me", "").Want(http.StatusForbidden)
	if reply.Problem().Code != "address_not_verified" {
		t.Errorf("%s", reply.Body)
	}
}
