package models

import (
	"errors"
	"strings"
	"time"
)

// Team is the payer: it owns members, keys, a wallet and subscriptions. A provider may own APIs too.
type Team struct {
	ID               string `gorm:"primaryKey"`
	Slug             string // unique, in the addresses of the team's pages
	Name             string
	Provider         bool
	Suspended        bool    // by an administrator or a dispute: spends nothing
	StripeCustomerID string  // "cus_…", "" until the first top-up
	TimeZone         string  // IANA name; its calendar bounds the team's quotas and budgets
	Budgets          Budgets `gorm:"embedded;embeddedPrefix:budget_"`
	JoinDomain       string  // people whose verified address is of this mail domain may ask to join; "" is nobody
	ReviewReleases   bool    // a release is published only after another member has reviewed it
	CreatedAt        time.Time
	DeletedAt        *time.Time
}

// ValidateTeamName tidies a team's name and says what is wrong with it.
func ValidateTeamName(name string) (string, error) {
	name = strings.TrimSpace(name)
	bad := Invalid{}
	bad.Check(name != "", "name", "Enter the team's name.")
	bad.Check(IsLine(name, 60), "name", "Use at most 60 characters, on one line.")
	return name, bad.Err()
}

// NewTeam is what somebody chooses for a team.
type NewTeam struct {
	Name string
	Slug string // "" to have it made of the name
}

// SlugTaken is what people read who chose the short name of another team.
const SlugTaken = "Another team has this short name. Choose another one."

// Validate tidies the name and names what has to be mended.
func (n *NewTeam) Validate() error {
	name, err := ValidateTeamName(n.Name)
	bad := Invalid{}
	errors.As(err, &bad)
	n.Name = name
	bad.Check(n.Slug == "" || TeamSlug(n.Slug) == n.Slug && len(n.Slug) <= 40, "slug", "Use small letters, digits and single dashes, at most 40 characters.")
	return bad.Err()
}

// TeamSlug is the address form of a team's name: lower-case letters, digits and single hyphens, "team" if nothing is left.
func TeamSlug(name string) string { return Slug(name, "team") }

// Slug makes a short name for addresses of a name: lower-case letters, digits, and single hyphens for all else; otherwise if nothing
// is left of it.
func Slug(name, otherwise string) string {
	var slug strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && slug.Len() > 0 {
				slug.WriteByte('-')
			}
			gap = false
			slug.WriteRune(r)
		} else {
			gap = true
		}
	}
	if slug.Len() == 0 {
		return otherwise
	}
	return slug.String()
}

// TeamRemains is what a team leaves behind if it is deleted now.
type TeamRemains struct {
	Balance       Nano     // committed, so it includes what calls in flight hold
	OpenTopups    int      // payments that may still arrive
	LiveAPIs      []string `gorm:"-"` // the names of APIs that callers can be served by, and that are not retired; at most ten
	Keys          int      // that a program can still call with
	Subscriptions int      // that are not over, requests included
	Members       int
}

// Deletable says whether a team can be deleted: nobody's money and no API that others call may be lost with it. A wallet at
// zero has nothing on hold either, for calls hold no more than there is.
func (r TeamRemains) Deletable() bool {
	return r.Balance == 0 && r.OpenTopups == 0 && len(r.LiveAPIs) == 0
}
