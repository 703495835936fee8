package models

import (
	"slices"
	"strings"
	"time"
)

// GroupRule makes those members of a team who are in a group of the provider's.
type GroupRule struct {
	ID        string `gorm:"primaryKey"`
	GroupName string // exactly as the provider says it
	TeamID    string
	Role      Role
	CreatedBy string // user id
	CreatedAt time.Time
}

// MaxGroupRules is how many rules there can be: each sign-in reads them all.
const MaxGroupRules = 500

// MaxGroupName is how long the name of a group can be, in characters.
const MaxGroupName = 255

// ErrTooManyGroupRules says that another one has to go first.
const ErrTooManyGroupRules = Sentence("There are 500 rules, which is the most. Remove one first.")

// NewGroupRule is what an administrator types.
type NewGroupRule struct {
	Group    string
	TeamSlug string
	Role     Role
}

// Validate tidies the slug and names what has to be mended. The group is compared to the last character, so it is left alone.
func (n *NewGroupRule) Validate() error {
	n.TeamSlug = strings.TrimSpace(n.TeamSlug)
	bad := Invalid{}
	bad.Check(strings.TrimSpace(n.Group) != "", "group", "Enter the group as the provider sends it.")
	bad.Check(IsLine(n.Group, MaxGroupName), "group", "Use at most 255 characters, on one line.")
	bad.Check(n.TeamSlug != "", "team", "Enter the team's short name, the last part of its address.")
	bad.Check(n.Role.Valid(), "role", "Choose a role.")
	return bad.Err()
}

// Says is the rule in a few words: group “devs” → developer.
func (r GroupRule) Says() string { return "group “" + r.GroupName + "” → " + string(r.Role) }

// GroupRuleListing is a rule with its team.
type GroupRuleListing struct {
	Rule     GroupRule `gorm:"embedded"`
	TeamName string
	TeamSlug string
}

// RulesFor picks for each team the rule that holds for somebody in some groups: of several the one with the strongest role.
func RulesFor(rules []GroupRule, groups []string) map[string]GroupRule {
	in := make(map[string]bool, len(groups))
	for _, g := range groups {
		in[g] = true
	}
	strength := func(r GroupRule) int { return slices.Index(Roles(), r.Role) }
	picked := map[string]GroupRule{}
	for _, r := range rules {
		if !in[r.GroupName] {
			continue
		}
		if best, ok := picked[r.TeamID]; !ok || strength(r) < strength(best) {
			picked[r.TeamID] = r
		}
	}
	return picked
}

// GroupRuleFields are what the audit tells of a rule; the zero value is none.
var GroupRuleFields = []AuditField[GroupRule]{
	{"Group", func(r GroupRule) string { return r.GroupName }},
	{"Role", func(r GroupRule) string { return string(r.Role) }},
}
