package handlers

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

type feedStore interface {
	// CatalogueChanges lists what the viewer may know of releases and of the ends of versions, the latest first: of all APIs, or of one
	// by its slug.
	CatalogueChanges(ctx context.Context, viewer models.Viewer, slug string, limit int) ([]models.CatalogueChange, error)
}

// feedEntries is how many changes a feed tells of.
const feedEntries = 100

// CatalogueFeed tells feed readers what happens in the part of the catalogue that everybody sees.
func (h *Handlers) CatalogueFeed(c echo.Context) error {
	return h.feed(c, "", atomFeed{Title: "APIs of " + h.site.Request(c).Portal(), path: paths.CatalogueFeed, page: paths.APIs})
}

// APIFeed is the same for one API. Of one that not everybody sees there is none, whoever asks: feed readers do not sign in.
func (h *Handlers) APIFeed(c echo.Context) error {
	row, err := h.store.CatalogueAPI(ctx(c), models.Viewer{}, c.Param("slug"))
	if err != nil {
		return err
	}
	slug := row.API.Slug
	return h.feed(c, slug, atomFeed{Title: row.API.Name, Subtitle: row.API.Summary, path: paths.APIFeed(slug), page: paths.API(slug)})
}

// The document of a feed: RFC 4287.
type (
	atomFeed struct {
		XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Subtitle string      `xml:"subtitle,omitempty"`
		Updated  string      `xml:"updated"`
		Links    []atomLink  `xml:"link"`
		Entries  []atomEntry `xml:"entry"`

		path, page string // of the feed and of the page that it belongs to
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		ID      string     `xml:"id"`
		Title   string     `xml:"title"`
		Updated string     `xml:"updated"`
		Author  atomAuthor `xml:"author"`
		Links   []atomLink `xml:"link"`
		Content string     `xml:"content"` // plain text, as it is unless an element says otherwise
	}
	atomAuthor struct {
		Name string `xml:"name"`
	}
)

const atomType = "application/atom+xml"

// feed fills a feed with what everybody may know and sends it, or says that it is what the reader has already.
func (h *Handlers) feed(c echo.Context, slug string, f atomFeed) error {
	changes, err := h.store.CatalogueChanges(ctx(c), models.Viewer{}, slug, feedEntries)
	if err != nil {
		return err
	}
	latest := time.Unix(0, 0).UTC() // nothing has happened
	if len(changes) > 0 {
		latest = changes[0].CreatedAt
	}
	f.ID, f.Updated = paths.Absolute(h.PublicURL, f.path), atomTime(latest)
	f.Links = []atomLink{{"self", atomType, f.ID}, {"alternate", "text/html", paths.Absolute(h.PublicURL, f.page)}}
	for _, change := range changes {
		f.Entries = append(f.Entries, h.atomEntry(change))
	}
	var body bytes.Buffer
	body.WriteString(xml.Header)
	if err := xml.NewEncoder(&body).Encode(f); err != nil {
		return err
	}
	hash := sha256.Sum256(body.Bytes())
	header := c.Response().Header()
	header.Set("Content-Type", atomType+"; charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", `"`+hex.EncodeToString(hash[:16])+`"`)
	http.ServeContent(c.Response(), c.Request(), "", latest, bytes.NewReader(body.Bytes()))
	return nil
}

func (h *Handlers) atomEntry(change models.CatalogueChange) atomEntry {
	e := atomEntry{ID: h.tagURI(change.CreatedAt, change.ID), Updated: atomTime(change.CreatedAt), Author: atomAuthor{change.TeamName}}
	address := paths.API(change.Slug)
	if change.Act == "" {
		e.Title, e.Content = releaseWords(change)
	} else {
		e.Title, e.Content = endWords(change)
		address = paths.Deprecation(change.Slug, change.VersionName)
	}
	e.Links = []atomLink{{"alternate", "text/html", paths.Absolute(h.PublicURL, address)}}
	return e
}

func releaseWords(change models.CatalogueChange) (title, text string) {
	title = change.Name + " " + change.VersionName + " is published"
	if change.Number > 1 {
		title = change.Name + " " + change.VersionName + ", release " + strconv.Itoa(change.Number)
	}
	return title, cmp.Or(change.Changelog, change.Summary)
}

// endWords tell what was done about the end of a version as it was then: an entry of a feed does not change with the clock.
func endWords(change models.CatalogueChange) (title, text string) {
	version := change.Name + " " + change.VersionName
	text = change.End.Words(change.Successor.String(), change.CreatedAt)
	switch change.Act {
	case models.ActChange:
		return "The announced end of " + version + " has changed", text
	case models.ActUndo:
		return "The announced end of " + version + " is taken back", "It goes on as before, and takes new subscribers."
	case models.ActRetire:
		return version + " is retired", text
	case models.ActBringBack:
		return version + " is brought back", text
	}
	return "The end of " + version + " is announced", text
}

// tagURI names something for good, wherever it is found later (RFC 4151).
func (h *Handlers) tagURI(made time.Time, id string) string {
	host := "localhost"
	if u, err := url.Parse(h.PublicURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "tag:" + host + "," + made.UTC().Format(time.DateOnly) + ":" + id
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
