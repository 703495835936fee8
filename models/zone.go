package models

import (
	_ "embed"
	"slices"
	"strings"
	"time"
)

// zoneNames is one IANA name a line, UTC first: those that the tz database of 2025 lists by country. Others, such as
// "US/Pacific", are taken all the same.
//
//go:embed zones.txt
var zoneNames string

var zones = strings.Fields(zoneNames)

// TimeZones are the names that a form offers, UTC first.
func TimeZones() []string { return slices.Clone(zones) }

// LoadZone finds a time zone by its IANA name; its errors are sentences for the form. What Go or the machine knows besides
// is refused: "Local" is the server's own, and those below right/ count leap seconds, so their days begin at no quarter hour.
func LoadZone(name string) (*time.Location, error) {
	if name == "" {
		return nil, Sentence("Choose a time zone, such as Europe/Berlin.")
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" || strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/") {
		return nil, Sentence("There is no such time zone. Choose one from the list, such as Europe/Berlin.")
	}
	return zone, nil
}
