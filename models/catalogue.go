package models

import "time"

// CatalogueRow is an API as the catalogue lists it and as it is found there, with its main version.
type CatalogueRow struct {
	ID, TeamID, Slug   string
	Kind               APIKind
	Name, Summary      string
	ExamplePath        string
	Visibility         Visibility
	SharedWith         []string `gorm:"serializer:json"` // ids of the teams, while the visibility is Shared
	Tags               []string `gorm:"serializer:json"`
	Logo               string   // the hash of the picture; "" for none
	VersionName        string
	State              VersionState
	Blocked            bool
	Document           string // the hash of the running release's; "" for none
	TeamSlug, TeamName string
	CategorySlug       string // "" for none
	CategoryName       string
	PriceFrom          Nano // per call, of the cheapest plan that is open; of the first one if none is
	PublishedAt        time.Time
	Calls              int64      `gorm:"-"` // of the last CatalogueDays
	ChangesAt          *time.Time `gorm:"-"` // when a version is next deprecated or retired, nil if no date is set
}

// CatalogueDays are the days whose calls the catalogue counts.
const CatalogueDays = 30

// Price bands of the catalogue, by the most that a call costs.
var priceBands = []struct {
	name string
	most Nano
}{{"free", 0}, {"0.001", Unit / 1000}, {"0.01", Unit / 100}, {"0.1", Unit / 10}}

// dearest is the band above them.
const dearest = "more"

// PriceBand names the band that a price per call is in.
func PriceBand(price Nano) string {
	for _, band := range priceBands {
		if price <= band.most {
			return band.name
		}
	}
	return dearest
}

// PriceBandBounds are what the prices of a band lie between: above from, and up to most, or without an end if most is 0 and
// from is not. ok is false for what is no band.
func PriceBandBounds(name string) (from, most Nano, ok bool) {
	for _, band := range priceBands {
		if band.name == name {
			return from, band.most, true
		}
		from = band.most
	}
	return from, 0, name == dearest
}

// PriceBands lists the bands, the cheapest first.
func PriceBands() []string {
	names := make([]string, 0, len(priceBands)+1)
	for _, band := range priceBands {
		names = append(names, band.name)
	}
	return append(names, dearest)
}

// CatalogueChange is something that happened to an API in public, for those who follow the catalogue: a release, or an act about the
// end of a version.
type CatalogueChange struct {
	ID                string // of the release or the end
	CreatedAt         time.Time
	Slug, Name        string
	VersionName       string
	TeamName, Summary string

	Number    int // of the release; 1 is the first of its version
	Changelog string

	Act       LifecycleAct // "" for a release
	End       Deprecation  `gorm:"embedded"` // what holds since
	Successor Successor    `gorm:"-"`        // as far as the reader may know
}
