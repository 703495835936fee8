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

// Permission is one thing that a member may do in a team.
type Permission string

// Everything that pages and API check. The platform's administrators have their own flag (User.Administrator).
const (
	MayView          Permission = "view"           // see the team's keys, calls and subscriptions
	MayViewWallet    Permission = "view_wallet"    // see balance and statement
	MayTopUp         Permission = "top_up"         // pay
	MayManageKeys    Permission = "manage_keys"    // create, limit and revoke keys
	MaySubscribe     Permission = "subscribe"      // take and end subscriptions
	MayManageAPIs    Permission = "manage_apis"    // create and edit the team's APIs
	MayPublish       Permission = "publish"        // put a draft on the gateway
	MayManageTeam    Permission = "manage_team"    // rename, invite, change roles
	MayManageBudgets Permission = "manage_budgets" // the team's own, and the time zone of their calendar
	MayOperateTeams  Permission = "operate_teams"  // platform: mark providers, grant credit; no role has it
)

// permissions is the one table of who may do what.
var permissions = map[Permission][]Role{
	MayView:          {RoleOwner, RoleAdmin, RoleDeveloper, RoleBilling, RoleViewer},
	MayViewWallet:    {RoleOwner, RoleAdmin, RoleDeveloper, RoleBilling, RoleViewer},
	MayTopUp:         {RoleOwner, RoleAdmin, RoleBilling},
	MayManageKeys:    {RoleOwner, RoleAdmin, RoleDeveloper},
	MaySubscribe:     {RoleOwner, RoleAdmin, RoleDeveloper},
	MayManageAPIs:    {RoleOwner, RoleAdmin, RoleDeveloper},
	MayPublish:       {RoleOwner, RoleAdmin},
	MayManageTeam:    {RoleOwner, RoleAdmin},
	MayManageBudgets: {RoleOwner, RoleAdmin, RoleBilling},
	MayOperateTeams:  {},
}

// May says whether the role includes the permission. An unknown role or permission includes nothing.
func (r Role) May(p Permission) bool { return slices.Contains(permissions[p], r) }

// RolesThat lists the roles that include a permission.
func RolesThat(have Permission) []Role { return slices.Clone(permissions[have]) }
