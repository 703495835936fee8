package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/problem"
)

type documentStore interface {
	Import(ctx context.Context, teamID, id string) (models.Import, error)
	Documents(ctx context.Context, hashes ...string) (map[string]models.Document, error)
	Blob(ctx context.Context, hash string) (models.Blob, error)
}

const tagDocuments = "OpenAPI documents"

// VersionDocument is what is to be said of an OpenAPI document in a few words.
type VersionDocument struct {
	SHA256     string    `json:"sha256" doc:"Of the bytes as they were received, in hexadecimal digits."`
	Spec       string    `json:"spec" doc:"The version of OpenAPI, as the document writes it." example:"3.1.1"`
	Title      string    `json:"title"`
	Version    string    `json:"version" doc:"As the document writes it."`
	Operations int       `json:"operations"`
	Errors     int       `json:"errors" doc:"Findings that forbid a publish."`
	Warnings   int       `json:"warnings" doc:"Findings that do not."`
	Size       int64     `json:"size" doc:"In bytes."`
	ImportedAt time.Time `json:"imported_at"`
}

// document is the document with this hash, nil for none.
func (c *call) document(ctx context.Context, hash string) (*VersionDocument, error) {
	if hash == "" {
		return nil, nil
	}
	found, err := c.api.store.Documents(ctx, hash)
	d := found[hash]
	return &VersionDocument{d.Hash, d.Spec, d.Title, d.Version, d.Operations, d.Errors, d.Warnings, d.Size, d.CreatedAt}, err
}

// Import is a document on its way into the portal.
type Import struct {
	ID        string           `json:"id"`
	State     string           `json:"state" enum:"waiting,running,done,failed" doc:"It ends in one of the last two."`
	URL       string           `json:"url,omitempty" doc:"Where it is fetched from; left out if it was sent."`
	Stage     string           `json:"stage" doc:"What is being done, in words."`
	Percent   int              `json:"percent" doc:"Of the whole work."`
	Message   string           `json:"message,omitempty" doc:"Why it failed."`
	Line      int              `json:"line,omitempty" doc:"Where it failed, from 1 on; left out where that is not known."`
	Column    int              `json:"column,omitempty" doc:"In characters, from 1 on."`
	Document  *VersionDocument `json:"document,omitempty" doc:"Once it is done."`
	CreatedAt time.Time        `json:"created_at"`
	EndedAt   *time.Time       `json:"ended_at" doc:"Null while it goes on."`
}

func (c *call) shownImport(ctx context.Context, i models.Import) (shown Import, err error) {
	shown = Import{
		ID: i.ID, State: string(i.State), URL: i.URL, Stage: i.Stage, Percent: i.Share, Message: i.Message, Line: i.Line, Column: i.Column,
		CreatedAt: i.CreatedAt, EndedAt: i.EndedAt,
	}
	if i.State == models.ImportDone {
		shown.Document, err = c.document(ctx, i.Hash)
	}
	return shown, err
}

// importing has a document imported, and answers where its progress is.
func (c *call) importing(ctx context.Context, in OfVersion, i models.Import, raw []byte) (*made[Import], error) {
	row, err := c.versionOf(ctx, in)
	if err != nil {
		return nil, err
	}
	i.TeamID, i.VersionID = c.team.ID, row.Version.ID
	i, err = c.api.Pages.BeginImport(ctx, c.actor, i, raw)
	var why models.Sentence
	if errors.As(err, &why) {
		return nil, refusal(problem.TooManyRequests, why.Error()).with("Retry-After", "5")
	}
	if err != nil {
		return nil, err
	}
	shown, err := c.shownImport(ctx, i)
	return &made[Import]{c.within("imports", i.ID), shown}, err
}

type sentDocument struct {
	OfVersion
	RawBody []byte `contentType:"application/yaml"`
}

var putDocument = operation[sentDocument, made[Import]]{
	id: "put-document", tag: tagDocuments, summary: "Send the document of a draft",
	description: "The body is an OpenAPI document, 2.0 to 3.2, in JSON or YAML as its first character says, of at most 20 MiB. It is read meanwhile: ask the import that is " +
		"answered how far it is. Once that is done the draft has the document, and callers get it with the next publish. A document that cannot be read leaves the draft as it is.",
	status: http.StatusAccepted,
	takes:  aDocument,
	do: func(ctx context.Context, c *call, in *sentDocument) (*made[Import], error) {
		return c.importing(ctx, in.OfVersion, models.Import{Source: models.ImportUpload}, in.RawBody)
	},
}

type fetching struct {
	OfVersion
	Body struct {
		URL string `json:"url" doc:"It is asked without any credential, and may not lead into a private network." example:"https://api.example.com/openapi.json"`
	}
}

var fetchDocument = operation[fetching, made[Import]]{
	id: "fetch-document", tag: tagDocuments, summary: "Have the document of a draft fetched",
	description: "As if the document at the address had been sent. It is fetched once, and not again when it changes there.",
	status:      http.StatusAccepted,
	do: func(ctx context.Context, c *call, in *fetching) (*made[Import], error) {
		address := strings.TrimSpace(in.Body.URL)
		if _, err := models.ParseDocumentURL(address); err != nil {
			return nil, models.Invalid{"url": err.Error()}
		}
		return c.importing(ctx, in.OfVersion, models.Import{Source: models.ImportURL, URL: address}, nil)
	},
}

type ofImport struct {
	InTeam
	Import string `path:"import" maxLength:"60" doc:"The import's id."`
}

var showImport = operation[ofImport, one[Import]]{
	id: "show-import", tag: tagDocuments, summary: "Show an import",
	description: "How far it is, and where it fails. A second between two questions is often enough. Imports are forgotten 30 days after they ended.",
	do: func(ctx context.Context, c *call, in *ofImport) (*one[Import], error) {
		if err := c.provider(); err != nil {
			return nil, err
		}
		i, err := c.api.store.Import(ctx, c.team.ID, in.Import)
		if err != nil {
			return nil, err
		}
		shown, err := c.shownImport(ctx, i)
		return &one[Import]{shown}, err
	},
}

// bytesOf is an answer that is a document.
type bytesOf struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

var showDocument = operation[OfVersion, bytesOf]{
	id: "show-document", tag: tagDocuments, summary: "Download the document of a draft",
	description: "As it was received, byte by byte. What callers are shown, with the gateway's address, is at /apis/{api}/{version}/openapi.json of the portal. A draft without one is a 404.",
	answers:     aDocument,
	do: func(ctx context.Context, c *call, in *OfVersion) (*bytesOf, error) {
		row, err := c.versionOf(ctx, *in)
		if err != nil {
			return nil, err
		}
		blob, err := c.api.store.Blob(ctx, row.Version.DraftDocument)
		return &bytesOf{blob.MediaType, blob.Bytes}, err
	},
}

// Finding is what a rule has to say of a place in a document.
type Finding struct {
	Rule      string `json:"rule" example:"operation-operationId-unique"`
	Severity  string `json:"severity" enum:"error,warning" doc:"An error forbids a publish, a warning does not."`
	Message   string `json:"message" doc:"What is wrong, and what would be right."`
	Line      int    `json:"line,omitempty" doc:"Of the document as it was received, from 1 on; left out where that is not known."`
	Column    int    `json:"column,omitempty" doc:"In characters, from 1 on."`
	Pointer   string `json:"pointer" doc:"A JSON pointer (RFC 6901)."`
	Operation string `json:"operation,omitempty" doc:"The id of the operation that it stands in, as the reference's addresses have it."`
}

type findingPage struct {
	OfVersion
	Paging
	Severity string `query:"severity" enum:"error,warning" doc:"Only findings of this one."`
}

var listFindings = operation[findingPage, listed[Finding]]{
	id: "list-findings", tag: tagDocuments, summary: "List what was found in the document of a draft",
	description: "Errors first, then in the order of the document. A draft without a document is a 404.",
	do: func(ctx context.Context, c *call, in *findingPage) (*listed[Finding], error) {
		row, err := c.versionOf(ctx, in.OfVersion)
		if err != nil {
			return nil, err
		}
		if row.Version.DraftDocument == "" {
			return nil, models.ErrNotFound
		}
		findings, err := c.api.Pages.Findings(ctx, row.Version.DraftDocument, openapi.Severity(in.Severity))
		return list(c, part(findings, in.page()), func(f openapi.Finding) Finding {
			return Finding{f.Rule, string(f.Severity), f.Message, f.Line, f.Column, f.Pointer, f.Operation}
		}), err
	},
}

// part is one page of what does not change: its cursor is a place. What is no cursor is the beginning.
func part[T any](all []T, page models.Page) (rows models.Paged[T]) {
	from, _ := strconv.Atoi(page.After)
	from = min(max(0, from), len(all))
	to := min(from+page.Size(), len(all))
	if to < len(all) {
		rows.Next = strconv.Itoa(to)
	}
	rows.Rows = all[from:to]
	return rows
}
