package e2e

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// A star as it looks after the server has answered.
const (
	starKept    = ".star [aria-pressed=true]"
	starNotKept = ".star [aria-pressed=false]"
)

// The catalogue answers while one types, forgives a slip, is narrowed by a click and widened by going back, and keeps what
// somebody likes.
func TestTheCatalogueIsSearchedAsOneTypes(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	publishTides(t, demo)

	casey := visit(t, demo, "Casey")
	casey.open("/apis")
	casey.sees("2 APIs", "Quotes", "Tide Tables")
	casey.press("/")
	casey.hasFocus("Search by name, purpose or team")
	casey.press("tibe tab")
	casey.sees("1 API matching “tibe tab”", "Did you mean tide tab", "Tide Tables")
	casey.misses("Short thoughts on APIs")
	casey.isAt("/apis?q=tibe+tab")
	casey.inspect()
	casey.press("xyz")
	casey.sees("Nothing matches “tibe tabxyz”")

	casey.open("/apis?sort=name")
	casey.sees("2 APIs")
	casey.clickIn("#facets", "sea")
	casey.sees("1 API", "#sea", "Tide Tables")
	casey.misses("Short thoughts on APIs")
	casey.isAt("/apis?sort=name&tag=sea")
	casey.inspect()
	casey.back()
	casey.sees("2 APIs", "Quotes")
	casey.isAt("/apis?sort=name")

	casey.open("/sign-in?next=%2Fapis")
	casey.click("Sign in as the consumer")
	casey.sees("2 APIs")
	casey.click("Favourite: Tide Tables")
	casey.read(starKept)
	casey.click("My favourites")
	casey.sees("1 API", "Remove the filter My favourites", "Tide Tables")
	casey.click("Tide Tables")
	casey.sees("High and low water")
	casey.click("Favourite: Tide Tables") // not any more
	casey.read(starNotKept)
	casey.open("/apis?favourites=1")
	casey.sees("No favourites yet")
	casey.click("Show all APIs")
	casey.sees("2 APIs")
}

// The same without JavaScript: forms and links.
func TestTheCatalogueWorksWithoutJavaScript(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	publishTides(t, demo)
	nora := visit(t, demo, "Nora").withoutScripts()
	nora.open("/sign-in?next=%2Fapis")
	nora.click("Sign in as the consumer")
	nora.fill("Search by name, purpose or team", "tides")
	nora.clickIn("main", "Search")
	nora.sees("1 API matching “tides”", "Tide Tables")
	nora.click("Favourite: Tide Tables")
	nora.sees("1 API matching “tides”")
	nora.open("/apis")
	nora.click("My favourites")
	nora.clickIn("#facets", "sea")
	nora.click("Apply filters")
	nora.sees("1 API", "My favourites", "#sea", "Tide Tables")
	nora.click("Remove the filter #sea")
	nora.click("Remove the filter My favourites")
	nora.sees("2 APIs")
}

// publishTides has the demo's provider offer a second API.
func publishTides(t *testing.T, demo *program.Demo) {
	t.Helper()
	pia := visit(t, demo, "Pia")
	pia.open("/sign-in?next=%2Ft%2Fquotable%2Fapis%2Fnew")
	pia.click("Sign in as the provider")
	pia.fill("Name", "Tide Tables")
	pia.fill("Upstream URL", tides(t))
	pia.fill("Price per call", "0.25")
	pia.click("Create draft")
	pia.fill("In one line", "High and low water for any harbour")
	pia.fill("Tags", "sea, weather")
	pia.click("Save")
	pia.sees("saved")
	pia.click("Publish v1…")
	pia.click("Publish")
	pia.sees("This is your API")
}

// isAt waits for an address, with its query.
func (p *person) isAt(path string) {
	p.t.Helper()
	p.until("be at "+path, func() string {
		var address string
		if err := p.eval(&address, "address"); err != nil {
			return err.Error()
		}
		if !strings.HasSuffix(address, path) {
			return "it is " + address
		}
		return ""
	})
}

// back goes one step back. Where htmx has been at work this is no new page.
func (p *person) back() {
	p.t.Helper()
	var gone bool
	p.must("go back", p.eval(&gone, "back"))
}
