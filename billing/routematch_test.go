package billing_test

import (
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

func TestPriceOf(t *testing.T) {
	const plan, cheap, dear = 10, 1, 500
	dearImage := []models.RoutePrice{{Path: "/generate/{prompt}/image", Price: dear}}
	cheapUser := []models.RoutePrice{{Path: "/users/{id}", Price: cheap}}
	mine := []models.RoutePrice{{Path: "/users/{id}", Price: dear}, {Path: "/users/me", Price: cheap}}
	for _, row := range []struct {
		name         string
		routes       []models.RoutePrice
		method, path string
		want         models.Nano
	}{
		{"without routes the plan's price counts", nil, "GET", "/generate/cat/image", plan},
		{"a path that no route takes costs what the plan does", dearImage, "GET", "/generate/cat", plan},
		{"a route without a method takes every method", dearImage, "PURGE", "/generate/cat/image", dear},
		{"text counts before a parameter, wherever it stands in the list", mine, "GET", "/users/me", cheap},
		{"what is not the text goes to the parameter", mine, "GET", "/users/you", dear},
		{"text that comes first counts before text that comes later", []models.RoutePrice{{Path: "/{a}/image", Price: dear}, {Path: "/cat/{b}", Price: cheap}}, "GET", "/cat/image", cheap},
		{"a parameter counts before a rest", []models.RoutePrice{{Path: "/files/{rest...}", Price: dear}, {Path: "/files/{id}", Price: cheap}}, "GET", "/files/7", cheap},
		{"a longer path counts before a shorter one with a rest", []models.RoutePrice{{Path: "/{rest...}", Price: dear}, {Path: "/files/{rest...}", Price: cheap}}, "GET", "/files/7/8", cheap},
		{"a rest takes several segments", []models.RoutePrice{{Path: "/files/{rest...}", Price: dear}}, "GET", "/files/a/b/c", dear},
		{"a rest takes none", []models.RoutePrice{{Path: "/files/{rest...}", Price: dear}}, "GET", "/files", dear},
		{"a rest at the root takes the root", []models.RoutePrice{{Path: "/{rest...}", Price: dear}}, "GET", "", dear},
		{"the root is the root with and without a slash", []models.RoutePrice{{Path: "/", Price: cheap}}, "GET", "/", cheap},
		{"the root is not what is below it", []models.RoutePrice{{Path: "/", Price: cheap}}, "GET", "/a", plan},
		{"a method counts before none", []models.RoutePrice{{Path: "/a", Price: dear}, {Method: "GET", Path: "/a", Price: cheap}}, "GET", "/a", cheap},
		{"another method goes to the route without one", []models.RoutePrice{{Path: "/a", Price: dear}, {Method: "GET", Path: "/a", Price: cheap}}, "POST", "/a", dear},
		{"HEAD costs what GET does", []models.RoutePrice{{Method: "GET", Path: "/a", Price: dear}}, "HEAD", "/a", dear},
		{"a method in small letters is that method", []models.RoutePrice{{Method: "POST", Path: "/a", Price: dear}}, "post", "/a", dear},
		{"head in small letters is GET too", []models.RoutePrice{{Method: "GET", Path: "/a", Price: dear}}, "hEaD", "/a", dear},
		{"a method that a route does not name costs what the plan does", []models.RoutePrice{{Method: "POST", Path: "/a", Price: dear}}, "PUT", "/a", plan},

		{"an escaped slash within a parameter does not lower the price", dearImage, "GET", "/generate/a%2Fb/image", dear},
		{"nor does a backslash", dearImage, "GET", "/generate/a%5Cb/image", dear},
		{"nor a segment of nothing but a semicolon's", dearImage, "GET", "/generate/;cat/image", dear},
		{"nor capitals", dearImage, "GET", "/Generate/cat/IMAGE", dear},
		{"nor a slash at the end", dearImage, "GET", "/generate/cat/image/", dear},
		{"nor slashes that are doubled", dearImage, "GET", "//generate//cat//image", dear},
		{"nor an empty parameter", dearImage, "GET", "/generate//image", dear},
		{"nor a semicolon after the text", dearImage, "GET", "/generate/cat/image;v=1", dear},
		{"nor escapes of letters", dearImage, "GET", "/%67enerate/cat/imag%65", dear},
		{"nor escapes of escapes", dearImage, "GET", "/generate/cat/imag%252565", dear},
		{"nor slashes that are all escaped", dearImage, "GET", "/generate%2fcat%2Fimage", dear},
		{"nor two spellings at once: an escaped slash and a doubled one", dearImage, "GET", "/generate/a%2Fb//image", dear},
		{"nor an escaped slash beside a semicolon", dearImage, "GET", "/generate/a%2Fb/image;x", dear},
		{"nor a backslash within a parameter and an escaped slash after it", dearImage, "GET", "/generate/a%5Cb%2Fimage", dear},
		{"nor a slash that is escaped twice before one that is escaped once", dearImage, "GET", "/generate/a%252Fb%2Fimage", dear},

		{"a cheap text in capitals may be a dear parameter", mine, "GET", "/users/ME", dear},
		{"a cheap text with a semicolon may be a dear parameter", mine, "GET", "/users/me;x", dear},
		{"a cheap text that is escaped twice may be a dear parameter", mine, "GET", "/users/m%2565", dear},
		{"a cheap text that is escaped once is that text to all", mine, "GET", "/users/m%65", cheap},
		{"what may be a cheap route or none costs the dearer of both", cheapUser, "GET", "/users/a%2Fb", plan},
		{"a space in a parameter is nothing odd", cheapUser, "GET", "/users/Ann%20Lee", cheap},
		{"nor is an escaped percent sign", cheapUser, "GET", "/users/100%25", cheap},
		{"nor is what is no escape", cheapUser, "GET", "/users/%zz%", cheap},
		{"text beyond ASCII is compared as it is decoded", []models.RoutePrice{{Path: "/café", Price: cheap}}, "GET", "/caf%C3%A9", cheap},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, r := range row.routes {
				if err := r.Validate(); err != nil {
					t.Fatal(err)
				}
			}
			terms := billing.TermsOf(models.PlanRevision{Price: plan, RoutePrices: row.routes})
			if got := terms.PriceOf(row.method, row.path); got != row.want {
				t.Errorf("%s %s costs %d, want %d", row.method, row.path, got, row.want)
			}
		})
	}
}
