package api

import (
	"context"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
)

type keyStore interface {
	TeamKeys(ctx context.Context, teamID string, filter models.KeyFilter, page models.Page) (models.Paged[models.Key], error)
	TeamKey(ctx context.Context, teamID, keyID string) (models.Key, error)
	CreateKey(ctx context.Context, actor models.Actor, teamID, name, secret string, rules models.KeyRules) (models.Key, error)
	SetKeyRules(ctx context.Context, actor models.Actor, teamID, keyID string, rules models.KeyRules) error
	RotateKey(ctx context.Context, actor models.Actor, teamID, keyID string, r models.Rotation) (models.Key, error)
	EndRotation(ctx context.Context, actor models.Actor, teamID, keyID string) error
	RevokeKey(ctx context.Context, actor models.Actor, teamID, keyID string) error
	KeyUse(ctx context.Context, teamID string, keys []models.Key, since time.Time) (map[string]models.KeyUse, error)
	KeyAPIs(ctx context.Context, teamID, keyID string, since time.Time) ([]models.APICalls, error)
	APIsForKeys(ctx context.Context, teamID string, kept ...models.KeyRules) (map[string]models.APIName, error)
	APINames(ctx context.Context, ids []string) (map[string]models.APIName, error)
}

const tagKeys = "Keys"

// Key is a key without its secret.
type Key struct {
	ID                  string     `json:"id"`
	Name                string     `json:"name"`
	Hint                string     `json:"hint" doc:"The beginning and the end of its secret."`
	State               string     `json:"state" enum:"active,rotating,revoked,expired"`
	Owner               *string    `json:"owner" doc:"The id of the member who made it; null if a token of the team did."`
	CreatedAt           time.Time  `json:"created_at"`
	RevokedAt           *time.Time `json:"revoked_at"`
	OldSecretWorksUntil *time.Time `json:"old_secret_works_until" doc:"While it is rotating: when the time of the secret before is over."`
	LastUsedAt          *time.Time `json:"last_used_at" doc:"null if it never was."`
	Limits              KeyLimits  `json:"limits"`
}

// KeyWithSecret is a key in the one answer that has its secret.
type KeyWithSecret struct {
	Key
	Secret string `json:"secret" doc:"It is shown in this answer alone."`
}

// OfKey is the parameter of operations on one key.
type OfKey struct {
	InTeam
	Key string `path:"key" maxLength:"60" doc:"The key's id."`
}

type keyPage struct {
	InTeam
	Paging
	State models.KeyState `query:"state" enum:"active,rotating,revoked,expired" doc:"Only keys in this state."`
	Text  string          `query:"q" maxLength:"100" doc:"Only keys with this text in the name, in the hint, or in the name of who made them."`
}

var listKeys = operation[keyPage, listed[Key]]{
	id: "list-keys", tag: tagKeys, summary: "List keys",
	description: "The newest first.",
	do: func(ctx context.Context, c *call, in *keyPage) (*listed[Key], error) {
		rows, err := c.api.store.TeamKeys(ctx, c.team.ID, models.KeyFilter{State: in.State, Text: in.Text}, in.page())
		if err != nil {
			return nil, err
		}
		shown, err := c.keys(ctx, rows.Rows...)
		return list(c, models.Paged[Key]{Rows: shown, Next: rows.Next}, func(k Key) Key { return k }), err
	},
}

// keys shows keys with when they were used last and the names of what they may call.
func (c *call) keys(ctx context.Context, rows ...models.Key) ([]Key, error) {
	now, rules := c.api.Pages.Clock.Now(), make([]models.KeyRules, len(rows))
	for i, k := range rows {
		rules[i] = k.KeyRules
	}
	names, err := c.api.store.APINames(ctx, models.APIsOf(rules...))
	if err != nil {
		return nil, err
	}
	use, err := c.api.store.KeyUse(ctx, c.team.ID, rows, now)
	shown := make([]Key, len(rows))
	for i, k := range rows {
		shown[i] = Key{
			ID: k.ID, Name: k.Name, Hint: k.Hint, State: string(k.StateAt(now)), CreatedAt: k.CreatedAt, RevokedAt: k.RevokedAt,
			LastUsedAt: lastUsed(use[k.ID]), Limits: c.showLimits(k.KeyRules, names),
		}
		if k.UserID != "" {
			shown[i].Owner = &k.UserID
		}
		if k.StateAt(now) == models.KeyRotating {
			shown[i].OldSecretWorksUntil = k.RotatingUntil
		}
	}
	return shown, err
}

func lastUsed(use models.KeyUse) *time.Time {
	if use.LastCall == 0 {
		return nil
	}
	at := use.LastCall.Time()
	return &at
}

var showKey = operation[OfKey, one[Key]]{
	id: "show-key", tag: tagKeys, summary: "Show a key",
	description: "A key in whatever state, without its secret.",
	do: func(ctx context.Context, c *call, in *OfKey) (*one[Key], error) {
		return c.thisKey(ctx, in.Key)
	},
}

func (c *call) thisKey(ctx context.Context, id string) (*one[Key], error) {
	key, err := c.api.store.TeamKey(ctx, c.team.ID, id)
	if err != nil {
		return nil, err
	}
	shown, err := c.keys(ctx, key)
	if err != nil {
		return nil, err
	}
	return &one[Key]{shown[0]}, nil
}

type newKey struct {
	InTeam
	Body struct {
		Name   string    `json:"name" doc:"At most 60 characters; what will use it." example:"Nightly import"`
		Limits KeyLimits `json:"limits,omitempty" doc:"Left out: none."`
	}
}

var createKey = operation[newKey, made[KeyWithSecret]]{
	id: "create-key", tag: tagKeys, summary: "Create a key",
	description: "Makes a key that works at once. Its secret is in this answer alone; send an Idempotency-Key, so that an answer that got lost can be asked for again.",
	status:      http.StatusCreated,
	do: func(ctx context.Context, c *call, in *newKey) (*made[KeyWithSecret], error) {
		rules, err := c.readLimits(ctx, in.Body.Limits, "limits/", models.KeyRules{})
		name, wrong := models.ValidateKeyName(in.Body.Name)
		if err := (models.Invalid{}).With(err, wrong); err != nil {
			return nil, err
		}
		secret := models.NewKeySecret()
		key, err := c.api.store.CreateKey(ctx, c.actor, c.team.ID, name, secret, rules)
		if err != nil {
			return nil, err
		}
		shown, err := c.withSecret(ctx, key, secret)
		return &made[KeyWithSecret]{c.within("keys", key.ID), shown}, err
	},
}

func (c *call) withSecret(ctx context.Context, key models.Key, secret string) (KeyWithSecret, error) {
	shown, err := c.keys(ctx, key)
	if err != nil {
		return KeyWithSecret{}, err
	}
	return KeyWithSecret{shown[0], secret}, nil
}

type keyLimits struct {
	OfKey
	Body KeyLimits
}

var setKeyLimits = operation[keyLimits, one[Key]]{
	id: "set-key-limits", tag: tagKeys, summary: "Set what a key is limited to",
	description: "All limits of the key at once: what is left out is no limit any more. Its next call meets them; what was spent stays spent.",
	refusals:    []int{http.StatusConflict, http.StatusUnprocessableEntity},
	do: func(ctx context.Context, c *call, in *keyLimits) (*one[Key], error) {
		key, err := c.api.store.TeamKey(ctx, c.team.ID, in.Key)
		if err != nil {
			return nil, err
		}
		rules, err := c.readLimits(ctx, in.Body, "", key.KeyRules)
		if err != nil {
			return nil, err
		}
		if err := c.api.store.SetKeyRules(ctx, c.actor, c.team.ID, key.ID, rules); err != nil {
			return nil, err
		}
		return c.thisKey(ctx, key.ID)
	},
}

type keyRotation struct {
	OfKey
	Body struct {
		Overlap  models.Overlap `json:"overlap" enum:"none,hour,day,week" doc:"How long the old secret works on."`
		Replaces string         `json:"replaces,omitempty" doc:"The hint of the secret that is to be replaced. If it is another one by now nothing is done. Left out: whichever it is."`
	}
}

var rotateKey = operation[keyRotation, one[KeyWithSecret]]{
	id: "rotate-key", tag: tagKeys, summary: "Give a key a new secret",
	description: "The key keeps its id, limits, budgets and history. The old secret works on for the overlap, and one that was replaced before ends at once. The new secret is " +
		"in this answer alone; send an Idempotency-Key, so that an answer that got lost can be asked for again.",
	do: func(ctx context.Context, c *call, in *keyRotation) (*one[KeyWithSecret], error) {
		rotation := models.Rotation{Replaces: in.Body.Replaces, Secret: models.NewKeySecret(), Overlap: in.Body.Overlap}
		if rotation.Replaces == "" {
			key, err := c.api.store.TeamKey(ctx, c.team.ID, in.Key)
			if err != nil {
				return nil, err
			}
			rotation.Replaces = key.Hint
		}
		key, err := c.api.store.RotateKey(ctx, c.actor, c.team.ID, in.Key, rotation)
		if err != nil {
			return nil, err
		}
		shown, err := c.withSecret(ctx, key, rotation.Secret)
		return &one[KeyWithSecret]{shown}, err
	},
}

var endRotation = operation[OfKey, one[Key]]{
	id: "end-rotation", tag: tagKeys, summary: "End the old secret of a key",
	description: "Ends the time of the secret before the present one: calls with it get 401 from now on. Where there is none, nothing changes.",
	do: func(ctx context.Context, c *call, in *OfKey) (*one[Key], error) {
		if err := c.api.store.EndRotation(ctx, c.actor, c.team.ID, in.Key); err != nil {
			return nil, err
		}
		return c.thisKey(ctx, in.Key)
	},
}

var revokeKey = operation[OfKey, one[Key]]{
	id: "revoke-key", tag: tagKeys, summary: "Revoke a key",
	description: "Ends a key for good: calls with it get 401 before this is answered. Revoking it again changes nothing.",
	do: func(ctx context.Context, c *call, in *OfKey) (*one[Key], error) {
		if err := c.api.store.RevokeKey(ctx, c.actor, c.team.ID, in.Key); err != nil {
			return nil, err
		}
		return c.thisKey(ctx, in.Key)
	},
}

// KeyUse is what a key did of late.
type KeyUse struct {
	Since      time.Time  `json:"since"`
	Calls      int64      `json:"calls"`
	CallerGone int64      `json:"caller_gone" doc:"Of these, calls whose caller left before the answer."`
	Spent      Amount     `json:"spent"`
	LastUsedAt *time.Time `json:"last_used_at" doc:"Ever; null if it never was."`
	APIs       []APIUse   `json:"apis" nullable:"false" doc:"The most called first."`
}

// APIUse is how often an API was called.
type APIUse struct {
	API   string `json:"api" doc:"Its short name."`
	Name  string `json:"name"`
	Calls int64  `json:"calls"`
}

var showKeyUse = operation[OfKey, one[KeyUse]]{
	id: "show-key-use", tag: tagKeys, summary: "Show what a key did in 7 days",
	description: "Calls that were let through, from the quarter of an hour in which the time begins. Look here before you revoke a key.",
	do: func(ctx context.Context, c *call, in *OfKey) (*one[KeyUse], error) {
		key, err := c.api.store.TeamKey(ctx, c.team.ID, in.Key)
		if err != nil {
			return nil, err
		}
		since := c.api.Pages.Clock.Now().AddDate(0, 0, -models.UseDays)
		use, err := c.api.store.KeyUse(ctx, c.team.ID, []models.Key{key}, since)
		if err != nil {
			return nil, err
		}
		u := use[key.ID]
		shown := KeyUse{Since: since, Calls: u.Calls, CallerGone: u.Gone, Spent: c.amount(u.Spent), LastUsedAt: lastUsed(u), APIs: []APIUse{}}
		apis, err := c.api.store.KeyAPIs(ctx, c.team.ID, key.ID, since)
		for _, a := range apis {
			shown.APIs = append(shown.APIs, APIUse{a.Slug, a.Name, a.Calls})
		}
		return &one[KeyUse]{shown}, err
	},
}
