package handlers

import (
	"encoding/json"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// apisJSON is a catalogue in the format of apisjson.org.
type apisJSON struct {
	AID                  string            `json:"aid"`
	Name                 string            `json:"name"`
	Description          string            `json:"description"`
	URL                  string            `json:"url"`
	SpecificationVersion string            `json:"specificationVersion"`
	APIs                 []apisJSONEntry   `json:"apis"`
	Include              []apisJSONInclude `json:"include,omitempty"` // the part that follows
}

type apisJSONEntry struct {
	AID         string             `json:"aid"`
	Name        string             `json:"name"`
	Description string             `json:"description"`
	Image       string             `json:"image,omitempty"`
	HumanURL    string             `json:"humanURL"`
	BaseURL     string             `json:"baseURL"`
	Version     string             `json:"version"`
	Tags        []string           `json:"tags"`
	Properties  []apisJSONProperty `json:"properties"`
	Contact     []apisJSONContact  `json:"contact,omitempty"`
}

type apisJSONProperty struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type apisJSONContact struct {
	FN    string `json:"FN"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

type apisJSONInclude struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// APIsJSON is the catalogue as apis.json.
func (h *Handlers) APIsJSON(c echo.Context) error {
	found, err := h.seen(c)
	if err != nil {
		return err
	}
	host, err := url.Parse(h.PublicURL)
	if err != nil {
		return err
	}
	list := apisJSON{
		AID: host.Host, Name: "Faregate at " + host.Host, Description: "The APIs that you can find here.", URL: h.absolute(paths.APIsJSON),
		SpecificationVersion: "0.19", APIs: []apisJSONEntry{},
	}
	for _, row := range found.Rows {
		list.APIs = append(list.APIs, h.apisJSONEntry(host.Host, row))
	}
	if found.Next != "" {
		list.Include = []apisJSONInclude{{"More APIs", h.absolute(paths.After(paths.APIsJSON, found.Next))}}
	}
	body, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return serveDocument(c, "application/json", body)
}

func (h *Handlers) apisJSONEntry(host string, row models.APIListing) apisJSONEntry {
	slug, version := row.API.Slug, row.Version.Name
	entry := apisJSONEntry{
		AID: host + ":" + slug + "-" + version, Name: row.API.Name, Description: row.API.Summary, Version: version, Tags: row.API.Tags,
		HumanURL: h.absolute(paths.APIVersion(slug, version)), BaseURL: h.invokes(row),
		Properties: []apisJSONProperty{{"Documentation", h.absolute(paths.APIVersion(slug, version))}, {"Pricing", h.absolute(paths.API(slug))}},
	}
	if row.API.Logo != "" {
		entry.Image = h.absolute(paths.Logo(slug, row.API.Logo))
	}
	if row.Document != "" {
		entry.Properties = append(entry.Properties, apisJSONProperty{"OpenAPI", h.absolute(paths.VersionDocument(slug, version))},
			apisJSONProperty{"APIReference", h.absolute(paths.Reference(slug, version))})
	}
	if row.API.SupportEmail != "" || row.API.SupportURL != "" {
		entry.Contact = []apisJSONContact{{row.TeamName, row.API.SupportEmail, row.API.SupportURL}}
	}
	return entry
}
