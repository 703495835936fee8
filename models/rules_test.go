package models_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
)

func TestVersionLifecycle(t *testing.T) {
	for _, row := range []struct {
		state, published models.VersionState
		allowed          bool
		callable         bool
	}{
		{models.Draft, models.Published, true, false},
		{models.InReview, models.Published, true, false},
		{models.Published, models.Published, true, true},
		{models.Deprecated, models.Deprecated, true, true},
		{models.Retired, models.Retired, false, false},
		{"unheard of", "unheard of", false, false},
	} {
		got, err := row.state.Publish()
		if got != row.published || (err == nil) != row.allowed || row.state.Callable() != row.callable {
			t.Errorf("%s: published it is %s, %v; callable: %t", row.state, got, err, row.state.Callable())
		}
	}
}

// Every role and every permission, written out: a change of the table has to be made here as well.
func TestPermissions(t *testing.T) {
	for permission, may := range map[models.Permission]map[models.Role]bool{
		models.MayView:         {models.RoleOwner: true, models.RoleAdmin: true, models.RoleDeveloper: true, models.RoleBilling: true, models.RoleViewer: true},
		models.MayViewWallet:   {models.RoleOwner: true, models.RoleAdmin: true, models.RoleDeveloper: true, models.RoleBilling: true, models.RoleViewer: true},
		models.MayTopUp:        {models.RoleOwner: true, models.RoleAdmin: true, models.RoleDeveloper: false, models.RoleBilling: true, models.RoleViewer: false},
		models.MayManageKeys:   {models.RoleOwner: true, models.RoleAdmin: true, models.RoleDeveloper: true, models.RoleBilling: false, models.RoleViewer: false},
		models.MaySubscribe:    {models.RoleOwner: true, models.RoleAdmin: true, models.RoleDeveloper: true, models.RoleBilling: false, models.RoleViewer: false},
		models.MayManageAPIs:   {models.RoleOwner: true, models.RoleAdmin: true, models.RoleDeveloper: true, models.RoleBilling: false, models.RoleViewer: false},
		models.MayPublish:      {models.RoleOwner: true, models.RoleAdmin: true, models.RoleDeveloper: false, models.RoleBilling: false, models.RoleViewer: false},
		models.MayManageTeam:   {models.RoleOwner: true, models.RoleAdmin: true, models.RoleDeveloper: false, models.RoleBilling: false, models.RoleViewer: false},
		models.MayOwnTeam:      {models.RoleOwner: true, models.RoleAdmin: false, models.RoleDeveloper: false, models.RoleBilling: false, models.RoleViewer: false},
		models.MayOperateTeams: {models.RoleOwner: false, models.RoleAdmin: false, models.RoleDeveloper: false, models.RoleBilling: false, models.RoleViewer: false},
		"unheard of":           {models.RoleOwner: false, models.RoleAdmin: false},
	} {
		var roles []models.Role
		for _, role := range []models.Role{models.RoleOwner, models.RoleAdmin, models.RoleDeveloper, models.RoleBilling, models.RoleViewer} {
			if role.May(permission) != may[role] {
				t.Errorf("%s may %s: %t", role, permission, role.May(permission))
			}
			if may[role] {
				roles = append(roles, role)
			}
		}
		for _, nobody := range []models.Role{"", "root", "Owner"} {
			if nobody.May(permission) {
				t.Errorf("the role %q may %s", nobody, permission)
			}
		}
		got := models.RolesThat(permission)
		if len(got)+len(roles) > 0 && !cmp.Equal(got, roles) {
			t.Errorf("%s: roles %v, want %v", permission, got, roles)
		}
		if len(got) > 0 {
			got[0] = "changed" // a copy: the table must not follow
			if models.RolesThat(permission)[0] == "changed" {
				t.Errorf("%s: the table itself was handed out", permission)
			}
		}
	}
}

func TestWhoMayTryAKey(t *testing.T) {
	for _, row := range []struct {
		role        models.Role
		own, others bool
	}{
		{models.RoleOwner, true, true}, {models.RoleAdmin, true, true}, {models.RoleDeveloper, true, true},
		{models.RoleBilling, true, false}, {models.RoleViewer, false, false}, {"", false, false}, {"root", false, false},
	} {
		if row.role.MayTry(true) != row.own || row.role.MayTry(false) != row.others {
			t.Errorf("%q may try keys of their own: %t, of others: %t", row.role, row.role.MayTry(true), row.role.MayTry(false))
		}
	}
}

// The table that people read says every permission that a role has, once.
func TestEveryPermissionOfARoleHasWords(t *testing.T) {
	said := map[models.Permission]bool{}
	for _, p := range models.PermissionsInWords() {
		if said[p.Permission] || p.Words == "" || len(models.RolesThat(p.Permission)) == 0 {
			t.Errorf("%+v", p)
		}
		said[p.Permission] = true
	}
	for _, p := range []models.Permission{
		models.MayView, models.MayViewWallet, models.MayTopUp, models.MayManageKeys, models.MaySubscribe, models.MayManageAPIs,
		models.MayPublish, models.MayManageTeam, models.MayOwnTeam, models.MayManageBudgets,
	} {
		if !said[p] {
			t.Errorf("nobody reads who may %s", p)
		}
	}
	for _, role := range models.Roles() {
		if !role.Valid() || !role.May(models.MayView) {
			t.Errorf("%s is no role that sees its team", role)
		}
	}
	if models.Role("king").Valid() || models.Role("").Valid() {
		t.Error("roles are made up")
	}
}

func TestCutFollowedPageByPageGivesEveryRowOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, size := rapid.IntRange(0, 40).Draw(t, "rows"), rapid.IntRange(1, 12).Draw(t, "size")
		next, seen := 0, 0
		for {
			rows := []int{}
			for i := next; i < all && len(rows) <= size; i++ {
				rows = append(rows, i)
			}
			page := models.Cut(rows, size, strconv.Itoa)
			for _, row := range page.Rows {
				if row != seen {
					t.Fatalf("row %d came as the %dth", row, seen)
				}
				seen++
			}
			if page.Next == "" {
				break
			}
			if len(page.Rows) != size {
				t.Fatalf("a page that is not the last has %d rows of %d", len(page.Rows), size)
			}
			last, _ := strconv.Atoi(page.Next)
			next = last + 1
		}
		if seen != all {
			t.Fatalf("%d rows of %d", seen, all)
		}
	})
	for limit, want := range map[int]int{0: models.PageSize, -1: models.PageSize, 1: 1, 200: 200, 201: models.PageSize} {
		if got := (models.Page{Limit: limit}).Size(); got != want {
			t.Errorf("a limit of %d gives %d", limit, got)
		}
	}
}

func TestHoursAreHalfOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "instant"))
		h := models.HourOf(at)
		if at.Before(h.Start()) || !at.Before((h + 1).Start()) {
			t.Fatalf("%s is not in the hour of %s", at.UTC(), h.Start())
		}
	})
}

func TestTopupStates(t *testing.T) {
	for state, open := range map[models.TopupState]bool{
		models.TopupCreated: true, models.TopupCheckoutOpen: true, models.TopupProcessing: true,
		models.TopupCredited: false, models.TopupFailed: false, models.TopupExpired: false,
	} {
		if state.Open() != open {
			t.Errorf("%s is open: %t", state, state.Open())
		}
	}
}

func TestSystemClockHasThePrecisionOfTheDatabase(t *testing.T) {
	now := models.SystemClock{}.Now()
	if now.Location() != time.UTC || now.Nanosecond()%1e6 != 0 {
		t.Errorf("%s", now)
	}
}
