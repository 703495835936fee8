package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// Where a team's money is and where it went, as programs read it.
func TestProgramsReadWhereTheMoneyWent(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	app.Grant(t, w.ConsumerTeam.ID, 2*models.Unit)
	last := settle(t, app, w, webtest.Price, webtest.Price, 0)
	denial := refuse(t, app, models.Denial{TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID, Code: "insufficient_credits", Required: 5})
	p := app.Program(t, app.Token(t, w.Consumer, "", allScopes("", "")...))
	const at = "/api/v1/teams/consumers/"
	for path, says := range map[string][]string{
		"wallet":                   {`"balance":{"amount":"2960000000","unit":"nanousd"}`, `"available":{"amount":"2960000000"`, `"currency":"USD"`, `"top_up_url":"` + app.Server.URL + `/billing/top-up`},
		"wallet/statement?limit=1": {`"kind":"grant"`, `"amount":{"amount":"2000000000"`, `"balance":{"amount":"3000000000"`, `"next":"`},
		"wallet/open-usage":        {`"api":"Quotes"`, `"calls":2`, `"amount":{"amount":"40000000"`, `"credit":"promo"`},
		"wallet/top-ups":           {`{"items":[],"next":null}`},
		"calls?status=2xx&limit=1": {`"status":200`, `"charge":{"amount":"20000000"`, `"api":{"slug":"quotes","name":"Quotes"}`, `"next":"`},
		"calls?api=other":          {`{"items":[],"next":null}`},
		"calls/" + last.String():   {`"status":502`, `"charge":{"amount":"0"`, `"id":"` + last.String()},
		"refusals":                 {`"code":"insufficient_credits"`, `"status":402`, `"last_id":"` + denial.ID},
		"refusals?code=not_found":  {`{"items":[],"next":null}`},
		"refusals/" + denial.ID:    {`"required":{"amount":"5"`, `"now":{"known":true,"allowed":true}`, `"top_up_url":"` + app.Server.URL + `/billing/top-up?ref=`},
		"limits":                   {`"time_zone":"UTC"`, `"budgets":{}`, `"day":{"spent":{"amount":"40000000"`},
	} {
		if reply := p.Ask("GET", at+path, "").Want(http.StatusOK); !saysAll(reply.Body, says) {
			t.Errorf("%s says %s, and not all of %q", path, reply.Body, says)
		}
	}
	set := p.Ask("PUT", at+"limits", `{"time_zone": "Europe/Lisbon", "budgets": {"month": {"amount": "50000000", "unit": "nanousd"}}}`).Want(http.StatusOK)
	read := p.Ask("GET", at+"limits", "").Want(http.StatusOK)
	if want := []string{`"time_zone":"Europe/Lisbon"`, `"budgets":{"month":{"amount":"50000000","unit":"nanousd"}}`}; !saysAll(set.Body, want) || !saysAll(read.Body, want) {
		t.Errorf("the limits are %s, then %s", set.Body, read.Body)
	}
	for _, path := range []string{"calls/req_nothing", "refusals/dny_nothing"} {
		p.Ask("GET", at+path, "").Want(http.StatusNotFound)
	}
}

// A refusal tells of the team's money only who may see the wallet.
func TestRefusalsTellOfMoneyOnlyWhoMaySeeTheWallet(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	call := models.Denial{TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID, Required: 5, Available: 4, Held: 3}
	poor, spent, fast := call, call, call
	poor.Code = "insufficient_credits"
	spent.Code, spent.Limit = "team_budget_exceeded", models.Limit{Policy: "team-budget-month", Most: 90, Used: 80, Held: 7}
	fast.Code, fast.Limit = "rate_limited", models.Limit{Policy: "key-rate", Most: 90, Used: 80, Held: 7, Seconds: 60}
	const money, figures = `"available":|"required":|"held":{`, `"limit":"90"|"used":"80"|"held":"7"`
	sees := app.Program(t, app.Token(t, w.Consumer, "", models.MayView, models.MayViewWallet))
	blind := app.Program(t, app.Token(t, w.Consumer, "", models.MayView))
	for _, row := range []struct {
		sentence    string
		denial      models.Denial
		says, hides string
	}{
		{"for want of money", poor, `"top_up_url":`, money},
		{"by a team's budget", spent, `"policy":"team-budget-month"`, money + "|" + figures},
		{"by a rate", fast, figures, money},
	} {
		at := "/api/v1/teams/consumers/refusals/" + refuse(t, app, row.denial).ID
		if reply := sees.Ask("GET", at, "").Want(http.StatusOK); !saysAll(reply.Body, strings.Split(row.says+"|"+row.hides, "|")) {
			t.Errorf("a refusal %s says %s", row.sentence, reply.Body)
		}
		reply := blind.Ask("GET", at, "").Want(http.StatusOK)
		for _, part := range strings.Split(row.hides, "|") {
			if strings.Contains(reply.Body, part) {
				t.Errorf("a refusal %s tells who may not see the wallet %s", row.sentence, part)
			}
		}
		if !saysAll(reply.Body, strings.Split(row.says, "|")) {
			t.Errorf("a refusal %s says without the wallet %s", row.sentence, reply.Body)
		}
	}
}

func saysAll(text string, parts []string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}
