package models

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// AuditChange is one thing that an act changed: what pages call it, and what it said before and after. Never a secret.
type AuditChange struct {
	Field  string `json:"field"`
	Before string `json:"before"` // "" where there was nothing
	After  string `json:"after"`
}

// AuditField is one thing that the audit tells of values of a type. The fields of each type are listed by hand: a secret
// that the type gets one day is not told before somebody lists it.
type AuditField[T any] struct {
	Name string // as pages call it
	Say  func(T) string
}

// AuditChanges lists the fields that say something else after an act than before it.
func AuditChanges[T any](fields []AuditField[T], before, after T) []AuditChange {
	var changes []AuditChange
	for _, f := range fields {
		if was, is := f.Say(before), f.Say(after); was != is {
			was, is = shorten(was, is)
			changes = append(changes, AuditChange{f.Name, was, is})
		}
	}
	return changes
}

// The audit keeps so much of a long text, in characters, beginning a little before the place where it was changed.
const (
	auditText  = 300
	auditAhead = 40
)

// shorten cuts two long texts to where they begin to differ.
func shorten(was, is string) (string, string) {
	before, after := []rune(was), []rune(is)
	if len(before) <= auditText && len(after) <= auditText {
		return was, is
	}
	same := 0
	for same < min(len(before), len(after)) && before[same] == after[same] {
		same++
	}
	from := max(0, same-auditAhead)
	return excerpt(before, from), excerpt(after, from)
}

func excerpt(text []rune, from int) string {
	to := min(len(text), from+auditText)
	out := string(text[from:to])
	if from > 0 {
		out = "…" + out
	}
	if to < len(text) {
		out += "…"
	}
	return out
}

// TeamFields are what the audit tells of a team.
var TeamFields = []AuditField[Team]{
	{"Name", func(t Team) string { return t.Name }},
	{"Kind", func(t Team) string { return either(t.Provider, "provider", "consumer") }},
	{"Releases are reviewed", func(t Team) string { return either(t.ReviewReleases, "yes", "no") }},
	{"Time zone", func(t Team) string { return t.TimeZone }},
	{"Budget a day", func(t Team) string { return sayBudget(t.Budgets.Day) }},
	{"Budget a month", func(t Team) string { return sayBudget(t.Budgets.Month) }},
	{"Budget in total", func(t Team) string { return sayBudget(t.Budgets.Total) }},
}

// UserFields are what the audit tells of a user.
var UserFields = []AuditField[User]{
	{"Administrator", func(u User) string { return either(u.Administrator, "yes", "no") }},
	{"May sign in", func(u User) string { return either(u.Suspended(), "no", "yes") }},
}

// RoleFields are what the audit tells of a member's role; "" is no member.
var RoleFields = []AuditField[Role]{{"Role", func(r Role) string { return string(r) }}}

// KeyRuleFields are what the audit tells of a key's rules; names are those of the APIs by id.
func KeyRuleFields(names map[string]APIName) []AuditField[KeyRules] {
	return []AuditField[KeyRules]{
		{"Budget a day", func(r KeyRules) string { return sayBudget(r.Budgets.Day) }},
		{"Budget a month", func(r KeyRules) string { return sayBudget(r.Budgets.Month) }},
		{"Budget in total", func(r KeyRules) string { return sayBudget(r.Budgets.Total) }},
		{"Rate", func(r KeyRules) string { return sayRate(r.Rate) }},
		{"Calls at the same time", func(r KeyRules) string { return sayLimit(r.Concurrency) }},
		{"APIs", func(r KeyRules) string { return sayAPIs(r.APIs, names) }},
		{"Operations", func(r KeyRules) string { return sayOperations(r.Operations, names) }},
		{"Networks", func(r KeyRules) string { return sayList(r.Networks, "everywhere") }},
		{"Expires", func(r KeyRules) string { return sayExpiry(r.ExpiresAt) }},
		{"May read the team's balance", func(r KeyRules) string { return either(r.ReadBilling, "yes", "no") }},
	}
}

// PlanFields are what the audit tells of a plan besides its terms.
var PlanFields = []AuditField[Plan]{
	{"Name", func(p Plan) string { return p.Name }},
	{"Approval", func(p Plan) string { return either(p.Approval == ApprovedByHand, "by hand", "at once") }},
	{"Question to the applicant", func(p Plan) string { return p.Question }},
}

// TermFields are what the audit tells of a plan's terms.
var TermFields = []AuditField[PlanRevision]{
	{"Price", func(r PlanRevision) string { return sayPrice(r.Price) }},
	{"Prices of operations", func(r PlanRevision) string { return sayRoutePrices(r.RoutePrices) }},
	{"Which answers are charged", func(r PlanRevision) string {
		return either(r.ChargeOn == ChargeSuccess, "success only", "whatever the API answers")
	}},
	{"Quota", func(r PlanRevision) string { return either(r.Quota.Limited(), r.Quota.String(), "no limit") }},
	{"Rate", func(r PlanRevision) string { return sayRate(r.Rate) }},
	{"Calls in flight", func(r PlanRevision) string { return sayLimit(r.Concurrency) }},
}

// ProfileFields are what the audit tells of an API.
var ProfileFields = []AuditField[APIDraft]{
	{"Name", func(d APIDraft) string { return d.Name }},
	{"In one line", func(d APIDraft) string { return d.Summary }},
	{"What it does", func(d APIDraft) string { return d.Description }},
	{"Example path", func(d APIDraft) string { return d.ExamplePath }},
	{"Who may see it", func(d APIDraft) string { return string(d.Visibility) }},
	{"Teams it is shared with", func(d APIDraft) string { return strconv.Itoa(len(d.SharedWith)) }},
	{"Tags", func(d APIDraft) string { return strings.Join(d.Tags, ", ") }},
	{"Support by mail", func(d APIDraft) string { return d.SupportEmail }},
	{"Support page", func(d APIDraft) string { return d.SupportURL }},
}

// DocumentFields are what the audit tells of a document.
var DocumentFields = []AuditField[Document]{
	{"Document", func(d Document) string { return strings.TrimSpace(d.Title + " " + d.Version) }},
	{"SHA-256 of its bytes", func(d Document) string { return d.Hash }},
}

// VersionFields are what the audit tells of a version's draft. Its credential has entries of its own.
var VersionFields = []AuditField[VersionDraft]{
	{"Upstream URL", func(d VersionDraft) string { return d.UpstreamURL }},
	{"Time for an answer", func(d VersionDraft) string { return saySeconds(d.AnswerSeconds) }},
	{"Time after a hang-up", func(d VersionDraft) string { return saySeconds(d.HangUpSeconds) }},
	{"Largest body", func(d VersionDraft) string { return sayBytes(d.MaxBodyBytes) }},
}

// DraftFields are what the audit tells of an API with its main version.
var DraftFields = slices.Concat(ProfileFields, fieldsOf(VersionFields, APIDraft.Version))

// fieldsOf are the fields of a part, told of the whole.
func fieldsOf[Whole, Part any](fields []AuditField[Part], part func(Whole) Part) []AuditField[Whole] {
	out := make([]AuditField[Whole], len(fields))
	for i, f := range fields {
		out[i] = AuditField[Whole]{f.Name, func(w Whole) string { return f.Say(part(w)) }}
	}
	return out
}

// ReleaseFields are what the audit tells of what a version serves.
var ReleaseFields = []AuditField[Release]{
	{"Release", func(r Release) string { return strconv.Itoa(r.Number) }},
	{"Upstream URL", func(r Release) string { return r.UpstreamURL }},
	{"Document", func(r Release) string { return sayHash(r.Document) }},
	{"Price", func(r Release) string { return sayPrice(r.Price) }},
	{"Time for an answer", func(r Release) string { return saySeconds(r.AnswerSeconds) }},
	{"Time after a hang-up", func(r Release) string { return saySeconds(r.HangUpSeconds) }},
	{"Largest body", func(r Release) string { return sayBytes(r.MaxBodyBytes) }},
}

// CredentialFields are what the audit tells of an upstream's credential: where it is sent, and never what.
var CredentialFields = []AuditField[UpstreamCredential]{{"Header of the credential", func(c UpstreamCredential) string { return c.Header }}}

func either(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// sayHash is as much of a hash as tells it from another one.
func sayHash(hash string) string { return hash[:min(len(hash), 12)] }

func sayBudget(n *Nano) string {
	if n == nil {
		return "none"
	}
	return n.Decimal(2)
}

func sayPrice(n Nano) string {
	if n == 0 {
		return "free"
	}
	return n.Decimal(2) + " per call"
}

func sayRoutePrices(prices []RoutePrice) string {
	said := make([]string, len(prices))
	for i, p := range prices {
		said[i] = strings.TrimSpace(p.Method+" "+p.Path) + ": " + sayPrice(p.Price)
	}
	return sayList(said, "none")
}

func sayRate(r Rate) string {
	if !r.Limited() {
		return "no limit"
	}
	return r.String()
}

func sayLimit(n int64) string { return either(n > 0, strconv.FormatInt(n, 10), "no limit") }

func saySeconds(n int64) string {
	return either(n > 0, strconv.FormatInt(n, 10)+" seconds", "the gateway's default")
}

func sayBytes(n int64) string {
	switch {
	case n == 0:
		return "no limit"
	case n%(1<<20) == 0:
		return strconv.FormatInt(n>>20, 10) + " MiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

func sayAPIs(ids []string, names map[string]APIName) string {
	said := make([]string, len(ids))
	for i, id := range ids {
		said[i] = cmp.Or(names[id].Name, id)
	}
	return sayList(said, "all")
}

func sayOperations(operations []Operation, names map[string]APIName) string {
	said := make([]string, len(operations))
	for i, o := range operations {
		said[i] = o.Line(cmp.Or(names[o.APIID].Slug, o.APIID))
	}
	return sayList(said, "all")
}

func sayExpiry(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.UTC().Format(time.RFC3339)
}

func sayList(items []string, none string) string {
	if len(items) == 0 {
		return none
	}
	return strings.Join(items, ", ")
}

// DeprecationFields are what the audit tells of the announced end of a version. Its successor is named in the entry's details.
var DeprecationFields = []AuditField[Deprecation]{
	{"Deprecated", func(d Deprecation) string { return sayExpiry(d.DeprecatedAt) }},
	{"Retired", func(d Deprecation) string { return sayExpiry(d.SunsetAt) }},
	{"Reason", func(d Deprecation) string { return d.Reason }},
}
