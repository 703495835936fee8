package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/web/paths"
)

// stepUpNeeded are the routes that take a proof of who asks from within the last models.StepUpLife, besides what routes.go asks
// for: acts that cannot be taken back, and those by which a thief of a session would make it theirs. A page stands here
// where it shows a secret, or where its form has one to type, which is not kept while the proof is given.
var stepUpNeeded = map[string]bool{
	"GET " + paths.ChangePassword:        true,
	"POST " + paths.ChangePassword:       true,
	"GET " + paths.SetUpTwoStep:          true,
	"POST " + paths.SetUpTwoStep:         true,
	"POST " + paths.NewRecoveryCodes:     true,
	"POST " + paths.TurnOffTwoStep:       true,
	"POST " + paths.NewPersonalToken:     true,
	"POST " + paths.NewTeamTokenPattern:  true,
	"GET " + paths.NewPasskey:            true,
	"POST " + paths.NewPasskey:           true,
	"POST " + paths.NewPasskeyChallenge:  true,
	"POST " + paths.RemovePasskeyPattern: true,
	"POST " + paths.DeleteAccount:        true,
	"POST " + paths.HandOverTeamPattern:  true,
	"POST " + paths.DeleteTeamPattern:    true,
	"POST " + paths.OfferAPIPattern:      true,
	"POST " + paths.AdminTeams:           true, // grants credit
	"POST " + paths.CorrectionPattern:    true,
	"POST " + paths.RefundCalls:          true,

	// What makes somebody an owner, or takes it from them.
	"POST " + paths.InvitePattern:       true,
	"POST " + paths.ResendInvitePattern: true,
	"POST " + paths.EditMemberPattern:   true,
	"POST " + paths.RemoveMemberPattern: true,
	"POST " + paths.AnswerJoinPattern:   true,

	// What administrators do to others' accounts.
	"POST " + paths.AdministratorPattern: true,
	"POST " + paths.SecondFactorPattern:  true,
	"POST " + paths.SuspendUserPattern:   true,
	"POST " + paths.ImpersonatePattern:   true,

	// Single sign-on: what else opens an account, and the rules that make owners.
	"GET " + paths.BeginLink:               true,
	"POST " + paths.LinkIdentity:           true,
	"POST " + paths.UnlinkIdentityPattern:  true,
	"POST " + paths.NewGroupRule:           true,
	"POST " + paths.RemoveGroupRulePattern: true,
}

// needsStepUp says whether a request is for one of them. The guards of package handlers ask for the proof, once they know
// that the rest of what it takes is there.
func needsStepUp(c echo.Context) bool {
	method := c.Request().Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return stepUpNeeded[method+" "+c.Path()]
}
