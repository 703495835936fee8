package web_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// square is a PNG of one colour.
func square(t *testing.T, side int, c color.Color) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{c})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestALogoIsShownWhereverItsAPIIs(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia, visitor := app.As(t, w.Provider), app.Browser(t)
	const studio = "/t/providers/apis/quotes"
	send := func(side int, c color.Color) webtest.Page {
		return upload(t, app, pia, "logo", studio+"/logo", "logo.png", square(t, side, c))
	}
	visitor.Get("/apis/quotes/logo").Want(http.StatusNotFound)
	if p := visitor.Get("/apis/quotes"); p.Has(".api-head img") || p.Says(".api-head .logo") != "Q" || p.Has(`meta[property="og:image"]`) {
		t.Errorf("an API without a logo is shown with %s", p.Says(".api-head"))
	}

	saved := send(300, color.NRGBA{R: 200, A: 255}).Want(http.StatusOK)
	first, _ := saved.Find("main img.logo").Attr("src")
	if !strings.Contains(saved.Says(".flash"), "The logo is saved.") || !strings.HasPrefix(first, studio+"/logo?v=") {
		t.Fatalf("after it was sent, the page shows %q and says %s", first, saved.Says(".flash"))
	}
	inCatalogue := visitor.Get("/apis").Find(".api-card img.logo").AttrOr("src", "")
	page := visitor.Get("/apis/quotes")
	for surface, src := range map[string]string{
		"its page":            page.Find(".api-head img.logo").AttrOr("src", ""),
		"those who link":      strings.TrimPrefix(page.Find(`meta[property="og:image"]`).AttrOr("content", ""), app.Server.URL),
		"the team's own APIs": strings.Replace(pia.Get("/t/providers/apis").Find("tbody img.logo").AttrOr("src", ""), "/t/providers", "", 1),
		"the studio":          strings.Replace(first, "/t/providers", "", 1),
	} {
		if src == "" || src != inCatalogue {
			t.Errorf("%s shows %q, the catalogue %q", surface, src, inCatalogue)
		}
	}
	if p := visitor.Get("/apis.json"); !strings.Contains(p.Body, `"image":"`+app.Server.URL+inCatalogue+`"`) {
		t.Errorf("apis.json has another one: %s", p.Body)
	}

	got := visitor.Get(inCatalogue).Want(http.StatusOK)
	drawn, err := png.Decode(strings.NewReader(got.Body))
	if err != nil || drawn.Bounds() != image.Rect(0, 0, models.LogoSide, models.LogoSide) {
		t.Errorf("the picture is %v, %v", drawn, err)
	}
	for header, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable", "Vary": "Cookie",
	} {
		if got.Header.Get(header) != want {
			t.Errorf("%s: %s", header, got.Header.Get(header))
		}
	}
	for address, want := range map[string]string{"/apis/quotes/logo": "public, max-age=60", "/apis/quotes/logo?v=0123456789ab": "public, max-age=60"} {
		if p := visitor.Get(address); p.Header.Get("Cache-Control") != want {
			t.Errorf("%s may be kept for %s", address, p.Header.Get("Cache-Control"))
		}
	}
	if p := pia.Get(inCatalogue); p.Header.Get("Cache-Control") != "private, max-age=31536000, immutable" {
		t.Errorf("what somebody sees who is signed in may be kept: %s", p.Header.Get("Cache-Control"))
	}
	again, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.Server.URL+inCatalogue, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	again.Header.Set("If-None-Match", got.Header.Get("ETag"))
	if p := visitor.Do(again); p.Status != http.StatusNotModified {
		t.Errorf("asked with its tag it answers %d", p.Status)
	}

	send(20, color.NRGBA{B: 200, A: 255}).Want(http.StatusOK)
	second := visitor.Get("/apis").Find(".api-card img.logo").AttrOr("src", "")
	if p := visitor.Get(second).Want(http.StatusOK); second == inCatalogue || p.Body == got.Body {
		t.Errorf("after it was replaced the catalogue shows %s", second)
	}

	asked := pia.Get(pia.Get(studio).Find(`a[href$="/logo/remove"]`).AttrOr("href", ""))
	if p := pia.Submit(asked, "main form").Want(http.StatusOK); p.Has("img.logo") || !strings.Contains(p.Says(".flash"), "The logo is removed.") {
		t.Errorf("after it was removed the page says %s", p.Says("main"))
	}
	visitor.Get(second).Want(http.StatusNotFound)
	pia.Get(studio + "/logo/remove").Want(http.StatusNotFound)
	if p := pia.Get(studio + "/activity"); !strings.Contains(p.Body, "set the logo of an API") || !strings.Contains(p.Body, "removed the logo of an API") {
		t.Errorf("the activity says %s", p.Says("main"))
	}
}

func TestALogoThatIsNotTakenIsRefusedAtItsField(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	const studio = "/t/providers/apis/quotes"
	for _, row := range []struct {
		sentence, name string
		sent           []byte
		says           string
	}{
		{"no file", "", nil, "Choose a file."},
		{"an empty file", "logo.png", nil, "The file is empty."},
		{"a file that is too large", "logo.png", bytes.Repeat([]byte("x"), models.MaxLogo+1), "larger than 1 MiB"},
		{"an SVG", "logo.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "it can hold scripts"},
		{"a page that is called a picture", "logo.png", []byte("<html><script>alert(1)</script>"), "no PNG, JPEG, GIF or WebP picture"},
		{"a picture that is too wide", "logo.png", square(t, models.MaxLogoSide+1, color.Black), "4097 × 4097 pixels"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			p := upload(t, app, pia, "logo", studio+"/logo", row.name, row.sent).Want(http.StatusUnprocessableEntity)
			if !strings.Contains(p.Says("#f-logo-error"), row.says) || !p.Has(`#f-logo[aria-invalid="true"]`) || !p.Has(`.error-summary a[href="#f-logo"]`) {
				t.Errorf("the page says %s at the field, and in all %s", p.Says("#f-logo-error"), p.Says("main"))
			}
			if p.Find("[name=name]").AttrOr("value", "") != "Quotes" || p.Has("img.logo") {
				t.Error("the rest of the page is not as it was")
			}
		})
	}
}

// A draft has its logo where its team sees it, and nowhere else.
func TestTheLogoOfADraftIsItsTeamsAlone(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	actor := models.Actor{UserID: w.Provider.ID}
	if _, err := app.Store.CreateAPI(t.Context(), actor, w.ProviderTeam.ID, models.APIDraft{Name: "Draft", Slug: "draft", Visibility: models.Public, UpstreamURL: "https://quotes.example.test"}); err != nil {
		t.Fatal(err)
	}
	p := upload(t, app, pia, "logo", "/t/providers/apis/draft/logo", "logo.png", square(t, 8, color.White)).Want(http.StatusOK)
	src := p.Find("main img.logo").AttrOr("src", "")
	if got := pia.Get(src).Want(http.StatusOK); got.Header.Get("Content-Type") != "image/png" {
		t.Errorf("it is of the type %s", got.Header.Get("Content-Type"))
	}
	app.As(t, w.Consumer).Get(src).Want(http.StatusNotFound)
	pia.Get("/apis/draft/logo").Want(http.StatusNotFound)
}
