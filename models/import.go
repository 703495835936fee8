package models

import (
	"bytes"
	"net/url"
	"time"
)

// Import is a document on its way into the portal: fetched if it has to be, read, and stored in parts.
type Import struct {
	ID           string `gorm:"primaryKey"`
	TeamID       string
	APIID        string // "" for an API that is still to be made
	VersionID    string // whose draft gets the document; "" if there is none yet
	Source       ImportSource
	URL          string // where it is fetched from
	FileName     string // as the sender has it; of an edit what was done, such as "POST /quotes added"
	Hash         string // of the bytes as they came; "" until they were fetched
	State        ImportState
	Attempts     int    // how often it was begun: a process that ends takes one with it
	Stage        string // what is being done, in words
	Share        int    // of the whole work, in percent
	Message      string // why it failed, as a sentence
	Line         int    // where; 0 is not known
	Column       int
	CreatedBy    string // user id; "" for a token of the team
	CreatedToken string // the id of the API token by which it was begun; "" if there was none
	CreatedAt    time.Time
	EndedAt      *time.Time
}

// ImportSource is how a document came.
type ImportSource string

// The sources.
const (
	ImportUpload ImportSource = "upload"
	ImportPaste  ImportSource = "paste"
	ImportURL    ImportSource = "url"
	ImportEdit   ImportSource = "edit" // the draft's own document, with what a form changed
)

// ImportState is how far an import has come.
type ImportState string

// The states of an import, in order; it ends in one of the last two.
const (
	ImportWaiting ImportState = "waiting"
	ImportRunning ImportState = "running"
	ImportDone    ImportState = "done"
	ImportFailed  ImportState = "failed"
)

// Ended says whether nothing more will happen.
func (i Import) Ended() bool { return i.EndedAt != nil }

// Bounds of imports.
const (
	// MaxDocument is how large a document may be, in bytes.
	MaxDocument = 20 << 20
	// MaxOpenImports is how many imports of a team may wait or run at a time.
	MaxOpenImports = 5
	// MaxImportAttempts is how often one is begun: a document that ends our process twice is not read again.
	MaxImportAttempts = 2
)

// DocumentType is the media type that the bytes of a document are kept under, as their first character has it.
func DocumentType(raw []byte) string {
	if begin := bytes.TrimLeft(raw, "\ufeff \t\r\n"); len(begin) > 0 && begin[0] == '{' {
		return "application/json"
	}
	return "application/yaml"
}

// Document is what lists say of a document that was imported.
type Document struct {
	Hash             string `gorm:"primaryKey"`
	Spec             string // the version of OpenAPI, as the document writes it
	Title, Version   string
	Operations       int
	Errors, Warnings int // findings
	Size             int64
	CreatedAt        time.Time
}

// ParseDocumentURL reads the address that a document is fetched from. Its errors are sentences for the form; whether the address
// may be connected to is known once it was looked up.
func ParseDocumentURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return nil, Sentence("Enter the address of the document, such as https://api.example.com/openapi.json.")
	case len(text) > 2000:
		return nil, Sentence("Use at most 2,000 characters.")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, Sentence("Enter a whole address that begins with https:// or http://.")
	case !isPort(u):
		return nil, Sentence("Choose a port between 1 and 65535, or leave it out.")
	case u.User != nil:
		return nil, Sentence("Leave user name and password out of the address.")
	}
	return u, nil
}
