package web_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// gallery is a portal with an API of each visibility in each state, and with readers of every kind.
type gallery struct {
	*webtest.App
	apis   []sampled
	people map[string]models.User // by who they are in sight
	tokens map[string]string      // the secrets, by what they are there

	provider                         storetest.World // as far as colleague needs it
	shared, subscribed, other        models.Team
	ofShared, ofSubscribed, ofOthers models.User
}

// asReceived exports a document as it was received.
type asReceived struct {
	handlers.DocumentReader
	store *store.Store
}

func (d *asReceived) Export(ctx context.Context, hash string, _ openapi.Additions) ([]byte, error) {
	blob, err := d.store.Blob(ctx, hash)
	return blob.Bytes, err
}

func openGallery(t *testing.T) *gallery {
	t.Helper()
	documents := &asReceived{}
	g := &gallery{App: webtest.New(t, func(c *handlers.Config, _ *web.Config) { c.Documents = documents })}
	documents.store = g.Store
	g.provider.Provider, g.provider.ProviderTeam = g.team(t, "Pia", "Providers", true)
	g.ofShared, g.shared = g.team(t, "Shari", "Sharers", false)
	g.ofSubscribed, g.subscribed = g.team(t, "Susan", "Subscribers", false)
	g.ofOthers, g.other = g.team(t, "Olga", "Others", false)
	root, err := g.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	must(t, err)
	lone, err := g.Store.SignUp(t.Context(), models.System, models.NewUser{Name: "Lone", Email: "lone@example.test"}, "x")
	must(t, err)
	g.people = map[string]models.User{
		"somebody without a team": lone, "an administrator of the portal": root, "a member of another team": g.ofOthers,
		"a member of a team that has a subscription": g.ofSubscribed, "a member of a team that it is shared with": g.ofShared,
	}
	for who, role := range map[string]models.Role{"a viewer": models.RoleViewer, "a developer": models.RoleDeveloper, "an admin": models.RoleAdmin} {
		g.people[who+" of the provider's team"] = colleague(t, g.App, g.provider, string(role), role)
	}
	g.tokens = map[string]string{
		"a token of another team": g.token(t, g.ofOthers, g.other), "a token of a team that it is shared with": g.token(t, g.ofShared, g.shared),
		"a token of the provider's team": g.token(t, g.provider.Provider, g.provider.ProviderTeam),
	}
	for _, visibility := range models.Visibilities() {
		for _, s := range sight.states {
			slug := string(visibility) + strings.ReplaceAll(s.state, " ", "")
			a := sampled{slug: slug, mark: "zq" + slug, visibility: string(visibility), state: s.state, page: s.page, isListed: s.isListed}
			g.apis = append(g.apis, a)
			g.bring(t, a)
		}
	}
	return g
}

func (g *gallery) team(t *testing.T, person, name string, provider bool) (models.User, models.Team) {
	t.Helper()
	user, err := g.Store.SignUp(t.Context(), models.System, models.NewUser{Name: person, Email: strings.ToLower(person) + "@example.test"}, "x")
	must(t, err)
	team, err := g.Store.CreateTeam(t.Context(), models.Actor{UserID: user.ID}, name, provider)
	must(t, err)
	return user, team
}

func (g *gallery) token(t *testing.T, owner models.User, team models.Team) string {
	t.Helper()
	secret := models.NewTokenSecret()
	_, err := g.Store.CreateToken(t.Context(), models.Actor{UserID: owner.ID}, team.ID, models.NewAPIToken{Name: "reader", Scopes: []models.Permission{models.MayView}}, secret)
	must(t, err)
	return secret
}

// bring makes an API and leads it to its state, in public until the end, when a team has a subscription to it.
func (g *gallery) bring(t *testing.T, a sampled) {
	t.Helper()
	pia, team := models.Actor{UserID: g.provider.Provider.ID}, g.provider.ProviderTeam.ID
	draft := models.APIDraft{
		Name: "Api " + a.mark, Slug: a.slug, Summary: "All about " + a.mark, Tags: []string{a.mark}, Visibility: models.Public, SharedWith: []string{g.shared.ID},
		UpstreamURL: "https://up.example.test", Document: g.document(t, a.mark),
	}
	made, err := g.Store.CreateAPI(t.Context(), pia, team, draft)
	must(t, err)
	logo, err := g.Store.PutBlob(t.Context(), "image/png", []byte("the picture of "+a.mark))
	must(t, err)
	must(t, g.Store.SetLogo(t.Context(), pia, team, made.API.ID, logo))
	version := made.Version.ID
	switch a.state {
	case "draft":
	case "in review":
		_, err := g.Store.ProposeRelease(t.Context(), pia, team, version, "", nil)
		must(t, err)
	default:
		_, err := g.Store.PublishVersion(t.Context(), pia, team, version, "Now with "+a.mark)
		must(t, err)
		_, err = g.Store.Subscribe(t.Context(), models.Actor{UserID: g.ofSubscribed.ID}, g.subscribed.ID, made.API.ID, models.PlanChoice{})
		must(t, err)
	}
	if a.state == "deprecated" || a.state == "retired" {
		must(t, g.Store.AnnounceDeprecation(t.Context(), pia, team, version, models.DeprecationDraft{Reason: "Enough."}))
	}
	switch a.state {
	case "retired":
		must(t, g.Store.RetireVersion(t.Context(), pia, team, version))
	case "blocked":
		must(t, g.Store.BlockVersion(t.Context(), pia, models.ByTeam, team, version, "Broken."))
	}
	draft.Visibility = models.Visibility(a.visibility)
	must(t, g.Store.EditProfile(t.Context(), pia, team, made.API.ID, draft))
}

// document stores a document whose texts have a mark, and returns its hash.
func (g *gallery) document(t *testing.T, mark string) string {
	t.Helper()
	line := openapi.OperationLine{ID: "find", Method: "GET", Path: "/" + mark, Summary: "Find " + mark}
	parts := []models.DocumentPart{}
	for name, part := range map[string]any{
		models.PartOutline:           openapi.Outline{Spec: "3.1.0", Title: mark, Operations: []openapi.OperationLine{line}, Schemas: []string{"Thing"}},
		models.PartOperation("find"): openapi.Operation{OperationLine: line},
		models.PartSchema("Thing"):   openapi.Schema{Types: []string{"string"}, Description: mark},
		models.PartFindings:          []openapi.Finding{},
	} {
		raw, err := json.Marshal(part)
		must(t, err)
		parts = append(parts, models.DocumentPart{Name: name, Bytes: raw})
	}
	hash, err := g.Store.PutBlob(t.Context(), "application/json", []byte(`{"title": "`+mark+`"}`))
	must(t, err)
	must(t, g.Store.PutDocumentParts(t.Context(), hash, parts))
	must(t, g.Store.ShowDocument(t.Context(), hash))
	return hash
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
