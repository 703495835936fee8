package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/webtest"
)

const members = "/api/v1/teams/consumers/members/"

// member makes somebody a member of the consumers' team.
func member(t *testing.T, app *webtest.App, w storetest.World, name string, role models.Role) models.User {
	t.Helper()
	user, err := app.Store.AddUser(t.Context(), models.NewUser{Name: name, Email: strings.ToLower(name) + "@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	carl := models.Actor{UserID: w.Consumer.ID}
	if err := app.Store.SetJoinDomain(t.Context(), carl, w.ConsumerTeam.ID, "example.test"); err != nil {
		t.Fatal(err)
	}
	if err := app.Store.AskToJoin(t.Context(), models.Actor{UserID: user.ID}, w.ConsumerTeam.ID); err != nil {
		t.Fatal(err)
	}
	open, err := app.Store.OpenJoinRequests(t.Context(), w.ConsumerTeam.ID, models.Page{})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Store.AcceptJoinRequest(t.Context(), carl, w.ConsumerTeam.ID, open.Rows[0].JoinRequest.ID, role); err != nil {
		t.Fatal(err)
	}
	return user
}

// A token cannot prove anew who asks, as people do on pages before they make owners; the scope is the consent instead.
func TestOnlyATokenWithTheScopeMakesAndUnmakesOwners(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	ada, olga := member(t, app, w, "Ada", models.RoleDeveloper), member(t, app, w, "Olga", models.RoleOwner)
	owns := app.Program(t, app.Token(t, w.Consumer, "", models.MayManageTeam, models.MayOwnTeam))
	manages := app.Program(t, app.Token(t, w.Consumer, "", models.MayManageTeam))
	teams := app.Program(t, app.Token(t, w.Consumer, w.ConsumerTeam.ID, models.MayManageTeam))
	for _, row := range []struct {
		what               string
		method, path, body string
		person             bool // it takes a personal token in any case
	}{
		{"make an owner", "PATCH", members + ada.ID, `{"role": "owner"}`, false},
		{"unmake an owner", "PATCH", members + olga.ID, `{"role": "admin"}`, false},
		{"invite an owner", "POST", "/api/v1/teams/consumers/invitations", `{"email": "new@example.test", "role": "owner"}`, true},
		{"remove an owner", "DELETE", members + ada.ID, "", false},
	} {
		if reply := manages.Ask(row.method, row.path, row.body).Want(http.StatusForbidden); reply.Problem().Code != "role_not_enough" || !strings.Contains(reply.Body, "owners") {
			t.Errorf("%s without the scope: %s", row.what, reply.Body)
		}
		want := "role_not_enough"
		if row.person {
			want = "person_needed"
		}
		if reply := teams.Ask(row.method, row.path, row.body).Want(http.StatusForbidden); reply.Problem().Code != want {
			t.Errorf("%s by the team's token: %s", row.what, reply.Body)
		}
		if reply := owns.Ask(row.method, row.path, row.body); reply.Status >= 300 {
			t.Errorf("%s with the scope: %s", row.what, reply.Body)
		}
	}
}

// Handing a team over makes one owner and unmakes another, at once.
func TestATeamIsHandedOver(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	ada := member(t, app, w, "Ada", models.RoleDeveloper)
	owns := app.Program(t, app.Token(t, w.Consumer, "", models.MayView, models.MayManageTeam, models.MayOwnTeam))
	const path = "/api/v1/teams/consumers/hand-over"
	if reply := owns.Ask("POST", path, `{"member": "`+w.Consumer.ID+`"}`).Want(http.StatusUnprocessableEntity); reply.Problem().Errors[0].Pointer != "#/member" {
		t.Errorf("to oneself: %s", reply.Body)
	}
	owns.Ask("POST", path, `{"member": "`+w.Provider.ID+`"}`).Want(http.StatusNotFound)
	if reply := owns.Ask("POST", path, `{"member": "`+ada.ID+`"}`).Want(http.StatusOK); !strings.Contains(reply.Body, `"role":"owner"`) {
		t.Errorf("the answer is %s", reply.Body)
	}
	if reply := owns.Ask("GET", members+w.Consumer.ID, "").Want(http.StatusOK); !strings.Contains(reply.Body, `"role":"admin"`) {
		t.Errorf("who handed it over is %s", reply.Body)
	}
	if reply := owns.Ask("POST", path, `{"member": "`+ada.ID+`"}`).Want(http.StatusForbidden); reply.Problem().Code != "role_not_enough" {
		t.Errorf("who owns it no more: %s", reply.Body)
	}
}

// The days of somebody in a team, by a program that is nobody.
func TestATeamsTokenManagesItsPeople(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	ada := member(t, app, w, "Ada", models.RoleDeveloper)
	p := app.Program(t, app.Token(t, w.Consumer, w.ConsumerTeam.ID, models.MayView, models.MayManageTeam))
	var list struct {
		Items []struct{ ID, Name, Role string }
	}
	p.Ask("GET", members[:len(members)-1], "").Want(http.StatusOK).Into(&list)
	if len(list.Items) != 2 || list.Items[1].ID != ada.ID || list.Items[1].Role != "developer" {
		t.Errorf("%+v", list)
	}
	var changed struct {
		Role string
		Keys int
	}
	p.Ask("PATCH", members+ada.ID, `{"role": "admin"}`).Want(http.StatusOK).Into(&changed)
	if changed.Role != "admin" {
		t.Errorf("%+v", changed)
	}
	p.Ask("DELETE", members+ada.ID, "").Want(http.StatusNoContent)
	p.Ask("GET", members+ada.ID, "").Want(http.StatusNotFound)

	bob, err := app.Store.AddUser(t.Context(), models.NewUser{Name: "Bob", Email: "bob@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Store.AskToJoin(t.Context(), models.Actor{UserID: bob.ID}, w.ConsumerTeam.ID); err != nil {
		t.Fatal(err)
	}
	var asking struct {
		Items []struct {
			ID   string
			User struct{ ID string }
		}
	}
	p.Ask("GET", "/api/v1/teams/consumers/join-requests", "").Want(http.StatusOK).Into(&asking)
	if len(asking.Items) != 1 || asking.Items[0].User.ID != bob.ID {
		t.Fatalf("%+v", asking)
	}
	request := "/api/v1/teams/consumers/join-requests/" + asking.Items[0].ID
	p.Ask("POST", request+"/accept", `{"role": "viewer"}`).Want(http.StatusNoContent)
	if reply := p.Ask("POST", request+"/decline", "").Want(http.StatusConflict); reply.Problem().Code != "state_conflict" {
		t.Errorf("%s", reply.Body)
	}
	p.Ask("GET", members+bob.ID, "").Want(http.StatusOK)
	if reply := p.Ask("PUT", "/api/v1/teams/consumers/join-domain", `{"domain": ""}`).Want(http.StatusForbidden); reply.Problem().Code != "person_needed" {
		t.Errorf("%s", reply.Body)
	}
}

func TestInvitationsAreSentAgainAndWithdrawn(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	p := app.Program(t, app.Token(t, w.Consumer, "", models.MayManageTeam))
	var sent, again struct{ ID, Email, Role, State string }
	p.Ask("POST", invitations, `{"email": " New@Example.test", "role": "viewer"}`).Want(http.StatusCreated).Into(&sent)
	if sent.Email != "new@example.test" || sent.Role != "viewer" || sent.State != "open" {
		t.Errorf("%+v", sent)
	}
	p.Ask("POST", invitations+"/"+sent.ID+"/resend", "").Want(http.StatusCreated).Into(&again)
	mails := slices.DeleteFunc(app.Mails(t), func(m models.Mail) bool { return m.Recipient != sent.Email })
	if again.ID == sent.ID || again.Email != sent.Email || len(mails) != 2 {
		t.Errorf("%+v, %d mails", again, len(mails))
	}
	p.Ask("DELETE", invitations+"/"+sent.ID, "").Want(http.StatusNotFound)
	p.Ask("DELETE", invitations+"/"+again.ID, "").Want(http.StatusNoContent)
	if reply := p.Ask("GET", invitations, "").Want(http.StatusOK); !strings.Contains(reply.Body, `"items":[]`) || strings.Contains(reply.Body, "secret") {
		t.Errorf("%s", reply.Body)
	}
}

func TestATeamThatHoldsMoneyIsNotDeleted(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ProviderTeam.ID, models.Unit)
	p := app.Program(t, app.Token(t, w.Provider, "", everything()...))
	problem := p.Ask("DELETE", "/api/v1/teams/providers", "").Want(http.StatusConflict).Problem()
	if said := strings.Join(problem.Obstacles, " "); problem.Code != "team_not_empty" || len(problem.Obstacles) != 2 || !strings.Contains(said, "1.00 USD") || !strings.Contains(said, "Quotes") {
		t.Errorf("%+v", problem)
	}
	p.Ask("POST", "/api/v1/teams", `{"name": "Empty"}`).Want(http.StatusCreated)
	p.Ask("DELETE", "/api/v1/teams/empty", "").Want(http.StatusNoContent)
	p.Ask("GET", "/api/v1/teams/empty", "").Want(http.StatusNotFound)
}
