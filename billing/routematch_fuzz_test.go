package billing_test

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// Whatever the routes and however a path is written: its price is what the dearest of all kinds of upstreams would find, and
// no other spelling of a plain path is cheaper.
func FuzzPrice(f *testing.F) {
	const routes = "/generate/{prompt}/image\nGET /generate/{rest...}\n/users/{id}\nPOST /users/me\n/users/me\n/"
	for _, path := range []string{
		"", "/", "/users/me", "/users/ME", "/users/m%2565", "/generate/cat/image", "/generate/a%2Fb/image", "/generate/a%5Cb/image",
		"/generate/;cat/image", "/Generate/cat/image", "/generate/cat/image/", "/generate//image", "/generate/a%2Fb//image",
		"/generate/a%5Cb%2Fimage", "/generate/a%252Fb%2Fimage", "/generate/a%2Fb/image;x", "/%", "/%zz", "/\xff",
	} {
		for _, method := range []string{"GET", "head", "Post", "X!"} {
			f.Add(routes, method, path, []byte{0, 1, 2, 3, 4, 5, 6, 7})
		}
	}
	f.Fuzz(func(t *testing.T, routes, method, path string, twists []byte) {
		if len(path) > 100 {
			return // the naive reading is slow
		}
		revision := models.PlanRevision{Price: 50, RoutePrices: drawRoutes(routes)}
		terms := billing.TermsOf(revision)
		price := terms.PriceOf(method, path)
		if want := naivePrice(revision, method, path); price != want {
			t.Fatalf("%s %q costs %d, want %d by %v", method, path, price, want, revision.RoutePrices)
		}
		if price != revision.Price && !slices.ContainsFunc(revision.RoutePrices, func(r models.RoutePrice) bool { return r.Price == price }) {
			t.Fatalf("%s %q costs %d, which is no price of %v", method, path, price, revision.RoutePrices)
		}
		capitals := func(r models.RoutePrice) bool { return strings.ToLower(r.Path) != r.Path }
		if !plainPath.MatchString(path) || slices.ContainsFunc(revision.RoutePrices, capitals) {
			return // another spelling may be another operation
		}
		if other := respell(path, twists); terms.PriceOf(strings.ToLower(method), other) < price {
			t.Fatalf("%q costs %d and is cheaper as %q by %v", path, price, other, revision.RoutePrices)
		}
	})
}

// plainPath has one spelling that everybody reads the same way.
var plainPath = regexp.MustCompile(`^(/[a-z0-9]+)+$`)

// drawRoutes makes up to eight routes with different prices of lines like "GET /a/{b}".
func drawRoutes(lines string) []models.RoutePrice {
	var routes []models.RoutePrice
	for line := range strings.SplitSeq(lines, "\n") {
		r := models.RoutePrice{Path: line}
		if method, path, ok := strings.Cut(line, " "); ok {
			r.Method, r.Path = method, path
		}
		if r.Validate() == nil && len(routes) < 8 {
			r.Price = models.Nano(len(routes)*29+7) % 101
			routes = append(routes, r)
		}
	}
	return routes
}

// respell writes a plain path in another way, as the twists say.
func respell(path string, twists []byte) string {
	var out strings.Builder
	for i, b := range []byte(path + "/") { // the slash at the end stands for what may follow
		twist := byte(0)
		if len(twists) > 0 {
			twist = twists[i%len(twists)] % 8
		}
		text := string(b)
		switch {
		case twist == 1:
			text = fmt.Sprintf("%%%02X", b)
		case twist == 2:
			text = fmt.Sprintf("%%25%02x", b)
		case twist == 3:
			text = strings.ToUpper(text)
		case b != '/' || i == 0:
		case twist == 4:
			text = "//"
		case twist == 5:
			text = ";x=1/"
		case twist == 6:
			text = "%5c"
		case twist == 7:
			text = "/;x/%3b/"
		case i == len(path):
			text = ""
		}
		out.WriteString(text)
	}
	return out.String()
}

// naivePrice asks every kind of upstream that there is which route it takes, and is the dearest.
func naivePrice(plan models.PlanRevision, method, path string) models.Nano {
	if method = strings.ToUpper(method); method == "HEAD" {
		method = "GET"
	}
	var most models.Nano
	for _, fold := range []func(string) string{strings.Clone, foldCase} {
		routes := naiveRoutes(plan.RoutePrices, method, fold)
		for kind := range 2 * 2 * 2 * 2 * 4 {
			is := func(bit int) bool { return kind>>bit&1 == 1 }
			var segments strings.Builder
			for _, s := range naiveRead(path, kind>>4, is(0), is(1), is(2), is(3)) {
				segments.WriteString("/" + hex.EncodeToString([]byte(fold(s))))
			}
			price, best := plan.Price, "~"
			for _, r := range routes {
				if r.rank < best && r.takes.MatchString(segments.String()) {
					price, best = r.price, r.rank
				}
			}
			most = max(most, price)
		}
	}
	return most
}

// foldCase puts for each letter the first of those that differ from it in case alone.
func foldCase(s string) string { return strings.Map(smallest, s) }

// smallest is the first of the letters that differ from one in case alone.
func smallest(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
}

// naiveRead are the segments of a path that is decoded some times, then split, then decoded once more; or split thereafter.
func naiveRead(path string, times int, splitLast, backslash, cut, drop bool) []string {
	for range times {
		path = naiveDecode(path)
	}
	if splitLast {
		path = naiveDecode(path)
	}
	if path = strings.TrimPrefix(path, "/"); path == "" {
		return nil
	}
	if backslash {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	var segments []string
	for _, s := range strings.Split(path, "/") {
		if !splitLast {
			s = naiveDecode(s)
		}
		if cut {
			s = strings.SplitN(s, ";", 2)[0]
		}
		if s != "" || !drop {
			segments = append(segments, s)
		}
	}
	return segments
}

var anEscape = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

func naiveDecode(s string) string {
	return anEscape.ReplaceAllStringFunc(s, func(escape string) string {
		plain, err := url.PathUnescape(escape)
		if err != nil {
			panic(err)
		}
		return plain
	})
}

// naiveRoute is a route as a regular expression over segments in hexadecimal. The smallest rank counts.
type naiveRoute struct {
	takes *regexp.Regexp
	rank  string
	price models.Nano
}

// naiveRoutes are the routes that take a method.
func naiveRoutes(prices []models.RoutePrice, method string, fold func(string) string) []naiveRoute {
	var routes []naiveRoute
	for _, route := range prices {
		if route.Method != "" && route.Method != method {
			continue
		}
		pattern, rank := "", ""
		for part := range strings.SplitSeq(strings.TrimPrefix(route.Path, "/"), "/") {
			switch {
			case part == "": // the root
			case strings.HasSuffix(part, "...}"):
				pattern, rank = pattern+"(/.*)?", rank+"2"
			case part[0] == '{':
				pattern, rank = pattern+"/[^/]*", rank+"1"
			default:
				pattern, rank = pattern+"/"+hex.EncodeToString([]byte(fold(part))), rank+"0"
			}
		}
		rank += "3" // so the longer counts first
		if route.Method == "" {
			rank += "4"
		}
		routes = append(routes, naiveRoute{regexp.MustCompile("^" + pattern + "$"), rank, route.Price})
	}
	return routes
}
