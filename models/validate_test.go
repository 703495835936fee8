package models_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

// problemOf is what is wrong with one field; "" if nothing is.
func problemOf(err error, field string) string {
	var invalid models.Invalid
	errors.As(err, &invalid)
	return invalid[field]
}

func fieldsOf(err error) []string {
	var invalid models.Invalid
	errors.As(err, &invalid)
	fields := []string{}
	for _, field := range []string{"name", "slug", "summary", "description", "example", "visibility", "shared_with", "tags", "support_email", "support_url", "price", "upstream", "email", "password"} {
		if invalid[field] != "" {
			fields = append(fields, field)
		}
	}
	if len(fields) != len(invalid) {
		fields = append(fields, "an unknown field")
	}
	return fields
}

func TestAPIDraftValidate(t *testing.T) {
	for _, row := range []struct {
		sentence string
		change   func(*models.APIDraft)
		bad      []string
	}{
		{"a whole draft is good", func(*models.APIDraft) {}, nil},
		{"an empty one names all that is needed", func(d *models.APIDraft) { *d = models.APIDraft{} }, []string{"name", "visibility", "upstream"}},
		{"a slug that is left out is made of the name", func(d *models.APIDraft) { d.Name, d.Slug = "Two words", "" }, nil},
		{"a slug that is left out and cannot be made of the name", func(d *models.APIDraft) { d.Name, d.Slug = "24 hours", "" }, []string{"slug"}},
		{"a slug that the portal uses", func(d *models.APIDraft) { d.Slug = "new" }, []string{"slug"}},
		{"spaces around are taken off", func(d *models.APIDraft) { d.Name, d.Slug, d.UpstreamURL = " A ", " a ", " http://x " }, nil},
		{"a name on two lines", func(d *models.APIDraft) { d.Name = "a\nb" }, []string{"name"}},
		{"a name of 80 characters", func(d *models.APIDraft) { d.Name = strings.Repeat("é", 80) }, nil},
		{"a name of 81", func(d *models.APIDraft) { d.Name = strings.Repeat("é", 81) }, []string{"name"}},
		{"a slug of 40 characters", func(d *models.APIDraft) { d.Slug = strings.Repeat("a", 40) }, nil},
		{"a slug of 41", func(d *models.APIDraft) { d.Slug = strings.Repeat("a", 41) }, []string{"slug"}},
		{"a slug that begins with a digit", func(d *models.APIDraft) { d.Slug = "1a" }, []string{"slug"}},
		{"a slug in upper case", func(d *models.APIDraft) { d.Slug = "Quotes" }, []string{"slug"}},
		{"a slug with a slash", func(d *models.APIDraft) { d.Slug = "a/b" }, []string{"slug"}},
		{"a slug that ends with a hyphen", func(d *models.APIDraft) { d.Slug = "a-" }, []string{"slug"}},
		{"a slug with two hyphens", func(d *models.APIDraft) { d.Slug = "a--b" }, []string{"slug"}},
		{"a slug that the gateway keeps for itself", func(d *models.APIDraft) { d.Slug = "_me" }, []string{"slug"}},
		{"a slug with an at sign, which parts versions", func(d *models.APIDraft) { d.Slug = "a@v2" }, []string{"slug"}},
		{"a long summary", func(d *models.APIDraft) { d.Summary = strings.Repeat("s", 161) }, []string{"summary"}},
		{"paragraphs are a description", func(d *models.APIDraft) { d.Description = "a\n\nb" }, nil},
		{"a description that is too long", func(d *models.APIDraft) { d.Description = strings.Repeat("d", 10_001) }, []string{"description"}},
		{"a description that is not text", func(d *models.APIDraft) { d.Description = "\xff" }, []string{"description"}},
		{"an example path", func(d *models.APIDraft) { d.ExamplePath = "/v2/random%20quote" }, nil},
		{"an example without its slash", func(d *models.APIDraft) { d.ExamplePath = "random" }, []string{"example"}},
		{"an example that a shell would run", func(d *models.APIDraft) { d.ExamplePath = "/$(reboot)" }, []string{"example"}},
		{"an example that ends the quotes", func(d *models.APIDraft) { d.ExamplePath = "/'; reboot; '" }, []string{"example"}},
		{"an example with a query", func(d *models.APIDraft) { d.ExamplePath = "/a?b=c&d" }, []string{"example"}},
		{"an unknown visibility", func(d *models.APIDraft) { d.Visibility = "secret" }, []string{"visibility"}},
		{"shared with nobody", func(d *models.APIDraft) { d.Visibility = models.Shared }, []string{"shared_with"}},
		{"tags beyond the alphabet", func(d *models.APIDraft) { d.Tags = []string{"poésie"} }, []string{"tags"}},
		{"more tags than one remembers", func(d *models.APIDraft) { d.Tags = strings.Fields("a b c d e f g h i j k l m") }, []string{"tags"}},
		{"support at no address", func(d *models.APIDraft) { d.SupportEmail, d.SupportURL = "me", "me" }, []string{"support_email", "support_url"}},
		{"a free API", func(d *models.APIDraft) { d.Price = 0 }, nil},
		{"the dearest call", func(d *models.APIDraft) { d.Price = 1000 * models.Unit }, nil},
		{"a dearer one", func(d *models.APIDraft) { d.Price = 1000*models.Unit + 1 }, []string{"price"}},
		{"a call that pays the caller", func(d *models.APIDraft) { d.Price = -1 }, []string{"price"}},
		{"several fields at once", func(d *models.APIDraft) { d.Name, d.UpstreamURL = "", "ftp://x" }, []string{"name", "upstream"}},
	} {
		d := models.APIDraft{Name: "Quotes", Slug: "quotes", Visibility: models.Public, UpstreamURL: "https://up.example", Price: 1}
		row.change(&d)
		if row.bad == nil {
			row.bad = []string{}
		}
		if diff := cmp.Diff(row.bad, fieldsOf(d.Validate())); diff != "" {
			t.Errorf("%s: fields (-want +got)\n%s", row.sentence, diff)
		}
	}
}

func TestParseUpstream(t *testing.T) {
	for _, row := range []struct {
		sentence, text string
		good           bool
	}{
		{"a host", "https://api.example.com", true},
		{"a host with port and path", "http://api.example.com:8080/base/", true},
		{"an IPv6 address", "http://[2001:db8::1]:80", true},
		{"the scheme in upper case", "HTTPS://api.example.com", true},
		{"nothing", "", false},
		{"no scheme", "api.example.com", false},
		{"another scheme", "ftp://api.example.com", false},
		{"a file", "file:///etc/passwd", false},
		{"a Unix socket", "unix:///run/docker.sock", false},
		{"script", "javascript:alert(1)", false},
		{"no host", "https://", false},
		{"only a path", "https:///path", false},
		{"only a port", "http://:8080", false},
		{"an opaque address", "http:api.example.com", false},
		{"user and password", "https://user:secret@api.example.com", false},
		{"an empty user", "https://@api.example.com", false},
		{"a host that looks like a user", "https://api.example.com@evil.example", false},
		{"a query", "https://api.example.com/?key=1", false},
		{"an empty query", "https://api.example.com/?", false},
		{"a fragment", "https://api.example.com/#a", false},
		{"an empty fragment", "https://api.example.com/#", false},
		{"port zero", "http://api.example.com:0", false},
		{"a port beyond the last", "http://api.example.com:65536", false},
		{"the last port", "http://api.example.com:65535", true},
		{"a colon without a port", "http://api.example.com:", false},
		{"a port that is no number", "http://api.example.com:http", false},
		{"a space in the host", "http://api example.com", false},
		{"a line break", "http://api.example.com/\r\nHost: x", false},
		{"a zero byte", "http://api.example.com/\x00", false},
		{"a backslash", `http://api.example.com\@evil.example`, false},
		{"a broken escape", "http://api.example.com/%zz", false},
		{"broken text", "http://api.example.com/\xff", false},
		{"longer than any address", "https://api.example.com/" + strings.Repeat("a", 2000), false},
	} {
		u, err := models.ParseUpstream(row.text)
		if (err == nil) != row.good {
			t.Errorf("%s: %q gives %v, %v", row.sentence, row.text, u, err)
		}
		var sentence models.Sentence
		if err != nil && (!errors.As(err, &sentence) || !strings.HasSuffix(err.Error(), ".")) {
			t.Errorf("%s: %q is no sentence for a form", row.sentence, err)
		}
	}
}

func TestNewUserValidate(t *testing.T) {
	for _, row := range []struct {
		sentence                    string
		name, email, password, bads string
	}{
		{"a person", "Ada", "ada@example.com", "correct horse", ""},
		{"an address in any case, with spaces", "Ada", " Ada@Example.COM ", "correct horse", ""},
		{"nothing at all", "", "", "", "name email password"},
		{"a name on two lines", "A\nB", "ada@example.com", "correct horse", "name"},
		{"no at sign", "Ada", "ada.example.com", "correct horse", "email"},
		{"a name with its address", "Ada", "Ada <ada@example.com>", "correct horse", "email"},
		{"two addresses", "Ada", "a@example.com,b@example.com", "correct horse", "email"},
		{"a header behind the address", "Ada", "ada@example.com\r\nBcc: x@example.com", "correct horse", "email"},
		{"an address that is too long", "Ada", strings.Repeat("a", 250) + "@x.example", "correct horse", "email"},
		{"nine characters of password", "Ada", "ada@example.com", "123456789", "password"},
		{"ten characters of any script", "Ada", "ada@example.com", "пароль1234", ""},
		{"a password that costs too much to hash", "Ada", "ada@example.com", strings.Repeat("x", 257), "password"},
		{"spaces belong to a password", "Ada", "ada@example.com", "          ", ""},
	} {
		u := models.NewUser{Name: row.name, Email: row.email, Password: row.password}
		err := u.Validate()
		if got := strings.Join(fieldsOf(err), " "); got != row.bads {
			t.Errorf("%s: bad are %q, want %q", row.sentence, got, row.bads)
		}
		if err == nil && (u.Email != "ada@example.com" || u.Password != row.password) {
			t.Errorf("%s: %+v", row.sentence, u)
		}
	}
}

func TestInvalidKeepsTheFirstProblemOfAFieldAndAFixedOrder(t *testing.T) {
	bad := models.Invalid{}
	if bad.Err() != nil {
		t.Error("nothing noted is an error")
	}
	bad.Check(true, "z", "no problem")
	bad.Check(false, "b", "first")
	bad.Check(false, "b", "second")
	bad.Check(false, "a", "other")
	if got := bad.Err().Error(); got != "a: other; b: first" {
		t.Errorf("%q", got)
	}
}

func TestTeamNamesAndSlugs(t *testing.T) {
	for name, want := range map[string]string{
		"Acme":              "acme",
		"Acme GmbH & Co.":   "acme-gmbh-co",
		"  --A  b--  ":      "a-b",
		"Ünïcode 7":         "n-code-7",
		"東京":                "team",
		"":                  "team",
		"a/../b?c#d":        "a-b-c-d",
		"<script>x</script": "script-x-script",
	} {
		if got := models.TeamSlug(name); got != want {
			t.Errorf("the slug of %q is %q, want %q", name, got, want)
		}
	}
	for name, good := range map[string]bool{
		"Acme": true, " Acme ": true, "": false, "  ": false, "a\tb": false,
		strings.Repeat("n", 60): true, strings.Repeat("n", 61): false,
	} {
		if got, err := models.ValidateTeamName(name); (err == nil) != good || good && got != strings.TrimSpace(name) {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}
