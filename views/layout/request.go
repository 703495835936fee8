// Package layout is the frame around every page: head, top bar, navigation inside a team, flash and footer. A handler
// fills one Request per HTTP request; a page says which Page it is.
package layout

import (
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

// Request is what every page knows about the request it answers.
type Request struct {
	User  *User  // nil: signed out
	Team  *Team  // the team the page is about; nil outside /t/{team}
	Teams []Team // the user's teams, in the order of the switcher
	// Impersonation says that an administrator sees the page as the user; nil: the user does.
	Impersonation *Impersonation

	Unread int // notifications of the user, counted up to 100

	Nonce string // of the content security policy; every script element carries it
	Theme Theme
	Flash []Flash
	// Announcements are the notices that stand on top of the page, few and in this order.
	Announcements []Announcement
	Path          string // the current path with its query: where signing in and the theme switch lead back to
	RequestID     string // quoted on error pages
	Clock         ui.Clock

	PortalName           string // see Portal
	Support, SupportLink string // where people get help, and where that leads; "" if nowhere is named

	PublicURL string // --public-url, without a slash at the end; the base of curl lines
	Demo      bool   // the demo says what it is, and has an outbox
	Payments  bool   // false: no payment provider is configured
	SignUp    bool   // whether anyone may sign up
	SendsMail bool   // false: mails are kept on the outbox page
}

// Absolute is a path of ours as others write it.
func (r Request) Absolute(path string) string { return paths.Absolute(r.PublicURL, path) }

// User is who is signed in.
type User struct {
	Name, Email string
	Admin       bool // administrator of the platform
	Unverified  bool // the address is not known to be theirs
}

// Team is one of the user's teams.
type Team struct {
	Slug, Name string
	Provider   bool   // may own APIs
	Role       string // owner, admin, developer, billing or viewer
	// What the role allows, decided by the permission table in models; pages only hide what would be refused anyway.
	MayPay, MayMakeKeys, MaySubscribe, MayManageAPIs, MayPublish, MayManageBudgets, MayManageTeam, MayOwnTeam, MayViewAudit, MayManageWebhooks bool
}

// Theme is the reader's choice of light or dark.
type Theme string

// The themes. System follows the reader's machine.
const (
	ThemeSystem Theme = "system"
	ThemeLight  Theme = "light"
	ThemeDark   Theme = "dark"
)

func (t Theme) class() string {
	if t == ThemeLight || t == ThemeDark {
		return string(t)
	}
	return ""
}

// Flash is one message about what just happened.
type Flash struct {
	Tone ui.Tone // ui.Positive, ui.Info, ui.Attention or ui.Danger
	Text string
}

// Announcement is a notice of the administrators that the reader has not put away.
type Announcement struct {
	ID, Title, Text string
	Tone            ui.Tone // ui.Info or ui.Attention
}

// Section is a page's place in a team's navigation.
type Section string

// The sections of a team.
const (
	NoSection            Section = ""
	SectionOverview      Section = "overview"
	SectionKeys          Section = "keys"
	SectionSubscriptions Section = "subscriptions"
	SectionCalls         Section = "calls"
	SectionRefusals      Section = "refusals"
	SectionWallet        Section = "wallet"
	SectionLimits        Section = "limits"
	SectionMembers       Section = "members"
	SectionSettings      Section = "settings"
	SectionMyAPIs        Section = "my-apis"
	SectionRequests      Section = "requests"
	SectionAudit         Section = "audit"
	SectionWebhooks      Section = "webhooks"
)

// path is the section's first page in another team, which is where the team switcher leads.
func (s Section) path(team string) string {
	switch s {
	case SectionKeys:
		return paths.Keys(team)
	case SectionSubscriptions:
		return paths.Subscriptions(team)
	case SectionCalls:
		return paths.Calls(team)
	case SectionWallet:
		return paths.Wallet(team)
	case SectionRefusals:
		return paths.Refusals(team)
	case SectionLimits:
		return paths.Limits(team)
	case SectionMembers:
		return paths.Members(team)
	case SectionSettings:
		return paths.TeamSettings(team)
	case SectionAudit:
		return paths.Audit(team)
	case SectionWebhooks:
		return paths.Webhooks(team)
	case SectionMyAPIs:
		return paths.MyAPIs(team)
	case SectionRequests:
		return paths.Requests(team)
	}
	return paths.Team(team)
}

// has says whether a team has the section, for the role that the reader has there: a consumer team has no APIs of its own,
// and not every role may read what applicants write.
func (s Section) has(t Team) bool {
	switch s {
	case SectionMyAPIs:
		return t.Provider
	case SectionRequests:
		return t.Provider && t.MayManageAPIs
	case SectionSettings:
		return t.MayManageTeam
	case SectionAudit:
		return t.MayViewAudit
	case SectionWebhooks:
		return t.MayManageWebhooks
	}
	return true
}

// everyTeamHas are the pages inside a section that are about nothing of one team alone, so that another team has them too.
var everyTeamHas = []struct {
	page func(team string) string
	may  func(Team) bool
}{
	{paths.NewKey, func(t Team) bool { return t.MayMakeKeys }},
	{paths.NewAPI, func(t Team) bool { return t.Provider && t.MayManageAPIs }},
	{paths.Roles, func(Team) bool { return true }},
	{paths.LeaveTeam, func(Team) bool { return true }},
	{paths.NewWebhook, func(t Team) bool { return t.MayManageWebhooks }},
	{paths.Invite, func(t Team) bool { return t.MayManageTeam }},
	{paths.HandOverTeam, func(t Team) bool { return t.MayOwnTeam }},
	{paths.DeleteTeam, func(t Team) bool { return t.MayOwnTeam }},
	{paths.TopUp, func(t Team) bool { return t.MayPay }},
}

// inTeam is where the team switcher leads: to the same page of another team if it has that, else to the same section, else
// to its overview.
func (r Request) inTeam(p Page, t Team) string {
	if r.Team != nil {
		for _, same := range everyTeamHas {
			if r.Path == same.page(r.Team.Slug) && same.may(t) {
				return same.page(t.Slug)
			}
		}
	}
	if p.Section.has(t) {
		return p.Section.path(t.Slug)
	}
	return paths.Team(t.Slug)
}

// isCurrent says whether a team is the one that the page is about.
func (r Request) isCurrent(t Team) bool { return r.Team != nil && r.Team.Slug == t.Slug }

type navItem struct {
	section           Section
	icon, label, href string
}

func nav(t Team) []navItem {
	items := []navItem{
		{SectionOverview, "layout-dashboard", "Overview", paths.Team(t.Slug)},
		{SectionKeys, "key-round", "Keys", paths.Keys(t.Slug)},
		{SectionSubscriptions, "receipt-text", "Subscriptions", paths.Subscriptions(t.Slug)},
		{SectionCalls, "activity", "Calls", paths.Calls(t.Slug)},
		{SectionRefusals, "circle-x", "Refusals", paths.Refusals(t.Slug)},
		{SectionWallet, "wallet", "Wallet", paths.Wallet(t.Slug)},
		{SectionLimits, "shield", "Limits", paths.Limits(t.Slug)},
	}
	if t.Provider {
		items = append(items, navItem{SectionMyAPIs, "boxes", "My APIs", paths.MyAPIs(t.Slug)})
	}
	if t.Provider && t.MayManageAPIs {
		items = append(items, navItem{SectionRequests, "inbox", "Requests", paths.Requests(t.Slug)})
	}
	items = append(items, navItem{SectionMembers, "users", "Members", paths.Members(t.Slug)})
	if t.MayViewAudit {
		items = append(items, navItem{SectionAudit, "clock", "Audit log", paths.Audit(t.Slug)})
	}
	if t.MayManageWebhooks {
		items = append(items, navItem{SectionWebhooks, "code", "Webhooks", paths.Webhooks(t.Slug)})
	}
	if t.MayManageTeam {
		items = append(items, navItem{SectionSettings, "settings", "Settings", paths.TeamSettings(t.Slug)})
	}
	return items
}

// Page is what a page says about itself.
type Page struct {
	Title   string // of the document, before "· Faregate"
	Section Section
	Width   Width
	// Stay is the address of a page outside of a team that says what is so for the present one: the switcher leads back to it.
	Stay string
	// Lowered draws the mark with its bar down: something was refused for want of money.
	Lowered bool
	Search  string // what stands in the search box
	// About is a line on what a page is about that strangers may link to, for those who show links, and Address its path.
	About, Address string
	Picture        string // and the path of a picture of it, "" for none
	// Head tells the browser to go elsewhere at once; used only where a POST leaves for the payment provider.
	RefreshTo string
	Feed      string // the path of an Atom feed of what the page shows; "" for none
}

// Width is how wide the content may grow.
type Width string

// The widths: tables and lists, prose and details, forms.
const (
	Wide   Width = ""
	Medium Width = "medium"
	Narrow Width = "narrow"
)

func (r Request) brandLink() string {
	if r.User != nil && r.Team != nil {
		return paths.Team(r.Team.Slug)
	}
	return paths.Landing
}
