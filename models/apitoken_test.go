package models_test

import (
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// Worked out with Python's zlib.crc32 and hashlib.
const (
	knownToken     = "fgp_ExampleExampleExampleExampleExam0vIVma"
	knownTokenHash = "643e4164855658fd5930b55335cdc34818b2e8972f091767872eb4514fed4385"
)

func TestTheKnownTokenHasTheKnownHash(t *testing.T) {
	if hash, err := models.HashToken(knownToken); err != nil || hex.EncodeToString(hash) != knownTokenHash {
		t.Errorf("%x, %v", hash, err)
	}
	if hint := models.TokenHint(knownToken); hint != "fgp_Exa…"+knownToken[38:] {
		t.Errorf("hint %q", hint)
	}
}

func TestATextThatIsNoTokenIsSeenWithoutALookup(t *testing.T) {
	form := regexp.MustCompile(`^fgp_[0-9A-Za-z]{38}$`)
	for range 100 {
		if token := models.NewTokenSecret(); !form.MatchString(token) {
			t.Fatalf("%q has not the form that scanners know", token)
		}
	}
	swapped := knownToken[:8] + knownToken[9:10] + knownToken[8:9] + knownToken[10:]
	key := models.NewKeySecret()
	for _, text := range []string{"", "fgp_", knownToken + "0", " " + knownToken, strings.ToUpper(knownToken), swapped, key, "fgp_" + key[8:]} {
		if _, err := models.HashToken(text); err == nil {
			t.Errorf("%q was taken for a token", text)
		}
	}
	if _, err := models.HashKey(knownToken); err == nil {
		t.Error("a token was taken for a key")
	}
}

func TestATokenMayWhatItsScopesAndItsOwnersRoleInclude(t *testing.T) {
	personal := &models.APIToken{Scopes: []models.Permission{models.ScopeAccount, models.MayView, models.MayManageTeam, models.MayOwnTeam}}
	teams := &models.APIToken{TeamID: "team_1", Scopes: []models.Permission{models.MayView, models.MayManageTeam, models.MayOwnTeam}}
	for _, row := range []struct {
		sentence string
		by       models.Authority
		may      models.Permission
		want     bool
	}{
		{"a person without a token may what their role may", models.Authority{Role: models.RoleAdmin}, models.MayPublish, true},
		{"an owner's token owns where that is its scope", personal.In("team_1", models.RoleOwner), models.MayOwnTeam, true},
		{"an admin's token does not", personal.In("team_1", models.RoleAdmin), models.MayOwnTeam, false},
		{"a token may nothing beyond its scopes", personal.In("team_1", models.RoleOwner), models.MayTopUp, false},
		{"a token may nothing where its owner is no member", personal.In("team_2", ""), models.MayView, false},
		{"a scope of the account is none in a team", personal.In("team_1", models.RoleOwner), models.ScopeAccount, false},
		{"a team's token needs no role", teams.In("team_1", ""), models.MayManageTeam, true},
		{"a team's token never owns the team", teams.In("team_1", models.RoleOwner), models.MayOwnTeam, false},
		{"a team's token may nothing in another team", teams.In("team_2", models.RoleOwner), models.MayView, false},
	} {
		if got := row.by.May(row.may); got != row.want {
			t.Errorf("%s: %t", row.sentence, got)
		}
	}
	if by := personal.In("team_1", models.RoleAdmin); !by.MaySetRole(models.RoleViewer, models.RoleAdmin) || by.MaySetRole(models.RoleOwner, "") {
		t.Error("a token changes other roles than its owner may")
	}
}

func TestStatesOfATokenFollowFromItsInstants(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	later := now.Add(time.Millisecond)
	for _, row := range []struct {
		sentence string
		token    models.APIToken
		want     models.TokenState
	}{
		{"one without an end works", models.APIToken{}, models.TokenActive},
		{"one works until its end", models.APIToken{ExpiresAt: &later}, models.TokenActive},
		{"from its end on it has expired", models.APIToken{ExpiresAt: &now}, models.TokenExpired},
		{"revoked stays revoked, expired or not", models.APIToken{RevokedAt: &now, ExpiresAt: &now}, models.TokenRevoked},
	} {
		if got := row.token.StateAt(now); got != row.want {
			t.Errorf("%s: %s", row.sentence, got)
		}
	}
}

func TestWhatIsChosenForATokenIsChecked(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	person, team := models.TokenOwner{UserID: "usr_1"}, models.TokenOwner{TeamID: "team_1"}
	for _, row := range []struct {
		sentence string
		owner    models.TokenOwner
		n        models.NewAPIToken
		field    string // that has to be mended; "" for none
	}{
		{"a name, a scope and no end are enough", person, models.NewAPIToken{Name: " nightly ", Scopes: []models.Permission{models.MayView}}, ""},
		{"without a name", person, models.NewAPIToken{Name: "  ", Scopes: []models.Permission{models.MayView}}, "name"},
		{"a name of two lines", person, models.NewAPIToken{Name: "a\nb", Scopes: []models.Permission{models.MayView}}, "name"},
		{"without a scope", person, models.NewAPIToken{Name: "a"}, "scopes"},
		{"a person's token owns teams", person, models.NewAPIToken{Name: "a", Scopes: []models.Permission{models.MayOwnTeam}}, ""},
		{"a team's does not", team, models.NewAPIToken{Name: "a", Scopes: []models.Permission{models.MayView, models.MayOwnTeam}}, "scopes"},
		{"a team has no account", team, models.NewAPIToken{Name: "a", Scopes: []models.Permission{models.ScopeAccount}}, "scopes"},
		{"nobody's token operates the platform", person, models.NewAPIToken{Name: "a", Scopes: []models.Permission{models.MayOperateTeams}}, "scopes"},
		{"an end that is over", person, models.NewAPIToken{Name: "a", Scopes: []models.Permission{models.MayView}, ExpiresAt: &now}, "expires_at"},
	} {
		err := row.n.Validate(row.owner, now)
		if row.field == "" && err != nil || row.field != "" && problemOf(err, row.field) == "" {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
	n := models.NewAPIToken{Name: "a", Scopes: []models.Permission{models.MayTopUp, models.MayView, models.MayTopUp}}
	if err := n.Validate(person, now); err != nil || len(n.Scopes) != 2 || n.Scopes[0] != models.MayView {
		t.Errorf("scopes are kept as %v, %v", n.Scopes, err)
	}
}
