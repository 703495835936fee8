package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/webtest"
)

// anyToken is who may use what takes no scope.
const anyToken models.Permission = "any"

// apiRight is who may use an operation of the management API, and a body that it takes.
type apiRight struct {
	need models.Permission
	body string
}

// apiRights is the management API written out once more: an operation that is added, or that takes another permission, has to be added
// or changed here as well.
var apiRights = map[string]apiRight{
	"GET /api/v1/me":    {anyToken, ""},
	"GET /api/v1/roles": {anyToken, ""},

	"GET /api/v1/teams":                    {models.ScopeAccount, ""},
	"POST /api/v1/teams":                   {models.ScopeAccount, `{"name": "New"}`},
	"GET /api/v1/teams/{team}":             {models.MayView, ""},
	"PATCH /api/v1/teams/{team}":           {models.MayManageTeam, `{"name": "Renamed"}`},
	"PUT /api/v1/teams/{team}/join-domain": {models.MayManageTeam, `{"domain": ""}`},
	"DELETE /api/v1/teams/{team}":          {models.MayOwnTeam, ""},
	"POST /api/v1/teams/{team}/hand-over":  {models.MayOwnTeam, `{"member": "usr_1"}`},

	"GET /api/v1/teams/{team}/keys":                     {models.MayView, ""},
	"POST /api/v1/teams/{team}/keys":                    {models.MayManageKeys, `{"name": "x"}`},
	"GET /api/v1/teams/{team}/keys/{key}":               {models.MayView, ""},
	"GET /api/v1/teams/{team}/keys/{key}/use":           {models.MayView, ""},
	"PUT /api/v1/teams/{team}/keys/{key}/limits":        {models.MayManageKeys, `{}`},
	"POST /api/v1/teams/{team}/keys/{key}/rotate":       {models.MayManageKeys, `{"overlap": "day"}`},
	"POST /api/v1/teams/{team}/keys/{key}/end-rotation": {models.MayManageKeys, ""},
	"POST /api/v1/teams/{team}/keys/{key}/revoke":       {models.MayManageKeys, ""},

	"GET /api/v1/teams/{team}/offers/{api}":                                  {models.MayView, ""},
	"GET /api/v1/teams/{team}/subscriptions":                                 {models.MayView, ""},
	"POST /api/v1/teams/{team}/subscriptions":                                {models.MaySubscribe, `{"api": "quotes"}`},
	"GET /api/v1/teams/{team}/subscriptions/{subscription}":                  {models.MayView, ""},
	"POST /api/v1/teams/{team}/subscriptions/{subscription}/withdraw":        {models.MaySubscribe, ""},
	"POST /api/v1/teams/{team}/subscriptions/{subscription}/pause":           {models.MaySubscribe, ""},
	"POST /api/v1/teams/{team}/subscriptions/{subscription}/resume":          {models.MaySubscribe, ""},
	"POST /api/v1/teams/{team}/subscriptions/{subscription}/change-plan":     {models.MaySubscribe, `{"plan": "plan_1"}`},
	"POST /api/v1/teams/{team}/subscriptions/{subscription}/withdraw-change": {models.MaySubscribe, ""},
	"POST /api/v1/teams/{team}/subscriptions/{subscription}/end":             {models.MaySubscribe, ""},

	"GET /api/v1/teams/{team}/members":                          {models.MayView, ""},
	"GET /api/v1/teams/{team}/members/{user}":                   {models.MayView, ""},
	"PATCH /api/v1/teams/{team}/members/{user}":                 {models.MayManageTeam, `{"role": "viewer"}`},
	"DELETE /api/v1/teams/{team}/members/{user}":                {models.MayManageTeam, ""},
	"GET /api/v1/teams/{team}/invitations":                      {models.MayManageTeam, ""},
	"POST /api/v1/teams/{team}/invitations":                     {models.MayManageTeam, `{"email": "x@example.test", "role": "viewer"}`},
	"POST /api/v1/teams/{team}/invitations/{invitation}/resend": {models.MayManageTeam, ""},
	"DELETE /api/v1/teams/{team}/invitations/{invitation}":      {models.MayManageTeam, ""},
	"GET /api/v1/teams/{team}/join-requests":                    {models.MayManageTeam, ""},
	"POST /api/v1/teams/{team}/join-requests/{request}/accept":  {models.MayManageTeam, `{"role": "viewer"}`},
	"POST /api/v1/teams/{team}/join-requests/{request}/decline": {models.MayManageTeam, ""},

	"GET /api/v1/catalogue":       {models.MayView, ""},
	"GET /api/v1/catalogue/{api}": {models.MayView, ""},

	"GET /api/v1/teams/{team}/wallet":             {models.MayViewWallet, ""},
	"GET /api/v1/teams/{team}/wallet/statement":   {models.MayViewWallet, ""},
	"GET /api/v1/teams/{team}/wallet/open-usage":  {models.MayViewWallet, ""},
	"GET /api/v1/teams/{team}/wallet/top-ups":     {models.MayViewWallet, ""},
	"GET /api/v1/teams/{team}/limits":             {models.MayViewWallet, ""},
	"PUT /api/v1/teams/{team}/limits":             {models.MayManageBudgets, `{"time_zone": "UTC", "budgets": {}}`},
	"GET /api/v1/teams/{team}/calls":              {models.MayView, ""},
	"GET /api/v1/teams/{team}/calls/{call}":       {models.MayView, ""},
	"GET /api/v1/teams/{team}/refusals":           {models.MayView, ""},
	"GET /api/v1/teams/{team}/refusals/{refusal}": {models.MayView, ""},

	"GET /api/v1/teams/{team}/apis":                                     {models.MayView, ""},
	"POST /api/v1/teams/{team}/apis":                                    {models.MayManageAPIs, `{"name": "New", "upstream": {"url": "https://x.example.test"}}`},
	"GET /api/v1/teams/{team}/apis/{api}":                               {models.MayManageAPIs, ""},
	"PATCH /api/v1/teams/{team}/apis/{api}":                             {models.MayManageAPIs, `{"summary": "New"}`},
	"POST /api/v1/teams/{team}/apis/{api}/publish":                      {models.MayPublish, `{}`},
	"GET /api/v1/teams/{team}/apis/{api}/plans":                         {models.MayManageAPIs, ""},
	"POST /api/v1/teams/{team}/apis/{api}/plans":                        {models.MayPublish, `{"name": "New", "terms": {"price": {"amount": "1", "unit": "nanousd"}}}`},
	"GET /api/v1/teams/{team}/apis/{api}/plans/{plan}":                  {models.MayManageAPIs, ""},
	"PATCH /api/v1/teams/{team}/apis/{api}/plans/{plan}":                {models.MayPublish, `{"name": "New"}`},
	"POST /api/v1/teams/{team}/apis/{api}/plans/{plan}/open":            {models.MayPublish, ""},
	"POST /api/v1/teams/{team}/apis/{api}/plans/{plan}/close":           {models.MayPublish, ""},
	"POST /api/v1/teams/{team}/apis/{api}/plans/{plan}/terms":           {models.MayPublish, `{"terms": {"price": {"amount": "1", "unit": "nanousd"}}}`},
	"DELETE /api/v1/teams/{team}/apis/{api}/plans/{plan}/terms/{terms}": {models.MayPublish, ""},

	"GET /api/v1/teams/{team}/apis/{api}/versions":                                        {models.MayManageAPIs, ""},
	"POST /api/v1/teams/{team}/apis/{api}/versions":                                       {models.MayManageAPIs, `{"name": "v2"}`},
	"GET /api/v1/teams/{team}/apis/{api}/versions/{version}":                              {models.MayManageAPIs, ""},
	"PATCH /api/v1/teams/{team}/apis/{api}/versions/{version}":                            {models.MayManageAPIs, `{"upstream": {}}`},
	"DELETE /api/v1/teams/{team}/apis/{api}/versions/{version}":                           {models.MayPublish, ""},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/block":                       {models.MayPublish, `{"reason": "Because", "confirm": "mine v1"}`},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/unblock":                     {models.MayPublish, ""},
	"GET /api/v1/teams/{team}/apis/{api}/versions/{version}/document":                     {models.MayManageAPIs, ""},
	"PUT /api/v1/teams/{team}/apis/{api}/versions/{version}/document":                     {models.MayManageAPIs, `openapi: 3.1.1`},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/imports":                     {models.MayManageAPIs, `{"url": "https://x.example.test/openapi.json"}`},
	"GET /api/v1/teams/{team}/imports/{import}":                                           {models.MayManageAPIs, ""},
	"GET /api/v1/teams/{team}/apis/{api}/versions/{version}/findings":                     {models.MayManageAPIs, ""},
	"GET /api/v1/teams/{team}/apis/{api}/versions/{version}/checks":                       {models.MayManageAPIs, ""},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/publish":                     {models.MayPublish, `{}`},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/propose":                     {models.MayManageAPIs, `{}`},
	"GET /api/v1/teams/{team}/apis/{api}/versions/{version}/releases":                     {models.MayManageAPIs, ""},
	"GET /api/v1/teams/{team}/apis/{api}/versions/{version}/releases/{number}":            {models.MayManageAPIs, ""},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/releases/{number}/approve":   {models.MayPublish, `{}`},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/releases/{number}/decline":   {models.MayPublish, `{"comment": "No"}`},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/releases/{number}/withdraw":  {models.MayManageAPIs, ""},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/releases/{number}/cancel":    {models.MayPublish, ""},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/releases/{number}/roll-back": {models.MayPublish, `{}`},
	"GET /api/v1/teams/{team}/apis/{api}/versions/{version}/callers":                      {models.MayManageAPIs, ""},
	"GET /api/v1/teams/{team}/apis/{api}/versions/{version}/deprecation":                  {models.MayManageAPIs, ""},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/deprecation":                 {models.MayPublish, `{"reason": "Because"}`},
	"PUT /api/v1/teams/{team}/apis/{api}/versions/{version}/deprecation":                  {models.MayPublish, `{"reason": "Because"}`},
	"DELETE /api/v1/teams/{team}/apis/{api}/versions/{version}/deprecation":               {models.MayPublish, ""},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/retire":                      {models.MayPublish, `{"confirm": "mine v1"}`},
	"POST /api/v1/teams/{team}/apis/{api}/versions/{version}/bring-back":                  {models.MayPublish, ""},

	"GET /api/v1/teams/{team}/requests":                                    {models.MayManageAPIs, ""},
	"GET /api/v1/teams/{team}/requests/{ask}":                              {models.MayManageAPIs, ""},
	"POST /api/v1/teams/{team}/requests/{ask}/approve":                     {models.MayPublish, `{}`},
	"POST /api/v1/teams/{team}/requests/{ask}/decline":                     {models.MayPublish, `{"comment": "No"}`},
	"GET /api/v1/teams/{team}/apis/{api}/subscribers":                      {models.MayManageAPIs, ""},
	"GET /api/v1/teams/{team}/apis/{api}/subscribers/{subscriber}":         {models.MayManageAPIs, ""},
	"POST /api/v1/teams/{team}/apis/{api}/subscribers/{subscriber}/pause":  {models.MayPublish, `{"reason": "Because"}`},
	"POST /api/v1/teams/{team}/apis/{api}/subscribers/{subscriber}/resume": {models.MayPublish, ""},
	"PUT /api/v1/teams/{team}/apis/{api}/subscribers/{subscriber}/end":     {models.MayPublish, `{"ends_at": null}`},

	"GET /api/v1/teams/{team}/webhooks":                                         {models.MayManageWebhooks, ""},
	"POST /api/v1/teams/{team}/webhooks":                                        {models.MayManageWebhooks, `{"url": "https://x.example.test"}`},
	"GET /api/v1/teams/{team}/webhooks/{webhook}":                               {models.MayManageWebhooks, ""},
	"PUT /api/v1/teams/{team}/webhooks/{webhook}":                               {models.MayManageWebhooks, `{"url": "https://x.example.test"}`},
	"DELETE /api/v1/teams/{team}/webhooks/{webhook}":                            {models.MayManageWebhooks, ""},
	"POST /api/v1/teams/{team}/webhooks/{webhook}/rotate":                       {models.MayManageWebhooks, ""},
	"POST /api/v1/teams/{team}/webhooks/{webhook}/enable":                       {models.MayManageWebhooks, ""},
	"POST /api/v1/teams/{team}/webhooks/{webhook}/disable":                      {models.MayManageWebhooks, ""},
	"POST /api/v1/teams/{team}/webhooks/{webhook}/test":                         {models.MayManageWebhooks, ""},
	"GET /api/v1/teams/{team}/webhooks/{webhook}/deliveries":                    {models.MayManageWebhooks, ""},
	"GET /api/v1/teams/{team}/webhooks/{webhook}/deliveries/{delivery}":         {models.MayManageWebhooks, ""},
	"POST /api/v1/teams/{team}/webhooks/{webhook}/deliveries/{delivery}/resend": {models.MayManageWebhooks, ""},

	"GET /api/v1/teams/{team}/audit": {models.MayViewAudit, ""},
}

func TestEveryOperationHasARowAndEveryRowAnOperation(t *testing.T) {
	app := webtest.New(t)
	found := map[string]models.Permission{}
	for _, r := range app.Portal.Managed() {
		found[r.Method+" "+r.Path] = r.Need
	}
	for r, need := range found {
		if row, ok := apiRights[r]; !ok || row.need != need {
			t.Errorf("%s takes %q, and its row in apiRights says %q", r, need, row.need)
		}
	}
	for r := range apiRights {
		if _, ok := found[r]; !ok {
			t.Errorf("%s has a row and does not exist", r)
		}
	}
}

// allScopes are those that a token of the kind can have.
func allScopes(teamID string, but models.Permission) (scopes []models.Permission) {
	for _, w := range (models.TokenOwner{TeamID: teamID}).Scopes() {
		if w.Permission != but {
			scopes = append(scopes, w.Permission)
		}
	}
	return scopes
}

// Every operation for everybody: without a token, with a session only, with a token of another team or of a stranger, and with tokens of
// the members in each role that have all scopes, or all but the one.
func TestEveryOperationAnswersThoseWhoMayAndNobodyElse(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit) // so that nobody deletes the team
	member := map[models.Role]models.User{models.RoleOwner: w.Consumer}
	for _, role := range everyRole[1:] {
		member[role] = joined(t, app, w, string(role), role)
	}
	fill := strings.NewReplacer("{team}", w.ConsumerTeam.Slug)
	ask := func(token, r, body string) webtest.Reply {
		app.Clock.Move(time.Second) // the rate limit is another test's
		method, pattern, _ := strings.Cut(r, " ")
		return app.Program(t, token).Ask(method, fillAll(fill.Replace(pattern)), body)
	}
	expect := func(token, r, who string, code string) {
		t.Helper()
		if reply := ask(token, r, "{}"); reply.Problem().Code != code {
			t.Errorf("%s answers %s %d %s, want %s", r, who, reply.Status, reply.Body, code)
		}
	}
	narrow := map[string]string{} // of one scope less
	session := app.As(t, w.Consumer)
	strangers := app.Token(t, w.Provider, "", allScopes("", "")...)
	otherTeam := app.Token(t, w.Provider, w.ProviderTeam.ID, allScopes(w.ProviderTeam.ID, "")...)
	theTeam := app.Token(t, w.Consumer, w.ConsumerTeam.ID, allScopes(w.ConsumerTeam.ID, "")...)
	without := func(teamID string, scope models.Permission) string {
		key := teamID + " " + string(scope)
		if narrow[key] == "" {
			narrow[key] = app.Token(t, w.Consumer, teamID, allScopes(teamID, scope)...)
		}
		return narrow[key]
	}
	full := map[models.Role]string{}
	for _, role := range everyRole {
		full[role] = app.Token(t, member[role], "", allScopes("", "")...)
	}
	for r, right := range apiRights {
		method, pattern, _ := strings.Cut(r, " ")
		expect("", r, "nobody", "missing_token")
		expect(models.NewTokenSecret(), r, "a token that was never issued", "invalid_token")
		if p := sessionAsks(t, session, app.Server.URL, method, fillAll(fill.Replace(pattern))); p.Status != http.StatusUnauthorized {
			t.Errorf("%s answers somebody who is only signed in %d", r, p.Status)
		}
		if right.need == anyToken {
			ask(full[models.RoleViewer], r, "").Want(http.StatusOK)
			ask(theTeam, r, "").Want(http.StatusOK)
			continue
		}
		expect(without("", right.need), r, "a token without the scope", "scope_missing")
		if right.need == models.ScopeAccount {
			expect(theTeam, r, "a team's token", "scope_missing")
			if reply := ask(full[models.RoleViewer], r, "{}"); reply.Status == http.StatusForbidden {
				t.Errorf("%s is refused a person: %s", r, reply.Body)
			}
			continue
		}
		if !strings.Contains(pattern, "{team}") { // what it tells depends on who asks, and is another test's
			for who, token := range map[string]string{"a viewer": full[models.RoleViewer], "a stranger": strangers, "a team": theTeam} {
				if reply := ask(token, r, ""); reply.Status == http.StatusForbidden || reply.Status == http.StatusUnauthorized {
					t.Errorf("%s answers %s %d %s", r, who, reply.Status, reply.Body)
				}
			}
			continue
		}
		for who, token := range map[string]string{"a stranger": strangers, "the token of another team": otherTeam} {
			if reply := ask(token, r, "{}"); reply.Status != http.StatusNotFound {
				t.Errorf("%s answers %s %d %s", r, who, reply.Status, reply.Body)
			}
		}
		reply := ask(theTeam, r, "{}")
		if refused := reply.Status == http.StatusForbidden && reply.Problem().Code == "scope_missing"; refused != (right.need == models.MayOwnTeam) {
			t.Errorf("%s answers the team's own token %d %s", r, reply.Status, reply.Body)
		}
		expect(without(w.ConsumerTeam.ID, right.need), r, "the team's token without the scope", "scope_missing")
		for _, role := range everyRole {
			reply := ask(full[role], r, "{}")
			if refused := reply.Status == http.StatusForbidden && reply.Problem().Code == "role_not_enough"; refused == role.May(right.need) {
				t.Errorf("%s answers the role %s %d %s", r, role, reply.Status, reply.Body)
			}
		}
	}
}

// fillAll replaces what is left of a pattern by ids that name nothing.
func fillAll(path string) string {
	steps := strings.Split(path, "/")
	for i, step := range steps {
		if strings.HasPrefix(step, "{") {
			steps[i] = "none_1"
		}
	}
	return strings.Join(steps, "/")
}

// sessionAsks sends a request with a session's cookie and no token.
func sessionAsks(t *testing.T, b *webtest.Browser, server, method, path string) webtest.Page {
	t.Helper()
	r, err := http.NewRequest(method, server+path, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return b.Do(r)
}

// What belongs to one team is not reached through another, by whoever owns that.
func TestNothingOfATeamIsReachedThroughAnotherByTheAPI(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	tokens := []string{
		app.Token(t, w.Provider, "", allScopes("", "")...),
		app.Token(t, w.Provider, w.ProviderTeam.ID, allScopes(w.ProviderTeam.ID, "")...),
	}
	theirs := objectsOf(t, app, w)
	for r, right := range apiRights {
		method, pattern, _ := strings.Cut(r, " ")
		if !strings.Contains(pattern, "{team}/") || strings.Count(pattern, "{") == 1 {
			continue
		}
		path := theirs.Replace(strings.Replace(pattern, "{team}", w.ProviderTeam.Slug, 1))
		if strings.Contains(path, "{") {
			t.Errorf("objectsOf has nothing for %s", pattern)
		}
		for _, token := range tokens {
			app.Clock.Move(time.Second)
			reply := app.Program(t, token).Ask(method, path, right.body)
			personal := reply.Status == http.StatusForbidden && reply.Problem().Code == "person_needed"
			if reply.Status != http.StatusNotFound && !personal {
				t.Errorf("%s answers %d for what is another team's: %s", r, reply.Status, reply.Body)
			}
		}
	}
}

// objectsOf fills in the ids of what the consumers have.
func objectsOf(t *testing.T, app *webtest.App, w storetest.World) *strings.Replacer {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	carl := models.Actor{UserID: w.Consumer.ID}
	invite(t, app, w.ConsumerTeam.ID, w.Consumer, "new@example.test", models.RoleViewer)
	invited, err := app.Store.OpenInvitations(t.Context(), w.ConsumerTeam.ID)
	must(err)
	must(app.Store.SetJoinDomain(t.Context(), carl, w.ConsumerTeam.ID, "example.test"))
	ada, err := app.Store.AddUser(t.Context(), models.NewUser{Name: "Ada", Email: "ada@example.test"}, "x")
	must(err)
	must(app.Store.AskToJoin(t.Context(), models.Actor{UserID: ada.ID}, w.ConsumerTeam.ID))
	asking, err := app.Store.OpenJoinRequests(t.Context(), w.ConsumerTeam.ID, models.Page{})
	must(err)
	must(app.Store.SetProvider(t.Context(), models.System, w.ConsumerTeam.ID, true))
	api, err := app.Store.CreateAPI(t.Context(), carl, w.ConsumerTeam.ID, models.APIDraft{Name: "Mine", Slug: "mine", Visibility: models.Public, UpstreamURL: "https://mine.example.test"})
	must(err)
	_, err = app.Store.PublishAPI(t.Context(), carl, w.ConsumerTeam.ID, api.API.ID, "")
	must(err)
	terms := models.PlanRevision{ChargeOn: models.ChargeAnswered}
	plan, err := app.Store.AddPlan(t.Context(), carl, w.ConsumerTeam.ID, api.API.ID, models.Plan{Name: "Asked", Approval: models.ApprovedByHand}, terms)
	must(err)
	terms.EffectiveAt = app.Clock.Now().AddDate(0, 1, 0)
	coming, err := app.Store.RevisePlan(t.Context(), carl, w.ConsumerTeam.ID, api.API.ID, plan.ID, terms)
	must(err)
	sub, err := app.Store.Subscribe(t.Context(), models.Actor{UserID: w.Provider.ID}, w.ProviderTeam.ID, api.API.ID, models.PlanChoice{PlanID: plan.ID})
	must(err)
	asks, err := app.Store.ProviderRequests(t.Context(), w.ConsumerTeam.ID, models.RequestFilter{}, models.Page{})
	must(err)
	private := api.Draft() // an API is whoever's may see it, so nobody else may
	private.Visibility = models.Private
	must(app.Store.EditAPI(t.Context(), carl, w.ConsumerTeam.ID, api.API.ID, private))
	imported, err := app.Store.BeginImport(t.Context(), carl, models.Import{TeamID: w.ConsumerTeam.ID, VersionID: api.Version.ID, Source: models.ImportURL, URL: "https://mine.example.test/api.json"})
	must(err)
	hook, err := app.Store.AddWebhook(t.Context(), carl, w.ConsumerTeam.ID, models.WebhookForm{URL: "https://hooks.example.test"}, "sealed")
	must(err)
	must(app.Store.SendTestWebhook(t.Context(), carl, w.ConsumerTeam.ID, hook.ID))
	sent, err := app.Store.WebhookDeliveries(t.Context(), w.ConsumerTeam.ID, hook.ID, models.WebhookDeliveryFilter{}, models.Page{})
	must(err)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	denial := refuse(t, app, models.Denial{TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, Code: "insufficient_credits"})
	return strings.NewReplacer("{user}", w.Consumer.ID, "{invitation}", invited[0].Invitation.ID, "{request}", asking.Rows[0].JoinRequest.ID,
		"{key}", w.Key.ID, "{subscription}", w.Subscription.ID, "{api}", "mine", "{version}", "v1", "{number}", "1", "{import}", imported.ID, "{plan}", plan.ID, "{terms}", coming.ID, "{subscriber}", sub.ID, "{ask}", asks.Rows[0].Request.ID,
		"{webhook}", hook.ID, "{delivery}", sent.Rows[0].ID, "{call}", settle(t, app, w, webtest.Price).String(), "{refusal}", denial.ID)
}
