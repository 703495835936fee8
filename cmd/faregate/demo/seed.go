package demo

import (
	"context"
	_ "embed" // the sample API's document
	"errors"
	"fmt"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// Price of a call of the sample API, and of the newcomer's own: two cents.
const Price models.Nano = 20_000_000

// Slugs of the two APIs.
const (
	QuotesSlug = "quotes"
	MineSlug   = "mine"
)

// Seed says what to fill the database with.
type Seed struct {
	Store *store.Store
	State State
	// Import imports the documents that wait.
	Import func(ctx context.Context) error
	// Hash turns a password into the form that is stored.
	Hash func(password string) (string, error)
	// OwnUpstream is the newcomer's service, published as the API "mine"; "" for none.
	OwnUpstream string
}

//go:embed quotes.yaml
var document []byte

// Fill makes what is not there yet. It may be run again after any interruption.
func (s Seed) Fill(ctx context.Context) error {
	provider, err := s.user(ctx, "Pat Provider", s.State.Provider, true)
	if err != nil {
		return err
	}
	consumer, err := s.user(ctx, "Casey Consumer", s.State.Consumer, false)
	if err != nil {
		return err
	}
	publisher, err := s.team(ctx, provider, "Quotable", true)
	if err != nil {
		return err
	}
	apis, err := s.apis(ctx, provider, publisher)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		team, secret string
		credit       models.Nano
	}{
		{"Acme Research", s.State.Keys.Funded, 10_000 * models.Unit},
		{"Ten Calls Ltd", s.State.Keys.Ten, 10 * Price},
		{"Empty Pockets", s.State.Keys.Broke, 0},
	} {
		if err := s.consumer(ctx, consumer, c.team, c.secret, c.credit, apis); err != nil {
			return fmt.Errorf("set up the team %s: %w", c.team, err)
		}
	}
	return nil
}

func (s Seed) user(ctx context.Context, name string, login Login, administrator bool) (models.Actor, error) {
	user, err := s.Store.UserByEmail(ctx, login.Email)
	if errors.Is(err, models.ErrNotFound) {
		var hash string
		if hash, err = s.Hash(login.Password); err != nil {
			return models.Actor{}, err
		}
		u := models.NewUser{Name: name, Email: login.Email}
		if administrator {
			user, err = s.Store.AddAdministrator(ctx, u, hash)
		} else {
			user, err = s.Store.AddUser(ctx, u, hash)
		}
	}
	return models.Actor{UserID: user.ID}, err
}

func (s Seed) team(ctx context.Context, owner models.Actor, name string, provider bool) (models.Team, error) {
	found, err := s.Store.Membership(ctx, owner.UserID, models.TeamSlug(name))
	if errors.Is(err, models.ErrNotFound) {
		return s.Store.CreateTeam(ctx, owner, name, provider)
	}
	return found.Team, err
}

// apis returns the ids of the APIs that the consumer teams subscribe to.
func (s Seed) apis(ctx context.Context, owner models.Actor, team models.Team) ([]string, error) {
	drafts := []models.APIDraft{{
		Name: "Quotes", Slug: QuotesSlug, Summary: "Short thoughts on APIs, gates and money, one a call.",
		Description: "A sample API, served by the demo itself.\n\n" +
			"GET /random answers one quote, GET /quotes all of them, GET /quotes/{id} a certain one. " +
			"GET /stream sends five as server-sent events.",
		ExamplePath: "/random", Tags: []string{"quotes", "sample"}, SupportEmail: "quotes@example.com",
		Visibility: models.Public, UpstreamURL: "http://" + UpstreamHost, Price: Price,
	}}
	if s.OwnUpstream != "" {
		drafts = append(drafts, models.APIDraft{
			Name: "Mine", Slug: MineSlug, Summary: "Your own service, behind the gateway.",
			Visibility: models.Public, UpstreamURL: s.OwnUpstream, Price: Price,
		})
	}
	var ids []string
	for _, draft := range drafts {
		id, err := s.api(ctx, owner, team, draft)
		if err != nil {
			return nil, fmt.Errorf("publish the API %s: %w", draft.Slug, err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// api makes and publishes an API. One that is there is left as it is, save for a newcomer's service that has moved.
func (s Seed) api(ctx context.Context, owner models.Actor, team models.Team, draft models.APIDraft) (string, error) {
	if err := draft.Validate(); err != nil {
		return "", err
	}
	found, err := s.Store.TeamAPI(ctx, team.ID, draft.Slug)
	if errors.Is(err, models.ErrNotFound) {
		if draft.Slug == QuotesSlug {
			if draft.Document, err = s.document(ctx, owner, team); err != nil {
				return "", err
			}
		}
		found, err = s.Store.CreateAPI(ctx, owner, team.ID, draft)
	}
	if err != nil {
		return "", err
	}
	moved := draft.Slug == MineSlug && found.Version.DraftUpstreamURL != draft.UpstreamURL
	if moved {
		if err := s.Store.EditVersion(ctx, owner, team.ID, found.Version.ID, leadTo(draft.UpstreamURL, found)); err != nil {
			return "", err
		}
	}
	if moved || found.Version.State == models.Draft {
		_, err = s.Store.PublishAPI(ctx, owner, team.ID, found.API.ID, "")
	}
	return found.API.ID, err
}

// document imports the sample API's document, as if its team had uploaded it, and returns its hash.
func (s Seed) document(ctx context.Context, owner models.Actor, team models.Team) (string, error) {
	hash, err := s.Store.PutBlob(ctx, models.DocumentType(document), document)
	if err != nil {
		return "", err
	}
	begun, err := s.Store.BeginImport(ctx, owner, models.Import{TeamID: team.ID, Source: models.ImportUpload, FileName: "quotes.yaml", Hash: hash})
	if err != nil {
		return "", err
	}
	if err := s.Import(ctx); err != nil {
		return "", err
	}
	done, err := s.Store.Import(ctx, team.ID, begun.ID)
	if err == nil && done.State != models.ImportDone {
		err = fmt.Errorf("its document was not imported: %s", done.Message)
	}
	return hash, err
}

// leadTo is the draft of an API's main version as its owner left it, but for the upstream.
func leadTo(upstream string, l models.APIListing) models.VersionDraft {
	return models.VersionDraft{UpstreamURL: upstream, UpstreamLimits: l.Version.DraftLimits}
}

// consumer makes a team with a key, its subscriptions, and its credit.
func (s Seed) consumer(ctx context.Context, owner models.Actor, name, secret string, credit models.Nano, apis []string) error {
	team, err := s.team(ctx, owner, name, false)
	if err != nil {
		return err
	}
	for _, id := range apis {
		before, err := s.Store.EverSubscribed(ctx, team.ID, id)
		if err == nil && !before { // one that was ended stays ended
			_, err = s.Store.Subscribe(ctx, owner, team.ID, id, models.PlanChoice{})
		}
		if err != nil {
			return err
		}
	}
	if err := s.key(ctx, owner, team, secret); err != nil || credit == 0 {
		return err
	}
	_, err = s.Store.GrantCredit(ctx, models.System, models.Gift{TeamID: team.ID, Key: "demo:" + team.ID, Reason: "Credit to try things out", Amount: credit})
	return given(err)
}

func (s Seed) key(ctx context.Context, owner models.Actor, team models.Team, secret string) error {
	_, err := s.Store.CreateKey(ctx, owner, team.ID, "Demo key", secret, models.KeyRules{ReadBilling: true})
	return given(err)
}

// given takes "done before" for done.
func given(err error) error {
	if errors.Is(err, models.ErrConflict) {
		return nil
	}
	return err
}
