package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
)

type deprecationStore interface {
	AnnounceDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string, draft models.DeprecationDraft) error
	ChangeDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string, draft models.DeprecationDraft, confirmed bool) error
	UndoDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string) error
	RetireVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error
	BringBackVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error
	Successor(ctx context.Context, versionID string) (models.Successor, error)
	CountAcknowledged(ctx context.Context, apiID, versionID string) (read, all int64, err error)
	VersionCallers(ctx context.Context, apiID, versionID string, since time.Time, page models.Page) (models.Paged[models.VersionCaller], error)
}

const tagDeprecation = "The end of a version"

// Deprecation is what was announced of a version's end.
type Deprecation struct {
	State        models.VersionState `json:"state" enum:"published,deprecated,retired" doc:"Of the version."`
	AnnouncedAt  *time.Time          `json:"announced_at"`
	DeprecatedAt *time.Time          `json:"deprecated_at" doc:"From when on nobody new subscribes. It may lie ahead."`
	SunsetAt     *time.Time          `json:"sunset_at" doc:"From when on calls get 410; null while there is no date."`
	Successor    *Successor          `json:"successor,omitempty" doc:"Left out if there is none, or callers may not know of it."`
	Reason       string              `json:"reason"`
	Acknowledged int64               `json:"acknowledged" doc:"How many teams with a subscription have acknowledged it."`
	Subscribers  int64               `json:"subscribers" doc:"How many there are."`
}

// Successor is what comes after a version.
type Successor struct {
	Version string `json:"version,omitempty" doc:"Another version of the same API." example:"v2"`
	API     string `json:"api,omitempty" doc:"Or the short name of another API." example:"better-quotes"`
}

// Announcement is what is said of a version's end.
type Announcement struct {
	DeprecatedAt *time.Time `json:"deprecated_at,omitempty" doc:"Within two years; left out: at once. Of a version that is deprecated by now it has no effect."`
	SunsetAt     *time.Time `json:"sunset_at,omitempty" doc:"Within two years, and not before it is deprecated; left out: no date yet."`
	Successor    *Successor `json:"successor,omitempty" doc:"One of the two. It is published, does not end itself, and can be seen by all who can see this API."`
	Reason       string     `json:"reason,omitempty" doc:"Needed where there is no successor. One line of at most 500 characters; subscribers read it."`
}

// deprecationPlaces are the places of an announcement's fields in a body.
var deprecationPlaces = map[string]string{"successor": "successor/version", "successor_api": "successor/api"}

// read makes a draft of what was sent for a version. models.Invalid says which successor is none; the rest is the store's to judge.
func (sent Announcement) read(ctx context.Context, c *call, row models.APIListing) (draft models.DeprecationDraft, err error) {
	bad := models.Invalid{}
	draft.Reason = sent.Reason
	draft.DeprecatedAt = announced(sent.DeprecatedAt, "deprecated_at", "at once", bad)
	draft.SunsetAt = announced(sent.SunsetAt, "sunset_at", "no date yet", bad)
	if next := sent.Successor; next != nil {
		bad.Check(next.Version == "" || next.API == "", "successor_api", "Name a version or another API, and not both.")
		if next.Version != "" {
			other, err := noneIfNotFound(c.api.store.TeamVersion(ctx, c.team.ID, row.API.Slug, next.Version))
			if err != nil {
				return draft, err
			}
			draft.SuccessorVersionID = other.Version.ID
			bad.Check(other.Version.ID != "", "successor", "Name a version that is there.")
		}
		if next.API != "" {
			other, err := noneIfNotFound(c.api.store.CatalogueAPI(ctx, c.actor.In(c.team.ID), next.API))
			if err != nil {
				return draft, err
			}
			draft.SuccessorAPIID = other.API.ID
			bad.Check(other.API.ID != "", "successor_api", "There is no such API that you can see. Check the short name.")
		}
	}
	return draft, bad.Err()
}

// announced is a time that was sent, the zero value for none. The year 1 that a program sends for a time that it has not set is no time,
// or it would deprecate a version at once and forget when it is retired.
func announced(sent *time.Time, field, leftOut string, bad models.Invalid) time.Time {
	at := instant(sent)
	if at == nil {
		return time.Time{}
	}
	bad.Check(!at.IsZero(), field, "This time has passed. Choose a later one, or leave it out for "+leftOut+".")
	return *at
}

var showDeprecation = operation[OfVersion, one[Deprecation]]{
	id: "show-deprecation", tag: tagDeprecation, summary: "Show what is announced of a version's end",
	description: "A version of which nothing is announced is a 404.",
	do: func(ctx context.Context, c *call, in *OfVersion) (*one[Deprecation], error) {
		return c.thisDeprecation(ctx, *in)
	},
}

// thisDeprecation is what is announced now.
func (c *call) thisDeprecation(ctx context.Context, in OfVersion) (*one[Deprecation], error) {
	row, err := c.versionOf(ctx, in)
	if err != nil {
		return nil, err
	}
	d := row.Version.Deprecation
	if d.AnnouncedAt == nil {
		return nil, models.ErrNotFound
	}
	next, err := c.api.store.Successor(ctx, row.Version.ID)
	if err != nil {
		return nil, err
	}
	shown := Deprecation{State: row.Version.State, AnnouncedAt: d.AnnouncedAt, DeprecatedAt: d.DeprecatedAt, SunsetAt: d.SunsetAt, Reason: d.Reason}
	switch {
	case next.Version != "":
		shown.Successor = &Successor{Version: next.Version}
	case next.APISlug != "":
		shown.Successor = &Successor{API: next.APISlug}
	}
	shown.Acknowledged, shown.Subscribers, err = c.api.store.CountAcknowledged(ctx, row.API.ID, row.Version.ID)
	return &one[Deprecation]{shown}, err
}

// onEnd does something with the end of a version, of which its subscribers are told.
func (c *call) onEnd(ctx context.Context, in OfVersion, do func(models.APIListing) error) (row models.APIListing, err error) {
	if row, err = c.versionOf(ctx, in); err != nil {
		return row, err
	}
	if err := c.mayAsk(); err != nil {
		return row, err
	}
	return row, inBody(do(row), oneOf(deprecationPlaces))
}

type announcing struct {
	OfVersion
	Body Announcement
}

var announceDeprecation = operation[announcing, made[Deprecation]]{
	id: "announce-deprecation", tag: tagDeprecation, summary: "Announce the end of a version",
	description: "Subscribers are told, and every answer of the version says so from now on. A version that is not published, or of which the end is announced already, is a 409. " +
		"See first who calls it.",
	status: http.StatusCreated,
	do: func(ctx context.Context, c *call, in *announcing) (*made[Deprecation], error) {
		row, err := c.onEnd(ctx, in.OfVersion, func(row models.APIListing) error {
			draft, err := in.Body.read(ctx, c, row)
			if err != nil {
				return err
			}
			return c.api.store.AnnounceDeprecation(ctx, c.actor, c.team.ID, row.Version.ID, draft)
		})
		if err != nil {
			return nil, err
		}
		shown, err := c.thisDeprecation(ctx, in.OfVersion)
		if err != nil {
			return nil, err
		}
		return &made[Deprecation]{c.versionPath(row, "deprecation"), shown.Body}, nil
	},
}

type changing struct {
	OfVersion
	Body struct {
		Announcement
		Confirm string `json:"confirm,omitempty" doc:"Needed for what leaves callers less time than they were told: the short name of the API and the version, with a space between." example:"quotes v1"`
	}
}

var changeDeprecation = operation[changing, one[Deprecation]]{
	id: "change-deprecation", tag: tagDeprecation, summary: "Change what is announced",
	description: "Puts what is sent in the place of all that was announced. Subscribers are told, and have to acknowledge it anew. A version of which nothing is announced, or " +
		"that is retired, is a 409.",
	refusals: []int{http.StatusConflict},
	do: func(ctx context.Context, c *call, in *changing) (*one[Deprecation], error) {
		if _, err := c.onEnd(ctx, in.OfVersion, func(row models.APIListing) error {
			draft, err := in.Body.read(ctx, c, row)
			if err != nil {
				return err
			}
			if at := row.Version.Deprecation.DeprecatedAt; at != nil && row.Version.State == models.Deprecated {
				draft.DeprecatedAt = *at // or it would seem to come sooner than it did
			}
			unconfirmed := models.Invalid{}
			Confirmed{in.Body.Confirm}.check(row, unconfirmed)
			err = c.api.store.ChangeDeprecation(ctx, c.actor, c.team.ID, row.Version.ID, draft, len(unconfirmed) == 0)
			if errors.Is(err, models.ErrSooner) {
				return unconfirmed
			}
			return err
		}); err != nil {
			return nil, err
		}
		return c.thisDeprecation(ctx, in.OfVersion)
	},
}

var undoDeprecation = operation[OfVersion, nothing]{
	id: "undo-deprecation", tag: tagDeprecation, summary: "Take back what is announced",
	description: "As if it had never been; subscribers are told. A version of which nothing is announced, or that is retired, is a 409.",
	refusals:    []int{http.StatusConflict},
	do: func(ctx context.Context, c *call, in *OfVersion) (*nothing, error) {
		_, err := c.onEnd(ctx, *in, func(row models.APIListing) error {
			return c.api.store.UndoDeprecation(ctx, c.actor, c.team.ID, row.Version.ID)
		})
		return nil, err
	},
}

type retiring struct {
	OfVersion
	Body Confirmed
}

var retireVersion = operation[retiring, one[Deprecation]]{
	id: "retire-version", tag: tagDeprecation, summary: "Retire a version now",
	description: "Calls get 410 from now on, and subscribers are told. A version of which the end is not announced is a 409.",
	do: func(ctx context.Context, c *call, in *retiring) (*one[Deprecation], error) {
		if _, err := c.onEnd(ctx, in.OfVersion, func(row models.APIListing) error {
			bad := models.Invalid{}
			in.Body.check(row, bad)
			if err := bad.Err(); err != nil {
				return err
			}
			return c.api.store.RetireVersion(ctx, c.actor, c.team.ID, row.Version.ID)
		}); err != nil {
			return nil, err
		}
		return c.thisDeprecation(ctx, in.OfVersion)
	},
}

var bringBack = operation[OfVersion, one[Deprecation]]{
	id: "bring-back-version", tag: tagDeprecation, summary: "Bring a retired version back",
	description: "It is deprecated again, without a date for its retirement, and subscribers are told. A version that is not retired is a 409.",
	do: func(ctx context.Context, c *call, in *OfVersion) (*one[Deprecation], error) {
		if _, err := c.onEnd(ctx, *in, func(row models.APIListing) error {
			return c.api.store.BringBackVersion(ctx, c.actor, c.team.ID, row.Version.ID)
		}); err != nil {
			return nil, err
		}
		return c.thisDeprecation(ctx, *in)
	},
}

// Caller is a key that called a version.
type Caller struct {
	Team   string    `json:"team" doc:"Its name."`
	Own    bool      `json:"own" doc:"Whether that is the team that owns the API."`
	Key    string    `json:"key" doc:"What its team calls it."`
	Hint   string    `json:"hint" doc:"What may be shown of the secret."`
	Calls  int64     `json:"calls" doc:"Within 30 days."`
	LastAt time.Time `json:"last_at"`
}

var listCallers = operation[versionPage, listed[Caller]]{
	id: "list-callers", tag: tagDeprecation, summary: "List who calls a version",
	description: "The keys that called it within 30 days, the latest call first. A call counts a second after it ended.",
	do: func(ctx context.Context, c *call, in *versionPage) (*listed[Caller], error) {
		row, err := c.versionOf(ctx, in.OfVersion)
		if err != nil {
			return nil, err
		}
		since := c.api.Pages.Clock.Now().AddDate(0, 0, -models.CallerDays)
		rows, err := c.api.store.VersionCallers(ctx, row.API.ID, row.Version.ID, since, in.page())
		return list(c, rows, func(k models.VersionCaller) Caller {
			return Caller{k.TeamName, k.TeamID == c.team.ID, k.KeyName, k.KeyHint, k.Calls, k.LastCall.Time()}
		}), err
	},
}
