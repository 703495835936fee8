package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/e2e/program"
)

// An API lives its whole life in the browser: it begins as a document, is reviewed, found, tried and paid for, and ends with its
// callers told. Four people take part, and what each does is what the next one sees.
func TestAnAPILivesFromADocumentToItsEnd(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	life := lifetime{
		demo: demo, upstream: tides(t), key: new(string), ending: &ending{calls: make(chan error, 1)},
		pat: visit(t, demo, "Pat"), rita: visit(t, demo, "Rita"), casey: visit(t, demo, "Casey"), nora: visit(t, demo, "Nora"),
	}
	for _, step := range []struct {
		name string
		do   func(lifetime, *testing.T)
	}{
		{"a team has each release reviewed", lifetime.review},
		{"an API begins with a file, and is told what is wrong with it", lifetime.begin},
		{"a better document is fetched, and its progress seen", lifetime.mend},
		{"one member proposes the release, another publishes it", lifetime.publish},
		{"somebody finds it as they type, and reads its reference", lifetime.find},
		{"they subscribe and make a key", lifetime.subscribe},
		{"a call that they try is refused for want of money, and answered once there is some", lifetime.try},
		{"who would break its callers sees whom, and a reviewer says no", lifetime.decline},
		{"its end is announced by the wizard", lifetime.deprecate},
		{"its subscribers read so and acknowledge it", lifetime.acknowledge},
		{"answers say so in their header", lifetime.headers},
		{"its end is brought forward, to the minute", lifetime.bringForward},
		{"another API lives meanwhile, without JavaScript", lifetime.withoutJavaScript},
		{"it answers until that minute and not after it, and nothing leads there any more", lifetime.end},
		{"it is brought back, and retired at once", lifetime.retire},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.do(life.within(t), t) }) {
			return
		}
	}
}

// lifetime is who takes part in the life of an API, Harbour Tides of Quotable.
type lifetime struct {
	demo        *program.Demo
	upstream    string
	pat, rita   *person // its provider's owner and another member
	casey, nora *person // of a consumer's team, and of none
	key         *string // of Casey's, once it is made
	ending      *ending
}

// ending is the minute at which a version ends, and what calls around it were answered.
type ending struct {
	at    time.Time
	calls chan error // one, once the version is gone or should be
}

const (
	harbourTides = "/t/quotable/apis/harbour-tides/versions/v1"
	emptyPockets = "/t/empty-pockets"
)

// within has the people fail the step that they are at.
func (l lifetime) within(t *testing.T) lifetime {
	for _, p := range []*person{l.pat, l.rita, l.casey, l.nora} {
		p.t = t
	}
	return l
}

func (l lifetime) call(t *testing.T) program.Answer {
	t.Helper()
	return program.Curl(t, *l.key, l.address())
}

func (l lifetime) address() string {
	return l.demo.PortalURL + "/invoke/harbour-tides/v1/today?harbour=kiel"
}

func (l lifetime) review(t *testing.T) {
	rita := program.Login{Email: "rita@example.com", Password: password}
	joinQuotable(t, l.demo, rita)
	l.pat.open("/t/quotable/settings")
	l.pat.click("Sign in as the provider")
	l.pat.click("A release is published only after another member has reviewed it")
	l.pat.click("Save reviews")
	l.pat.sees("reviewed")
	l.rita.open("/sign-in?next=%2Ft%2Fquotable%2Fapis")
	l.rita.fill("Email", rita.Email)
	l.rita.fill("Password", rita.Password)
	l.rita.clickIn("main form.form", "Sign in")
	l.rita.sees("My APIs", "Quotes")
}

func (l lifetime) begin(*testing.T) {
	l.pat.open("/t/quotable/apis")
	l.pat.click("New API")
	l.pat.click("Begin with a document")
	l.pat.attach("File", "tides.yaml", strings.Replace(harbourDocument(l.upstream), "/today:", "/today/{day}:", 1))
	l.pat.click("Import")
	l.pat.sees("tides.yaml is imported", "Harbour Tides, version 2026-11", "1 error")
	l.pat.click("Describe the API")
	l.pat.fill("Price per call", "0.25")
	l.pat.fill("Example path", "/today")
	l.pat.click("Create draft")
	l.pat.sees("Harbour Tides is a draft now")
	l.pat.open(harbourTides + "/document")
	l.pat.sees("Errors keep the version from being published", "rule path-params", "does not declare {day} of its path")
	l.pat.open(harbourTides + "/publish")
	l.pat.sees("Propose Harbour Tides v1", "Must be mended")
	l.pat.clickIn("main", "Mend it in the draft")
}

func (l lifetime) mend(t *testing.T) {
	address, send := held(t, harbourDocument(l.upstream))
	l.pat.click("Findings and operations")
	l.pat.fill("Or its address", address)
	l.pat.click("Import")
	l.pat.sees("Importing", "You can leave this page")
	close(send)
	l.pat.sees("is imported")
	l.pat.inspect()
	l.pat.click("See what was found")
	l.pat.sees("/today", "The tides of today")
	l.pat.misses("Errors keep the version")
}

func (l lifetime) publish(*testing.T) {
	l.pat.open(harbourTides)
	l.pat.click("Publish…")
	l.pat.sees("This is the first release.", "only after another member has reviewed it")
	l.pat.fill("Note for the changelog", "First tables")
	l.pat.click("Propose for review")
	l.pat.sees("proposed", "Another owner or admin of Quotable reviews it")
	l.rita.reload()
	l.rita.click("1 release")
	l.rita.click("Harbour Tides v1, release 1")
	l.rita.sees("Callers had nothing before it.", "First tables")
	l.rita.fill("Comment", "Well done")
	l.rita.click("Approve and publish")
	l.rita.sees("Harbour Tides is published.", "The next call meets it.", "This is your API")
	l.pat.open(harbourTides + "/releases")
	l.pat.clickIn("main", "Release 1")
	l.pat.sees("published", "First tables", "by Rita Reviewer", "Well done")
}

func (l lifetime) find(*testing.T) {
	l.nora.open("/apis")
	l.nora.press("/")
	l.nora.press("harbuor tid")
	l.nora.sees("1 API matching “harbuor tid”", "Harbour Tides")
	l.nora.inspect()
	l.nora.clickIn("main", "Harbour Tides")
	l.nora.sees("High and low water for any harbour.", "$0.25 per call", "Sign in to subscribe", "harbour@tides.example")
	l.nora.clickIn("main", "Reference")
	l.nora.sees("Harbour Tides v1 reference", "GET", "/today", "/harbours/{harbour}", "What the gateway itself answers")
	l.nora.fill("Find an operation", "today")
	l.nora.until("see one operation", func() string {
		if strings.Contains(l.nora.text("#operations"), "/harbours/{harbour}") {
			return "the other is there still"
		}
		return ""
	})
	l.nora.clickIn("#operations", "GET /today")
	l.nora.sees("The tides of today", "harbour", "$0.25 per call", "Answers", "Tide")
	l.nora.clickIn("main", "Tide")
	l.nora.sees("Schema", "next")
	l.nora.open("/apis/harbour-tides/v1/try/today")
	l.nora.fill("harbour", "kiel")
	l.nora.click("Show as code")
	l.nora.sees("To send it from here, sign in", "/invoke/harbour-tides/v1/today?harbour=kiel")
}

func (l lifetime) subscribe(t *testing.T) {
	l.casey.open("/apis/harbour-tides")
	l.casey.click("Sign in to subscribe")
	l.casey.click("Sign in as the consumer")
	l.casey.fill("Team", "Empty Pockets")
	l.casey.clickIn("main", "Subscribe")
	l.casey.sees("Empty Pockets is subscribed", "out of credit")
	l.casey.open(emptyPockets + "/keys")
	l.casey.click("Create key")
	l.casey.fill("Label", "Boat computer")
	l.casey.click("Create key")
	*l.key = l.casey.read(".secret-text")
	if a := l.call(t); a.Status != http.StatusPaymentRequired {
		t.Errorf("without money the call gets %d: %s", a.Status, a.Body)
	}
}

func (l lifetime) try(t *testing.T) {
	l.casey.open("/apis/harbour-tides/v1/try/today")
	l.casey.fill("Key", "Boat computer")
	l.casey.fill("harbour", "kiel")
	l.casey.click("Send")
	l.casey.sees("402", "Not enough credit", "needs 0.25", "What this means")
	l.casey.clickIn("#answer", "Top up")
	l.casey.sees("Empty Pockets needs $0.25 and the wallet has $0.00")
	l.casey.clickIn("main", "$10.00")
	l.casey.click("Pay with Stripe")
	payWith(l.casey, "4242 4242 4242 4242")
	l.casey.sees("Credited $10.00")
	l.casey.open("/apis/harbour-tides/v1/try/today")
	l.casey.fill("Key", "Boat computer")
	l.casey.fill("harbour", "kiel")
	l.casey.click("Send")
	l.casey.sees("200", "high water, harbour=kiel, key=", "Charged", "$0.25")
	if a := l.call(t); a.Status != http.StatusOK || a.Header.Get("Faregate-Charged") != "250000000" {
		t.Errorf("the same by a program gets %d, charged %q", a.Status, a.Header.Get("Faregate-Charged"))
	}
}

func (l lifetime) decline(t *testing.T) {
	l.rita.open(harbourTides + "/document")
	l.rita.fill("Or its text", strings.Replace(harbourDocument(l.upstream), "/today:", "/now:", 1))
	l.rita.click("Import")
	l.rita.sees("is imported")
	counted(t, signedIn(t, l.demo, l.demo.Logins.Provider), "Empty Pockets")
	l.rita.open(harbourTides + "/publish")
	l.rita.sees("breaking", "GET /today", "Called in the last 30 days by 1 team: Empty Pockets with Boat computer")
	l.rita.click("Propose for review")
	l.rita.sees("You proposed it")
	l.pat.click("Requests")
	l.pat.click("Harbour Tides v1, release 2")
	l.pat.sees("breaking", "Compared with release 1.")
	l.pat.click("Decline")
	l.pat.wants(http.StatusUnprocessableEntity)
	l.pat.fill("Comment", "Empty Pockets would have nothing left.")
	l.pat.click("Decline")
	l.pat.sees("declined", "Empty Pockets would have nothing left.")
}

func (l lifetime) deprecate(*testing.T) {
	l.pat.open(harbourTides)
	l.pat.click("Deprecate…")
	l.pat.sees("Step 1 of 3")
	l.pat.click("See who is affected")
	l.pat.wants(http.StatusUnprocessableEntity)
	l.pat.fill("Successor", "Another API")
	l.pat.fill("Short name of the other API", "quotes")
	l.pat.fill("Reason", "The harbour is closed.")
	l.pat.fill("Retired from", time.Now().UTC().AddDate(0, 6, 0).Format("2006-01-02T15:04"))
	l.pat.click("See who is affected")
	l.pat.sees("Step 2 of 3", "1 team called it in the last 30 days, with 1 key.", "Empty Pockets", "Boat computer", "What they will be told",
		"1 subscribed team will be told")
	l.pat.click("Announce")
	l.pat.sees("Announced. Subscribers are told", "The end of Harbour Tides v1", "0 of 1 subscribed team")
}

func (l lifetime) acknowledge(*testing.T) {
	l.casey.open(emptyPockets)
	l.casey.sees("Harbour Tides v1 is deprecated", "Move to Quotes")
	l.casey.clickIn(".affected", "What changes")
	l.casey.sees("The end of Harbour Tides v1", "takes its place", "The harbour is closed.")
	l.casey.open(emptyPockets)
	l.casey.click("Acknowledge the end of Harbour Tides v1")
	l.casey.open(emptyPockets)
	l.casey.misses("Harbour Tides v1 is deprecated")
	l.casey.open(emptyPockets + "/subscriptions")
	l.casey.sees("Acknowledged by Casey Consumer")
	l.pat.reload()
	l.pat.click("1 of 1 subscribed team")
	l.pat.sees("Empty Pockets")
	l.nora.open("/apis/harbour-tides")
	l.nora.sees("deprecated", "It takes no new subscribers", "Not open to new subscribers")
}

func (l lifetime) headers(t *testing.T) {
	a := l.call(t)
	if a.Status != http.StatusOK {
		t.Fatalf("a deprecated version answers %d: %s", a.Status, a.Body)
	}
	if got := a.Header.Get("Deprecation"); !regexp.MustCompile(`^@\d+$`).MatchString(got) {
		t.Errorf("Deprecation is %q", got)
	}
	if _, err := http.ParseTime(a.Header.Get("Sunset")); err != nil {
		t.Errorf("Sunset is %q", a.Header.Get("Sunset"))
	}
	l.leadsToQuotes(t, a)
}

// leadsToQuotes makes sure that an answer names the successor.
func (l lifetime) leadsToQuotes(t *testing.T, a program.Answer) {
	t.Helper()
	if links, want := strings.Join(a.Header.Values("Link"), ", "), fmt.Sprintf(`<%s/apis/quotes>; rel="successor-version"`, l.demo.PortalURL); !strings.Contains(links, want) {
		t.Errorf("Link is %s, without %s", links, want)
	}
}

// bringForward has the version end at the next full minute that leaves enough time to say so, and begins to watch for it.
func (l lifetime) bringForward(t *testing.T) {
	l.ending.at = time.Now().UTC().Truncate(time.Minute).Add(time.Minute)
	if time.Until(l.ending.at) < 20*time.Second {
		l.ending.at = l.ending.at.Add(time.Minute)
	}
	l.pat.open(harbourTides + "/deprecate")
	l.pat.click("Change…")
	l.pat.fill("Retired from", l.ending.at.Format("2006-01-02T15:04"))
	l.pat.click("Change and tell subscribers")
	l.pat.wants(http.StatusUnprocessableEntity)
	l.pat.sees("They have less time than they were told", "Empty Pockets")
	l.pat.fill("Type harbour-tides v1 to confirm", "harbour-tides v1")
	l.pat.click("Change and tell subscribers")
	l.pat.sees("Changed. Subscribers are told.", l.ending.at.Format("15:04"))
	a := l.call(t)
	if a.Status != http.StatusOK || a.Header.Get("Sunset") != l.ending.at.Format(http.TimeFormat) {
		t.Errorf("a version that ends at %s answers %d, Sunset %q", l.ending.at, a.Status, a.Header.Get("Sunset"))
	}
	go func() { l.ending.calls <- l.callUntilGone() }()
}

// callUntilGone calls from shortly before the version's end until it is gone. The error says which call was answered otherwise than it
// should be.
func (l lifetime) callUntilGone() error {
	time.Sleep(time.Until(l.ending.at.Add(-2 * time.Second)))
	for {
		r, err := http.NewRequest(http.MethodGet, l.address(), http.NoBody)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+*l.key)
		begun := time.Now()
		a, err := program.Send(r)
		after, done := begun.Sub(l.ending.at), time.Since(l.ending.at)
		switch {
		case err != nil:
			return err
		case a.Status == http.StatusGone && done >= 0: // it may have been sent before the end and answered after it
			return nil
		case a.Status != http.StatusOK || after > 2*time.Second:
			return fmt.Errorf("a call that was sent %s after the end got %d: %s", after, a.Status, a.Body)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// withoutJavaScript walks through the forms of a life without it: publish, try, announce the end, acknowledge it. It is another API in
// a demo of its own; it stands here because the first one has to be waited for.
func (lifetime) withoutJavaScript(t *testing.T) {
	demo := startDemo(t)
	upstream := tides(t)
	owner := signedIn(t, demo, demo.Logins.Provider)
	owner.send("/t/quotable/apis/new", "import", owner.importText("/t/quotable/imports/new", harbourDocument(upstream)), "name", "Harbour Tides",
		"upstream", upstream, "price", "0.25", "visibility", "public")
	pat, casey := visit(t, demo, "Pat").withoutScripts(), visit(t, demo, "Casey").withoutScripts()

	pat.open(harbourTides + "/publish")
	pat.click("Sign in as the provider")
	pat.fill("Note for the changelog", "First tables")
	pat.click("Publish")
	pat.sees("Harbour Tides", "This is your API")

	casey.open("/apis/harbour-tides")
	casey.click("Sign in to subscribe")
	casey.click("Sign in as the consumer")
	casey.fill("Team", "Acme Research")
	casey.clickIn("main", "Subscribe")
	casey.sees("Acme Research is subscribed")
	casey.open("/apis/harbour-tides/v1/try/today")
	casey.fill("harbour", "wick")
	casey.click("Send")
	casey.sees("200", "high water, harbour=wick", "$0.25")

	counted(t, owner, "Acme Research")
	pat.open(harbourTides + "/deprecate")
	pat.fill("Reason", "The harbour is closed.")
	pat.click("See who is affected")
	pat.sees("Step 2 of 3", "Acme Research")
	pat.click("Announce")
	pat.sees("Announced. Subscribers are told")
	casey.open("/t/acme-research")
	casey.click("Acknowledge the end of Harbour Tides v1")
	casey.open("/t/acme-research/subscriptions")
	casey.sees("Acknowledged by Casey Consumer")
}

func (l lifetime) end(t *testing.T) {
	if err := <-l.ending.calls; err != nil {
		t.Error(err)
	}
	l.pat.open(harbourTides + "/deprecate")
	l.pat.sees("Harbour Tides v1 is retired. Calls get 410.", "Bring back…")
	l.pat.misses("Retire now…")
	l.gone(t)
	l.nora.open("/apis")
	l.nora.misses("Harbour Tides")
	l.nora.open("/apis/harbour-tides/v1/deprecation")
	l.nora.sees("The end of Harbour Tides v1", "Quotes takes its place", "Retired")
	l.casey.open("/apis/harbour-tides")
	l.casey.sees("retired", "Open Quotes")
	l.casey.misses("What a call costs")
	l.casey.open("/apis/harbour-tides/v1/try/today")
	l.casey.sees("Quotes takes its place")
}

// gone makes sure that calls are told of the end, and that no list names the API any more.
func (l lifetime) gone(t *testing.T) {
	t.Helper()
	a := l.call(t)
	var body struct{ Code string }
	a.Decode(t, &body)
	if a.Status != http.StatusGone || body.Code != "api_retired" || a.Header.Get("Sunset") == "" {
		t.Errorf("a retired version answers %d %q, Sunset %q", a.Status, body.Code, a.Header.Get("Sunset"))
	}
	l.leadsToQuotes(t, a)
	for _, path := range []string{"/apis", "/llms.txt", "/sitemap.xml", "/apis.json", "/.well-known/api-catalog"} {
		if list := program.Curl(t, "", l.demo.PortalURL+path); list.Status != http.StatusOK || strings.Contains(list.Body, "harbour-tides") {
			t.Errorf("%s answers %d and names an API that is retired:\n%s", path, list.Status, list.Body)
		}
	}
}

func (l lifetime) retire(t *testing.T) {
	l.pat.click("Bring back…")
	l.pat.clickIn("main form", "Bring it back")
	l.pat.sees("Harbour Tides v1 is deprecated", "no date is set for its retirement")
	if a := l.call(t); a.Status != http.StatusOK || a.Header.Get("Sunset") != "" {
		t.Errorf("a version that was brought back answers %d, Sunset %q", a.Status, a.Header.Get("Sunset"))
	}
	l.pat.click("Retire now…")
	l.pat.sees("Every call of it gets 410 from the moment you confirm", "Empty Pockets")
	l.pat.fill("Type harbour-tides v1 to confirm", "harbour-tides v1")
	l.pat.clickIn("main form", "Retire now")
	l.pat.sees("retired", "Bring back…")
	l.gone(t)
}

// counted waits until the provider is told that a team has called: calls count a second after they ended.
func counted(t *testing.T, owner hands, team string) {
	t.Helper()
	program.Await(t, "the calls are counted", func() string {
		if !strings.Contains(owner.page(harbourTides+"/callers"), team) {
			return team + " is not among the callers"
		}
		return ""
	})
}

// joinQuotable makes a login and has it join the demo's provider team as an admin.
func joinQuotable(t *testing.T, demo *program.Demo, who program.Login) {
	t.Helper()
	owner := signedIn(t, demo, demo.Logins.Provider)
	owner.send("/t/quotable/invitations/new", "email", who.Email, "role", "admin")
	var link string
	program.Await(t, "the invitation is written", func() string {
		link = regexp.MustCompile(`/invitations/[A-Z2-7]{26}`).FindString(owner.page("/outbox"))
		if link == "" {
			return "no mail has one"
		}
		return ""
	})
	signedUp(t, demo, "Rita Reviewer", who).send(link)
}

// held serves a document at an address, once send is closed: until then the request waits.
func held(t *testing.T, document string) (address string, send chan struct{}) {
	t.Helper()
	send = make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-send:
			fmt.Fprint(w, document)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/tides.yaml", send
}

// harbourDocument describes the service of tides, and a schema that contains itself.
func harbourDocument(upstream string) string {
	return `openapi: 3.1.1
info:
  title: Harbour Tides
  version: "2026-11"
  summary: High and low water for any harbour.
  description: Computed **each night** for the next thirty days.
  contact: {email: harbour@tides.example}
servers: [{url: "` + upstream + `"}]
tags:
  - {name: tides, description: When the water is high.}
  - {name: harbours, description: Where the water is.}
paths:
  /today:
    get:
      operationId: today
      tags: [tides]
      summary: The tides of today
      description: Of one harbour, in its own time.
      parameters:
        - {name: harbour, in: query, required: true, description: Its short name., schema: {type: string}, example: kiel}
      responses:
        "200": {description: The tides, content: {application/json: {schema: {$ref: "#/components/schemas/Tide"}}}}
        "402": {description: The wallet is empty}
  /harbours/{harbour}:
    get:
      operationId: harbour
      tags: [harbours]
      summary: A harbour
      description: Where it lies.
      deprecated: true
      parameters:
        - {name: harbour, in: path, required: true, schema: {type: string, enum: [kiel, wick]}}
      responses:
        "200": {description: The harbour, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
        "402": {description: The wallet is empty}
components:
  schemas:
    Tide:
      type: object
      required: [at]
      properties:
        at: {type: string, format: date-time, description: When the water stands highest.}
        metres: {type: [number, "null"], minimum: 0}
        kind: {oneOf: [{const: spring}, {const: neap}]}
        next: {$ref: "#/components/schemas/Tide"}
`
}
