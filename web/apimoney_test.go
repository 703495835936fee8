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

func saysAll(text string, parts []string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}
