package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
)

type versionStore interface {
	TeamVersion(ctx context.Context, teamID, slug, version string) (models.APIListing, error)
	APIVersions(ctx context.Context, apiID string) ([]models.Version, error)
	RunningRelease(ctx context.Context, versionID string) (models.Release, error)
	WaitingRelease(ctx context.Context, versionID string) (models.Release, error)
	DeleteVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error
	BlockVersion(ctx context.Context, actor models.Actor, by models.Blocker, teamID, versionID, reason string) error
	UnblockVersion(ctx context.Context, actor models.Actor, by models.Blocker, teamID, versionID string) error
}

const tagVersions = "Versions of an API"

// Version is one line of an API.
type Version struct {
	Name      string              `json:"name" example:"v1"`
	Main      bool                `json:"main" doc:"Whether lists show it, and the API's page opens with it. The newest that takes new subscribers is."`
	State     models.VersionState `json:"state" enum:"draft,in_review,published,deprecated,retired"`
	Blocked   bool                `json:"blocked" doc:"Whether its team or an administrator stops its calls."`
	CreatedAt time.Time           `json:"created_at"`
	UpdatedAt time.Time           `json:"updated_at"`
}

// VersionFacts is a version with its draft, and with what callers get.
type VersionFacts struct {
	Version
	Changed  bool             `json:"changed" doc:"Whether publishing would change what callers get."`
	Upstream Upstream         `json:"upstream" doc:"Of the draft."`
	Document *VersionDocument `json:"document,omitempty" doc:"Of the draft; left out if there is none."`
	Release  *int             `json:"release" doc:"The number of what callers get; null before the first publish."`
	Waiting  *int             `json:"waiting" doc:"The number of the release that is proposed or scheduled; null if none is."`
	Block    *Block           `json:"block,omitempty" doc:"That the team has put on it."`
	Operator *Block           `json:"operator_block,omitempty" doc:"That an administrator of the portal has put on it."`
}

// Block is a stop of all calls.
type Block struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason" doc:"The subscribers read it."`
}

func version(row models.APIListing, v models.Version) Version {
	return Version{v.Name, v.ID == row.MainVersion, v.State, v.Blocked, v.CreatedAt, v.UpdatedAt}
}

func block(b models.Block) *Block {
	if b.At == nil {
		return nil
	}
	return &Block{*b.At, b.Reason}
}

// OfVersion are the parameters of operations on one version.
type OfVersion struct {
	OfAPI
	Version string `path:"version" maxLength:"20" doc:"The version's name." example:"v1"`
}

// versionOf finds a version of an API of the team.
func (c *call) versionOf(ctx context.Context, in OfVersion) (models.APIListing, error) {
	if err := c.provider(); err != nil {
		return models.APIListing{}, err
	}
	return c.api.store.TeamVersion(ctx, c.team.ID, in.API, in.Version)
}

// versionPath is the address of a version, or of something of it.
func (c *call) versionPath(row models.APIListing, parts ...string) string {
	return c.within(append([]string{"apis", row.API.Slug, "versions", row.Version.Name}, parts...)...)
}

var listVersions = operation[OfAPI, listed[Version]]{
	id: "list-versions", tag: tagVersions, summary: "List an API's versions",
	description: "In whatever state, the newest first. There are at most 50, so this list is one page.",
	do: func(ctx context.Context, c *call, in *OfAPI) (*listed[Version], error) {
		row, err := c.provides(ctx, in.API)
		if err != nil {
			return nil, err
		}
		versions, err := c.api.store.APIVersions(ctx, row.API.ID)
		return list(c, models.Paged[models.Version]{Rows: versions}, func(v models.Version) Version { return version(row, v) }), err
	},
}

type newVersion struct {
	OfAPI
	Body struct {
		Name string `json:"name" doc:"The second step of every caller's address. It never changes." example:"v2"`
		From string `json:"from,omitempty" doc:"The version whose draft it begins with; left out, the main one." example:"v1"`
	}
}

var createVersion = operation[newVersion, made[VersionFacts]]{
	id: "create-version", tag: tagVersions, summary: "Add a version",
	description: "Makes a draft with the upstream, the credential and the document of another version's draft. Nobody sees it before it is published.",
	status:      http.StatusCreated,
	do: func(ctx context.Context, c *call, in *newVersion) (*made[VersionFacts], error) {
		row, err := c.provides(ctx, in.API)
		if err != nil {
			return nil, err
		}
		from := in.Body.From
		if from == "" {
			from = row.Version.Name
		}
		v, err := c.api.Pages.AddVersion(ctx, c.actor, row, in.Body.Name, from)
		if err != nil {
			return nil, err
		}
		shown, err := c.thisVersion(ctx, OfVersion{in.OfAPI, v.Name})
		if err != nil {
			return nil, err
		}
		row.Version = v
		return &made[VersionFacts]{c.versionPath(row), shown.Body}, nil
	},
}

var showVersion = operation[OfVersion, one[VersionFacts]]{
	id: "show-version", tag: tagVersions, summary: "Show a version",
	description: "A version with its draft and with what callers get. The value of the credential is never told.",
	do: func(ctx context.Context, c *call, in *OfVersion) (*one[VersionFacts], error) {
		return c.thisVersion(ctx, *in)
	},
}

// thisVersion is the version as the store has it now.
func (c *call) thisVersion(ctx context.Context, in OfVersion) (*one[VersionFacts], error) {
	row, err := c.versionOf(ctx, in)
	if err != nil {
		return nil, err
	}
	credential, err := noneIfNotFound(c.api.store.DraftCredential(ctx, row.Version.ID))
	if err != nil {
		return nil, err
	}
	running, err := noneIfNotFound(c.api.store.RunningRelease(ctx, row.Version.ID))
	if err != nil {
		return nil, err
	}
	waiting, err := noneIfNotFound(c.api.store.WaitingRelease(ctx, row.Version.ID))
	if err != nil {
		return nil, err
	}
	facts := VersionFacts{
		Version: version(row, row.Version), Changed: row.Changed(running), Upstream: upstream(row.Version, credential),
		Block: block(row.Version.TeamBlock), Operator: block(row.Version.OperatorBlock),
	}
	if running.ID != "" {
		facts.Release = &running.Number
	}
	if waiting.ID != "" {
		facts.Waiting = &waiting.Number
	}
	facts.Document, err = c.document(ctx, row.Version.DraftDocument)
	return &one[VersionFacts]{facts}, err
}

// noneIfNotFound is the zero value of what is not there.
func noneIfNotFound[T any](found T, err error) (T, error) {
	if errors.Is(err, models.ErrNotFound) {
		return *new(T), nil
	}
	return found, err
}

type versionEdit struct {
	OfVersion
	Body struct {
		Upstream UpstreamFields `json:"upstream"`
	}
}

var editVersion = operation[versionEdit, one[VersionFacts]]{
	id: "edit-version", tag: tagVersions, summary: "Edit a version's draft",
	description: "Changes what is sent and leaves the rest. Callers get it with the next publish. Where the upstream moves to another host, send its credential with it, or " +
		"remove it: one that is kept goes to no host that it was not given for.",
	do: func(ctx context.Context, c *call, in *versionEdit) (*one[VersionFacts], error) {
		row, err := c.versionOf(ctx, in.OfVersion)
		if err != nil {
			return nil, err
		}
		stored, err := noneIfNotFound(c.api.store.DraftCredential(ctx, row.Version.ID))
		if err != nil {
			return nil, err
		}
		draft := models.VersionDraft{UpstreamURL: row.Version.DraftUpstreamURL, UpstreamLimits: row.Version.DraftLimits}
		credential := in.Body.Upstream.replaceIn(&draft.UpstreamURL, &draft.UpstreamLimits, stored)
		if err := c.api.Pages.EditVersion(ctx, c.actor, row, draft, credential, models.Invalid{}); err != nil {
			return nil, inBody(err, oneOf(draftPlaces))
		}
		return c.thisVersion(ctx, in.OfVersion)
	},
}

var deleteVersion = operation[OfVersion, nothing]{
	id: "delete-version", tag: tagVersions, summary: "Delete the draft of a version",
	description: "One that was published, or waits to be, is a 409: it stays on record. So is the only version of an API.",
	refusals:    []int{http.StatusConflict},
	do: func(ctx context.Context, c *call, in *OfVersion) (*nothing, error) {
		row, err := c.versionOf(ctx, *in)
		if err != nil {
			return nil, err
		}
		return nil, c.api.store.DeleteVersion(ctx, c.actor, c.team.ID, row.Version.ID)
	},
}

// onVersion does something with a version that others are told of, and answers how the version is then.
func (c *call) onVersion(ctx context.Context, in OfVersion, do func(models.APIListing) error) (*one[VersionFacts], error) {
	row, err := c.versionOf(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := c.mayAsk(); err != nil {
		return nil, err
	}
	if err := do(row); err != nil {
		return nil, err
	}
	return c.thisVersion(ctx, in)
}

// Confirmed is what stands in for the question that the pages ask before an act that callers feel.
type Confirmed struct {
	Confirm string `json:"confirm" doc:"The short name of the API and the version, with a space between." example:"quotes v1"`
}

// check notes a confirmation that is not of this version.
func (sent Confirmed) check(row models.APIListing, bad models.Invalid) {
	name := row.API.Slug + " " + row.Version.Name
	bad.Check(sent.Confirm == name, "confirm", "Callers feel this at once. Send “"+name+"” to confirm that it is the one you mean.")
}

type blocking struct {
	OfVersion
	Body struct {
		Confirmed
		Reason string `json:"reason" doc:"The subscribers read it. One line of at most 300 characters."`
	}
}

var blockVersion = operation[blocking, one[VersionFacts]]{
	id: "block-version", tag: tagVersions, summary: "Block a version",
	description: "Every call gets 403 “api_blocked” from now on, and the subscribers are told. A version that the team has blocked already is a 409.",
	do: func(ctx context.Context, c *call, in *blocking) (*one[VersionFacts], error) {
		return c.onVersion(ctx, in.OfVersion, func(row models.APIListing) error {
			bad := models.Invalid{}
			reason, err := models.CheckBlockReason(in.Body.Reason)
			if err != nil {
				bad["reason"] = err.Error()
			}
			in.Body.check(row, bad)
			if err := bad.Err(); err != nil {
				return err
			}
			return c.api.store.BlockVersion(ctx, c.actor, models.ByTeam, c.team.ID, row.Version.ID, reason)
		})
	},
}

var unblockVersion = operation[OfVersion, one[VersionFacts]]{
	id: "unblock-version", tag: tagVersions, summary: "Unblock a version",
	description: "Takes the team's block back, and the subscribers are told. Calls go through unless an administrator blocks it too. One that the team has not blocked is a 409.",
	do: func(ctx context.Context, c *call, in *OfVersion) (*one[VersionFacts], error) {
		return c.onVersion(ctx, *in, func(row models.APIListing) error {
			return c.api.store.UnblockVersion(ctx, c.actor, models.ByTeam, c.team.ID, row.Version.ID)
		})
	},
}
