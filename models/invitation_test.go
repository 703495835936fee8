package models_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestInvitationForm(t *testing.T) {
	for _, row := range []struct {
		what, email string
		role        models.Role
		wrong       string // the field that has to be mended
	}{
		{"an address and a role", " Ada@Example.com ", models.RoleBilling, ""},
		{"no address", " ", models.RoleBilling, "email"},
		{"no address at all", "ada", models.RoleBilling, "email"},
		{"two addresses", "a@b.test, c@d.test", models.RoleBilling, "email"},
		{"an address with a line of its own", "a@b.test\r\nBcc: c@d.test", models.RoleBilling, "email"},
		{"a name beside the address", "Ada <ada@example.com>", models.RoleBilling, "email"},
		{"no role", "ada@example.com", "", "role"},
		{"a made-up role", "ada@example.com", "king", "role"},
	} {
		n := models.NewInvitation{Email: row.email, Role: row.role}
		err := n.Validate()
		invalid, _ := err.(models.Invalid) //nolint:errorlint // Validate returns nothing else
		if (err == nil) != (row.wrong == "") || row.wrong != "" && invalid[row.wrong] == "" {
			t.Errorf("%s: %v", row.what, err)
		}
		if err == nil && n.Email != "ada@example.com" {
			t.Errorf("%s: the address became %q", row.what, n.Email)
		}
	}
}

func TestInvitationsStandAsTheirTimeAndTeamHaveIt(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	for _, row := range []struct {
		what    string
		state   models.InvitationState
		ends    time.Duration
		deleted bool
		want    models.InvitationState
	}{
		{"in time it is open", models.InvitationOpen, time.Millisecond, false, models.InvitationOpen},
		{"at its end it has expired", models.InvitationOpen, 0, false, models.InvitationExpired},
		{"a used one stays used after its end", models.InvitationAccepted, -time.Hour, false, models.InvitationAccepted},
		{"a withdrawn one too", models.InvitationWithdrawn, -time.Hour, false, models.InvitationWithdrawn},
		{"with the team it ends", models.InvitationOpen, time.Hour, true, models.InvitationWithdrawn},
	} {
		l := models.InvitationListing{Invitation: models.Invitation{State: row.state, ExpiresAt: now.Add(row.ends)}, TeamDeleted: row.deleted}
		if got := l.Standing(now); got != row.want {
			t.Errorf("%s: %s", row.what, got)
		}
	}
}

func TestLinkTokensAreLongAndNeverTheSame(t *testing.T) {
	a, b := models.NewLinkToken(), models.NewLinkToken()
	if len(a) != 26 || a == b || string(models.HashLinkToken(a)) == string(models.HashLinkToken(b)) {
		t.Errorf("%q, %q", a, b)
	}
}
