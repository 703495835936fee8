package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/faregate/faregate/e2e/program"
)

// patience is how long a person waits for a page to do what it should.
const patience = 20 * time.Second

// person is somebody with a browser window of their own. Every verb waits until it can be done, and ends the test with the
// page, what stands on it and a picture if it cannot.
type person struct {
	t       *testing.T
	demo    *program.Demo
	name    string
	tab     context.Context
	scripts bool // JavaScript is on
	shots   int

	mu      sync.Mutex
	loads   int           // pages that have arrived
	loaded  chan struct{} // has something whenever one arrives
	status  int64         // of the page
	trouble []string      // what no page may do, with the page that did it
	at      string        // the page's address
	expects string        // an address of somebody else's that this journey goes to
}

// visit opens a browser window on a demo.
func visit(t *testing.T, demo *program.Demo, name string) *person {
	t.Helper()
	tab, leave := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext())
	p := &person{t: t, demo: demo, name: name, tab: tab, scripts: true, loaded: make(chan struct{}, 1)}
	t.Cleanup(func() {
		leave()
		for _, trouble := range p.trouble {
			t.Errorf("%s: %s", name, trouble)
		}
	})
	p.must("open a window", chromedp.Listen(tab, p.notice))
	command(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	p.wear(desktop, light)
	return p
}

// withoutScripts turns JavaScript off.
func (p *person) withoutScripts() *person {
	p.t.Helper()
	command(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.scripts = false
	return p
}

// open types an address, ours or a path on our site.
func (p *person) open(address string) {
	p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.demo.PortalURL + address
	}
	p.arrive("open "+address, func() error {
		_, err := chromedp.Call(p.tab, page.Navigate, page.NavigateParams{URL: address})
		return err
	})
}

// reload asks for the page again.
func (p *person) reload() {
	p.t.Helper()
	p.arrive("reload", func() error {
		_, err := chromedp.Call(p.tab, page.Reload, page.ReloadParams{})
		return err
	})
}

// sends adds a header to every request from now on, as a browser's extension does.
func (p *person) sends(header, value string) {
	p.t.Helper()
	command(p, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{header: value}})
}

// click clicks on what says text: a link, a button, a label. Where that leads to another page, it waits for the page.
func (p *person) click(text string) { p.t.Helper(); p.clickIn("body", text) }

// clickIn is click within a part of the page, or in the table row that has a text: rowOf("Mine").
func (p *person) clickIn(part, text string) {
	p.t.Helper()
	var found spot
	p.until(fmt.Sprintf("click %q in %s", text, part), func() string {
		if err := p.eval(&found, "findSpot", part, text); err != nil {
			return err.Error()
		}
		return found.Problem
	})
	press := func() error {
		return chromedp.Do(p.tab, chromedp.MouseClickXY(found.X, found.Y))
	}
	if found.Leads {
		p.arrive("click "+text, press)
		return
	}
	p.must("click "+text, press())
}

// rowOf is the part of the page that is the table row with a text.
func rowOf(text string) string { return "row:" + text }

// spot is where to click.
type spot struct {
	X, Y    float64
	Leads   bool   // to another page
	Problem string // why it cannot be clicked
}

// fill types into the field that has the label, in place of what is there.
func (p *person) fill(label, text string) {
	p.t.Helper()
	var found spot
	p.until(fmt.Sprintf("fill %q", label), func() string {
		if err := p.eval(&found, "focusField", label, text); err != nil {
			return err.Error()
		}
		return found.Problem
	})
	if !found.Leads { // a select or a time: it is chosen
		return
	}
	command(p, input.InsertText, input.InsertTextParams{Text: text})
}

// attach chooses a file, with a name and content, for the field that has the label.
func (p *person) attach(label, name, content string) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), name)
	p.must("write a file", os.WriteFile(file, []byte(content), 0o600))
	var id string
	p.must("find "+label, p.eval(&id, "fieldID", label))
	p.must("choose a file for "+label, chromedp.Do(p.tab, chromedp.SetUploadFiles(chromedp.CSS("#"+id), []string{file})))
}

// value is what stands in the field that has the label.
func (p *person) value(label string) string {
	p.t.Helper()
	var found struct{ Value, Problem string }
	p.until(fmt.Sprintf("read the field %q", label), func() string {
		if err := p.eval(&found, "fieldValue", label); err != nil {
			return err.Error()
		}
		return found.Problem
	})
	return found.Value
}

// sees waits until all texts can be seen on the page.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.until(fmt.Sprintf("see %q", text), func() string {
			if !strings.Contains(fold(p.text("body")), fold(text)) {
				return "it is not there"
			}
			return ""
		})
	}
}

// misses makes sure that a text cannot be seen on the page as it is now.
func (p *person) misses(text string) {
	p.t.Helper()
	if strings.Contains(fold(p.text("body")), fold(text)) {
		p.fail(fmt.Sprintf("%q should not be there", text))
	}
}

// read is the text of one part of the page, in one line.
func (p *person) read(part string) string {
	p.t.Helper()
	var text string
	p.until("read "+part, func() string {
		if text = p.text(part); text == "" {
			return "it is not there"
		}
		return ""
	})
	return text
}

// text is read without waiting; "" if the part is not there.
func (p *person) text(part string) string {
	var text string
	if err := p.eval(&text, "partText", part); err != nil {
		return "" // the page is just changing; the next look will tell
	}
	return strings.Join(strings.Fields(text), " ")
}

// path is the page's address below the portal's.
func (p *person) path() string {
	p.t.Helper()
	var address string
	p.until("read the address", func() string {
		if err := p.eval(&address, "address"); err != nil {
			return err.Error()
		}
		return ""
	})
	return strings.TrimPrefix(address, p.demo.PortalURL)
}

// wants makes sure that the page has a status.
func (p *person) wants(status int64) {
	p.t.Helper()
	p.mu.Lock()
	got := p.status
	p.mu.Unlock()
	if got != status {
		p.fail(fmt.Sprintf("the page has status %d, not %d", got, status))
	}
}

// press presses keys; see package kb for those without a letter.
func (p *person) press(keys string) {
	p.t.Helper()
	for _, key := range keys {
		p.must("press a key", p.strike(key))
	}
}

// pressAndGo presses a key that leads to another page.
func (p *person) pressAndGo(key string) {
	p.t.Helper()
	p.arrive("press a key", func() error { return p.strike([]rune(key)[0]) })
}

// strike presses one key as a keyboard does: the letter comes with the key that goes down, so a page that takes the key for
// itself gets no letter.
func (p *person) strike(key rune) error {
	var down, up *input.DispatchKeyEventParams
	for _, event := range kb.Encode(key) {
		switch event.Type {
		case input.DispatchKeyEventTypeKeyUp:
			up = event
		case input.DispatchKeyEventTypeChar:
			down.Text, down.UnmodifiedText = event.Text, event.UnmodifiedText
		default:
			down = event
		}
	}
	down.Type = input.DispatchKeyEventTypeKeyDown
	for _, event := range []*input.DispatchKeyEventParams{down, up} {
		if _, err := chromedp.Call(p.tab, input.DispatchKeyEvent, *event); err != nil {
			return err
		}
	}
	return nil
}

// focus names what has the focus: the label of a field, the text of a link or a button.
func (p *person) focus() string {
	var name string
	_ = p.eval(&name, "focusName") // a page that is just changing has none
	return name
}

// hasFocus waits until the focus is on what has a name.
func (p *person) hasFocus(name string) {
	p.t.Helper()
	p.until("have the focus on "+name, func() string {
		if got := p.focus(); got != name {
			return "it is on " + got
		}
		return ""
	})
}

// arrive does what leads to another page and waits until that is there and no longer on its way to yet another.
func (p *person) arrive(what string, do func() error) {
	p.t.Helper()
	before := p.arrivals()
	p.must(what, do())
	p.until(what, func() string {
		now := p.arrivals()
		if now == before {
			return "no page arrives"
		}
		var leaving bool
		if err := p.eval(&leaving, "leaving"); err != nil {
			return err.Error()
		}
		if leaving || p.arrivals() != now {
			return "the page leads on at once, but no other arrives"
		}
		return ""
	})
	p.inspect()
}

func (p *person) arrivals() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.loads
}

// until tries until there is no problem any more.
func (p *person) until(what string, problem func() string) {
	p.t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		is := problem()
		if is == "" {
			return
		}
		select {
		case <-p.loaded:
		case <-tick.C:
		case <-late:
			p.fail(fmt.Sprintf("cannot %s: %s", what, is))
		}
	}
}

func (p *person) must(what string, err error) {
	p.t.Helper()
	if err != nil {
		p.fail(fmt.Sprintf("cannot %s: %v", what, err))
	}
}

// fail ends the test with all that helps to understand why.
func (p *person) fail(why string) {
	p.t.Helper()
	picture := "none"
	if dir, err := os.MkdirTemp("", "faregate-e2e-failed-"); err == nil {
		picture = p.picture(filepath.Join(dir, "page.png"))
	}
	p.mu.Lock()
	at, status := p.at, p.status
	p.mu.Unlock()
	p.t.Fatalf("%s %s\npage: %s (status %d)\npicture: %s\ntext: %s", p.name, why, at, status, picture, p.text("body"))
}

func (p *person) picture(path string) string {
	ctx, done := context.WithTimeout(p.tab, patience)
	defer done()
	raw, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		return err.Error()
	}
	return path
}

// command sends the browser a command that no verb stands for.
func command[P, R any](p *person, c cdp.Command[P, R], params P) {
	p.t.Helper()
	_, err := chromedp.Call(p.tab, c, params)
	p.must(c.Method, err)
}

// notice is called for everything that the browser reports.
func (p *person) notice(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *page.EventLoadEventFired:
		p.loads++
		select {
		case p.loaded <- struct{}{}:
		default:
		}
	case *page.EventFrameNavigated:
		if e.Frame.ParentID == "" {
			p.at = e.Frame.URL
		}
	case *page.EventJavascriptDialogOpening:
		p.complain("a dialog opened: " + e.Message)
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || u.Scheme != "data" && !strings.HasPrefix(e.Request.URL, p.demo.PortalURL+"/") &&
			(p.expects == "" || !strings.HasPrefix(e.Request.URL, p.expects)) {
			p.complain("asked somebody else: " + e.Request.URL)
		}
	case *network.EventResponseReceived:
		switch {
		case e.Type == network.ResourceTypeDocument:
			p.status = e.Response.Status
		case e.Response.Status >= 400:
			p.complain(fmt.Sprintf("%s answered %d", e.Response.URL, e.Response.Status))
		}
	case *log.EventEntryAdded:
		// That a page has a status of 400 or more is said above, where it is a fault.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.complain(fmt.Sprintf("%s: %s", e.Entry.Source, e.Entry.Text))
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			p.complain(fmt.Sprintf("a script wrote to the console: %v", e.Args))
		}
	case *runtime.EventExceptionThrown:
		p.complain("a script failed: " + e.ExceptionDetails.Text)
	}
}

// complain notes trouble; the caller holds the mutex.
func (p *person) complain(what string) {
	if what = p.at + " " + what; !slices.Contains(p.trouble, what) {
		p.trouble = append(p.trouble, what)
	}
}

// eval calls one of the functions of driver.js in the page.
func (p *person) eval(into any, function string, args ...any) error {
	raw, err := json.Marshal(append([]any{}, args...))
	if err != nil {
		return err
	}
	ctx, done := context.WithTimeout(p.tab, patience)
	defer done()
	result, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte]("("+strings.TrimRight(eyesAndHands, ";\n")+")()."+function+"(..."+string(raw)+")"))
	if err != nil {
		return err
	}
	if len(result) == 0 {
		return errors.New("the page is not there yet")
	}
	return json.Unmarshal(result, into)
}

//go:embed driver.js
var eyesAndHands string

var spaces = regexp.MustCompile(`\s+`)

func fold(s string) string {
	return strings.ToLower(strings.TrimSpace(spaces.ReplaceAllString(s, " ")))
}
