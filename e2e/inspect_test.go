package e2e

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe-core-4.14.1/axe.min.js
var axe string

// screen is what somebody looks at pages with.
type screen struct {
	name          string
	width, height int64
	phone         bool
}

type theme string

var (
	desktop = screen{"desktop", 1280, 800, false}
	phone   = screen{"phone", 390, 844, true}
)

const (
	light theme = "light"
	dark  theme = "dark"
)

// inspected are the pages that were inspected, by what stands on them.
var inspected once

// inspect looks at the page as it is now, in both themes and on a phone, unless a page like it was inspected before. What
// it finds is trouble of the page, and does not stop the journey.
func (p *person) inspect() {
	p.t.Helper()
	if !p.scripts || p.elsewhere() {
		return // the inspector is a script; the same pages are inspected on other journeys
	}
	kind, title := p.kind()
	shots := os.Getenv("E2E_SHOTS")
	if !inspected.first(kind) && shots == "" {
		return
	}
	p.shots++
	if shots != "" {
		shots = filepath.Join(shots, fileName(p.t.Name()+"-"+p.name))
		p.must("make a folder for the pictures", os.MkdirAll(shots, 0o750))
	}
	for _, as := range []struct {
		screen
		theme
		axe bool
	}{{desktop, dark, true}, {phone, dark, false}, {phone, light, true}, {desktop, light, true}} {
		if !as.axe && shots == "" {
			continue
		}
		p.wear(as.screen, as.theme)
		if shots != "" {
			p.picture(filepath.Join(shots, fmt.Sprintf("%02d-%s-%s-%s.png", p.shots, fileName(title), as.screen.name, as.theme)))
		}
		if as.phone {
			p.fits(as.width)
		}
		if as.axe {
			p.accessible(as.screen, as.theme)
		}
	}
}

// alike is what differs between pages that are alike: calls, and the APIs of these tests. Their states make other pages.
var alike = regexp.MustCompile(`req_\w+|Quotes|Tide Tables|Harbour Tides|Old Charts|Fog Horn`)

// kind names a page by its title and state, without what differs from one reader to the next.
func (p *person) kind() (kind, title string) {
	p.t.Helper()
	var state struct {
		Title, Heading       string
		Errors, Flash, Empty bool
		Above                string // what it is a page of
		Badges               string // among the page's facts
	}
	p.until("read the title", func() string {
		if err := p.eval(&state, "state"); err != nil {
			return err.Error()
		}
		return ""
	})
	if state.Title == "" || state.Heading == "" {
		p.note(fmt.Sprintf("the page has the title %q and the heading %q", state.Title, state.Heading))
	}
	return alike.ReplaceAllString(fmt.Sprintf("%+v", state), "*"), strings.TrimSuffix(state.Title, " · Faregate")
}

// elsewhere says whether the page is somebody else's that the journey wanted to go to.
func (p *person) elsewhere() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.expects != "" && strings.HasPrefix(p.at, p.expects)
}

func (p *person) note(trouble string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.complain(trouble)
}

// wear changes the screen and the theme. Nothing moves, so that no colour is looked at on its way to another.
func (p *person) wear(s screen, th theme) {
	p.t.Helper()
	command(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: 1, Mobile: s.phone,
	})
	command(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: string(th)}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// fits makes sure that nothing has to be scrolled sideways.
func (p *person) fits(width int64) {
	p.t.Helper()
	var page struct {
		Width int64
		Wide  []string
	}
	if err := p.eval(&page, "width", width); err != nil {
		p.note("cannot measure the page: " + err.Error())
		return
	}
	if page.Width > width {
		p.note(fmt.Sprintf("is %d px wide on a screen of %d px: %s", page.Width, width, strings.Join(page.Wide, "\n\t")))
	}
}

// accessible lets axe-core look for what keeps people out.
func (p *person) accessible(as screen, in theme) {
	p.t.Helper()
	// Of the explorer what is ours is looked at; swagger-ui has faults of its own, which the reference is without.
	const ours = `{ exclude: [".swagger-ui"] }`
	options := `{ resultTypes: ["violations"] }`
	if in == dark { // a theme changes colours and nothing else
		options = `{ resultTypes: ["violations"], runOnly: ["color-contrast"] }`
	}
	var there bool
	if err := chromedp.Do(p.tab, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) (err error) {
		if there, err = chromedp.Evaluate[bool]("window.axe !== undefined")(ctx, tab); err == nil && !there {
			_, err = chromedp.Evaluate[chromedp.Void](axe)(ctx, tab)
		}
		return err
	})); err != nil {
		p.note("cannot be inspected: " + err.Error())
		return
	}
	raw, err := chromedp.Run(p.tab, chromedp.Evaluate[[]byte](
		`axe.run(`+ours+`, `+options+`).then((r) => r.violations
			.filter((v) => v.impact === "serious" || v.impact === "critical")
			.map((v) => v.id + " (" + v.impact + "): " + v.help + "\n\t" + v.nodes.slice(0, 4).map((n) => n.html.slice(0, 200) + " :: " + (n.any[0]?.message ?? "")).join("\n\t")))`,
		chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	var found []string
	if err == nil {
		err = json.Unmarshal(raw, &found)
	}
	if err != nil {
		p.note("cannot be inspected: " + err.Error())
	}
	for _, violation := range found {
		p.note(fmt.Sprintf("(%s, %s) %s", as.name, in, violation))
	}
}

func fileName(s string) string {
	return strings.Trim(regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(s, "-"), "-")
}

// The copy of axe-core is the one that the README names.
func TestAxeIsTheFileThatTheReadmeNames(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256Hex(axe); !strings.Contains(string(readme), sum) {
		t.Errorf("README.md does not name sha256 %s", sum)
	}
}

func sha256Hex(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
