package models

import "slices"

// Role is what a member is in a team.
type Role string

// The roles of a team, strongest first.
const (
	RoleOwner     Role = "owner"
	RoleAdmin     Role = "admin"
	RoleDeveloper Role = "developer"
	RoleBilling   Role = "billing"
	RoleViewer    Role = "viewer"
)

// Roles lists the roles of a team, strongest first.
func Roles() []Role { return []Role{RoleOwner, RoleAdmin, RoleDeveloper, RoleBilling, RoleViewer} }

// Valid says whether r is one of the roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Permission is one thing that a member may do in a team.
type Permission string

// Everything that pages and API check. The platform's administrators have their own flag (User.Administrator).
const (
	MayView           Permission = "view"            // see the team's keys, calls, subscriptions and members
	MayViewWallet     Permission = "view_wallet"     // see balance and statement
	MayTopUp          Permission = "top_up"          // pay
	MayManageKeys     Permission = "manage_keys"     // create, limit, rotate and revoke keys
	MaySubscribe      Permission = "subscribe"       // take and end subscriptions
	MayManageAPIs     Permission = "manage_apis"     // create and edit the team's APIs
	MayPublish        Permission = "publish"         // put a draft on the gateway
	MayManageTeam     Permission = "manage_team"     // rename, invite, change roles
	MayOwnTeam        Permission = "own_team"        // make and unmake owners, delete the team
	MayViewAudit      Permission = "view_audit"      // see and export who did what in the team
	MayManageBudgets  Permission = "manage_budgets"  // the team's own, and the time zone of their calendar
	MayManageWebhooks Permission = "manage_webhooks" // add and change them, and read what was sent
	MayOperateTeams   Permission = "operate_teams"   // platform: mark providers, grant credit; no role has it
)

// permissions is the one table of who may do what.
var permissions = map[Permission][]Role{
	MayView:           {RoleOwner, RoleAdmin, RoleDeveloper, RoleBilling, RoleViewer},
	MayViewWallet:     {RoleOwner, RoleAdmin, RoleDeveloper, RoleBilling, RoleViewer},
	MayTopUp:          {RoleOwner, RoleAdmin, RoleBilling},
	MayManageKeys:     {RoleOwner, RoleAdmin, RoleDeveloper},
	MaySubscribe:      {RoleOwner, RoleAdmin, RoleDeveloper},
	MayManageAPIs:     {RoleOwner, RoleAdmin, RoleDeveloper},
	MayPublish:        {RoleOwner, RoleAdmin},
	MayManageTeam:     {RoleOwner, RoleAdmin},
	MayOwnTeam:        {RoleOwner},
	MayViewAudit:      {RoleOwner, RoleAdmin},
	MayManageBudgets:  {RoleOwner, RoleAdmin, RoleBilling},
	MayManageWebhooks: {RoleOwner, RoleAdmin, RoleDeveloper},
	MayOperateTeams:   {},
}

// PermissionWords is a permission as people read it.
type PermissionWords struct {
	Permission Permission
	Words      string // what the roles that include it may do, after "may"
}

// permissionWords says the table in plain words, in the order in which people read it. Every permission that some role has
// stands here.
var permissionWords = []PermissionWords{
	{MayView, "see keys, calls, refusals, subscriptions and members, and leave the team"},
	{MayViewWallet, "see the balance, the statement and the limits"},
	{MayManageKeys, "create, limit, rotate and revoke keys"},
	{MaySubscribe, "take and end subscriptions"},
	{MayTopUp, "top up the wallet"},
	{MayManageBudgets, "set the team's budgets and its time zone"},
	{MayManageWebhooks, "add and change webhooks, and read what was sent to them"},
	{MayManageAPIs, "make and edit the team's own APIs, and see who subscribes"},
	{MayPublish, "publish APIs, set their plans and prices, and answer requests"},
	{MayManageTeam, "invite and remove people, change roles other than owner, and rename the team"},
	{MayViewAudit, "see and export the audit log: who did what, and from where"},
	{MayOwnTeam, "make and unmake owners, hand the team over, and delete it"},
}

// PermissionsInWords lists what the roles of a team may do, in plain words.
func PermissionsInWords() []PermissionWords { return slices.Clone(permissionWords) }

// May says whether the role includes the permission. An unknown role or permission includes nothing.
func (r Role) May(p Permission) bool { return slices.Contains(permissions[p], r) }

// MaySetRole says whether a member with the role may turn somebody's role into another: from "" is an invitation, to "" a
// removal. Whoever manages the team may, but only those who own it make and unmake owners.
func (r Role) MaySetRole(from, to Role) bool { return r.May(toSetRole(from, to)) }

func toSetRole(from, to Role) Permission {
	if from == RoleOwner || to == RoleOwner {
		return MayOwnTeam
	}
	return MayManageTeam
}

// MayTry says whether a member with the role may send calls from the portal's console as a key of the team's: whoever manages
// keys as any of them, whoever only looks on as none, and the others as those that they own.
func (r Role) MayTry(own bool) bool {
	return r.May(MayManageKeys) || own && r.Valid() && r != RoleViewer
}

// RolesThat lists the roles that include a permission.
func RolesThat(have Permission) []Role { return slices.Clone(permissions[have]) }
