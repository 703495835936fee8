package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// DraftFields are what may be said of a draft. What is left out stays as it is.
type DraftFields struct {
	Summary     *string            `json:"summary,omitempty" doc:"One line of at most 160 characters."`
	Description *string            `json:"description,omitempty" doc:"Paragraphs of plain text."`
	ExamplePath *string            `json:"example_path,omitempty" doc:"What the catalogue's example calls below the version." example:"/random"`
	Category    *string            `json:"category,omitempty" doc:"The short name of one of the portal's categories; empty for none." example:"weather"`
	Tags        *[]string          `json:"tags,omitempty" doc:"What people filter the catalogue by; at most 12."`
	Support     *Support           `json:"support,omitempty" doc:"Where callers ask."`
	SharedWith  *[]string          `json:"shared_with,omitempty" doc:"Short names of teams. They count while the visibility is “shared”."`
	Visibility  *models.Visibility `json:"visibility,omitempty" enum:"private,shared,internal,public" doc:"Who may find it: the team, those it is shared with, everybody who is signed in, or everybody."`
	Upstream    *UpstreamFields    `json:"upstream,omitempty" doc:"Where calls are forwarded to."`
}

// Support is where callers ask.
type Support struct {
	Email string `json:"email,omitempty" example:"help@example.com"`
	URL   string `json:"url,omitempty" example:"https://example.com/help"`
}

// UpstreamFields are what may be said of an upstream. What is left out stays as it is.
type UpstreamFields struct {
	URL           *string           `json:"url,omitempty" example:"https://api.example.com"`
	AnswerSeconds *int64            `json:"answer_seconds,omitempty" minimum:"0" maximum:"3600" doc:"That it has for its answer; 0: the gateway's default."`
	HangUpSeconds *int64            `json:"hang_up_seconds,omitempty" minimum:"0" maximum:"300" doc:"That a metered call goes on for after its caller has left; 0: the gateway's default."`
	MaxBodyBytes  *int64            `json:"max_body_bytes,omitempty" minimum:"0" maximum:"1099511627776" doc:"Of a request; 0: no limit."`
	Credential    *CredentialFields `json:"credential,omitempty" doc:"A header that the gateway sends to it in the provider's name."`
}

// CredentialFields are a credential, or that there shall be none.
type CredentialFields struct {
	Header string `json:"header,omitempty" example:"Authorization"`
	Value  string `json:"value,omitempty" writeOnly:"true" doc:"It is sealed, and never told again. Left out, the stored one is kept."`
	Remove bool   `json:"remove,omitempty" doc:"Send none any more."`
}

// Upstream is where calls are forwarded to.
type Upstream struct {
	URL           string            `json:"url"`
	AnswerSeconds int64             `json:"answer_seconds" doc:"0: the gateway's default."`
	HangUpSeconds int64             `json:"hang_up_seconds" doc:"0: the gateway's default."`
	MaxBodyBytes  int64             `json:"max_body_bytes" doc:"0: no limit."`
	Credential    *StoredCredential `json:"credential,omitempty" doc:"Left out if there is none. Its value is never told."`
}

// StoredCredential is what may be told of a credential.
type StoredCredential struct {
	Header string    `json:"header"`
	SetAt  time.Time `json:"set_at"`
}

func upstream(v models.Version, credential models.UpstreamCredential) Upstream {
	u := Upstream{v.DraftUpstreamURL, v.DraftLimits.AnswerSeconds, v.DraftLimits.HangUpSeconds, v.DraftLimits.MaxBodyBytes, nil}
	if credential.ID != "" {
		u.Credential = &StoredCredential{credential.Header, credential.CreatedAt}
	}
	return u
}

// draftPlaces are the places of a draft's fields in a body.
var draftPlaces = map[string]string{
	"support_email": "support/email", "support_url": "support/url",
	"example": "example_path", "upstream": "upstream/url", "answer_seconds": "upstream/answer_seconds", "hang_up_seconds": "upstream/hang_up_seconds",
	"max_body": "upstream/max_body_bytes", "credential": "upstream/credential", "credential_header": "upstream/credential/header",
	"credential_value": "upstream/credential/value",
}

// edit puts the fields that were sent into a draft, and says what is to become of its credential.
func (c *call) edit(ctx context.Context, draft *models.APIDraft, sent DraftFields, stored models.UpstreamCredential, bad models.Invalid) (models.NewCredential, error) {
	replace(&draft.Summary, sent.Summary)
	replace(&draft.Description, sent.Description)
	replace(&draft.ExamplePath, sent.ExamplePath)
	replace(&draft.Visibility, sent.Visibility)
	replace(&draft.Tags, sent.Tags)
	if sent.Support != nil {
		draft.SupportEmail, draft.SupportURL = sent.Support.Email, sent.Support.URL
	}
	if sent.SharedWith != nil {
		var err error
		if draft.SharedWith, err = c.api.Pages.SharedWith(ctx, *sent.SharedWith, bad); err != nil {
			return models.NewCredential{}, err
		}
	}
	if sent.Category != nil {
		var err error
		if draft.CategoryID, err = c.categoryID(ctx, *sent.Category, bad); err != nil {
			return models.NewCredential{}, err
		}
	}
	return sent.Upstream.replaceIn(&draft.UpstreamURL, &draft.UpstreamLimits, stored), nil
}

// replaceIn puts the fields that were sent into an upstream, and says what is to become of its credential.
func (sent *UpstreamFields) replaceIn(address *string, limits *models.UpstreamLimits, stored models.UpstreamCredential) models.NewCredential {
	if sent == nil {
		return models.NewCredential{Header: stored.Header}
	}
	replace(address, sent.URL)
	replace(&limits.AnswerSeconds, sent.AnswerSeconds)
	replace(&limits.HangUpSeconds, sent.HangUpSeconds)
	replace(&limits.MaxBodyBytes, sent.MaxBodyBytes)
	if chosen := sent.Credential; chosen != nil {
		return models.NewCredential{Remove: chosen.Remove, Header: chosen.Header, Value: chosen.Value}
	}
	return models.NewCredential{Header: stored.Header}
}

// categoryID finds a category by its short name, "" for none, and notes where there is no such.
func (c *call) categoryID(ctx context.Context, slug string, bad models.Invalid) (string, error) {
	if slug == "" {
		return "", nil
	}
	all, err := c.api.store.Categories(ctx)
	for _, category := range all {
		if category.Slug == slug {
			return category.ID, nil
		}
	}
	bad.Check(err != nil, "category", "There is no such category here. Its short name stands in the addresses of the catalogue.")
	return "", err
}

// categorySlug is the short name of a category, "" for none.
func (c *call) categorySlug(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	all, err := c.api.store.Categories(ctx)
	for _, category := range all {
		if category.ID == id {
			return category.Slug, nil
		}
	}
	return "", err
}

// replace sets a value to one that was sent, if it was.
func replace[T any](value, sent *T) {
	if sent != nil {
		*value = *sent
	}
}
