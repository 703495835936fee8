package models

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// APIKind is how an API is served.
type APIKind string

// HTTPAPI is a proxied REST service.
const HTTPAPI APIKind = "http"

// Visibility is who may find and call an API.
type Visibility string

// The visibilities.
const (
	Private  Visibility = "private"  // the owner's team only
	Shared   Visibility = "shared"   // the teams that the owner names, too
	Internal Visibility = "internal" // everyone who is signed in
	Public   Visibility = "public"
)

// Valid says whether v is one of the visibilities.
func (v Visibility) Valid() bool { return slices.Contains(Visibilities(), v) }

// Visibilities lists the visibilities, the narrowest first.
func Visibilities() []Visibility { return []Visibility{Private, Shared, Internal, Public} }

// API is a product in the catalogue. Name, summary and description are what readers see; the terms are in its plans, the
// addresses behind it in its versions.
type API struct {
	ID           string `gorm:"primaryKey"`
	TeamID       string // the owner
	Slug         string // unique, in every address of the API
	Kind         APIKind
	Name         string
	Summary      string // one line
	Description  string // CommonMark
	ExamplePath  string // what the page's curl line calls below the version, such as "/random"
	Visibility   Visibility
	CategoryID   string   // "" for none
	Tags         []string `gorm:"serializer:json"` // in the order of the alphabet, each once
	Logo         string   // the hash of the picture; "" for none
	SupportEmail string
	SupportURL   string `gorm:"column:support_url"`
	CreatedAt    time.Time
	DeletedAt    *time.Time
}

// APIDraft is everything that is said of a new API, and of one with its main version.
type APIDraft struct {
	Name, Slug, Summary, Description string
	ExamplePath                      string // "" or beginning with a slash
	Visibility                       Visibility
	SharedWith                       []string // ids of teams
	CategoryID                       string
	Tags                             []string
	SupportEmail, SupportURL         string
	UpstreamURL                      string
	UpstreamLimits
	Credential CredentialChange
	Document   string // the hash of what its first version begins with, "" for none; it is nothing that an edit changes
	Price      Nano   // per call, of the plan that a new API begins with; it is nothing that an edit changes
}

// Version is what the draft says of its version.
func (d APIDraft) Version() VersionDraft {
	return VersionDraft{UpstreamURL: d.UpstreamURL, UpstreamLimits: d.UpstreamLimits, Credential: d.Credential}
}

// exampleForm leaves out what a shell would read as more than text, for the path stands in curl lines to be copied.
var exampleForm = regexp.MustCompile(`^/[A-Za-z0-9/._~%,:@+-]{0,199}$`)

// IsExamplePath says whether a text can be the example path of an API.
func IsExamplePath(text string) bool { return exampleForm.MatchString(text) }

// APISlugTaken is what people read who chose the short name of another API.
const APISlugTaken = "Another API has this short name. Choose another one."

// reservedSlugs cannot be short names: the form at /t/{team}/apis/new, and the API that the unified AI routes belong to.
var reservedSlugs = []string{"new", "ai"}

var slugForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Validate tidies the draft and names what has to be mended. A missing short name is made of the name. The upstream's address is checked for its form here; where
// it leads is checked by the gateway after every DNS lookup.
func (d *APIDraft) Validate() error {
	d.Name, d.Slug, d.Summary = strings.TrimSpace(d.Name), strings.TrimSpace(d.Slug), strings.TrimSpace(d.Summary)
	d.Description, d.UpstreamURL = strings.TrimSpace(d.Description), strings.TrimSpace(d.UpstreamURL)
	d.ExamplePath = strings.TrimSpace(d.ExamplePath)
	if d.Slug == "" {
		d.Slug = TeamSlug(d.Name)
	}
	d.SupportEmail, d.SupportURL = strings.TrimSpace(d.SupportEmail), strings.TrimSpace(d.SupportURL)
	bad := Invalid{}
	d.Tags = checkTags(d.Tags, bad)
	bad.Check(!slices.Contains(reservedSlugs, d.Slug), "slug", "The portal itself uses this short name. Choose another one.")
	bad.Check(d.Name != "", "name", "Enter the API's name.")
	bad.Check(IsLine(d.Name, 80), "name", "Use at most 80 characters, on one line.")
	bad.Check(slugForm.MatchString(d.Slug), "slug", "Use lower-case letters, digits and single hyphens, beginning with a letter.")
	bad.Check(len(d.Slug) <= 40, "slug", "Use at most 40 characters.")
	bad.Check(IsLine(d.Summary, 160), "summary", "Use at most 160 characters, on one line.")
	bad.Check(utf8.ValidString(d.Description) && utf8.RuneCountInString(d.Description) <= 10_000, "description", "Use at most 10,000 characters.")
	bad.Check(d.ExamplePath == "" || IsExamplePath(d.ExamplePath), "example", "Begin with a slash, and use only what may stand in an address, up to 200 characters.")
	bad.Check(d.Visibility.Valid(), "visibility", "Choose who may find the API.")
	bad.Check(d.Visibility != Shared || len(d.SharedWith) > 0, "shared_with", "Name the teams that the API is shared with.")
	bad.Check(len(d.SharedWith) <= maxShares, "shared_with", "Share with at most 200 teams; beyond that, choose everyone who is signed in.")
	checkSupport(d.SupportEmail, d.SupportURL, bad)
	bad.Check(d.Price >= 0 && d.Price <= maxPrice, "price", "Set a price between 0 and 1,000 per call.")
	v := d.Version()
	v.check(bad)
	return bad.Err()
}

// ParseUpstream reads the address that calls are forwarded to. Its errors are sentences for the form.
func ParseUpstream(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return nil, Sentence("Enter the address of your service, such as https://api.example.com.")
	case len(text) > 2000 || !utf8.ValidString(text):
		return nil, Sentence("Use at most 2,000 characters.")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, Sentence("Enter a whole address that begins with https:// or http://.")
	case !isPort(u):
		return nil, Sentence("Choose a port between 1 and 65535, or leave it out.")
	case u.User != nil:
		return nil, Sentence("Leave user name and password out of the address.")
	case strings.ContainsAny(text, "?#"):
		return nil, Sentence("Leave out everything after ? or #; callers bring their own query.")
	}
	return u, nil
}

func isPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}

// Sentence is an error whose text is shown to people as it is.
type Sentence string

// Error implements error.
func (s Sentence) Error() string { return string(s) }
