package paths

import "net/url"

// Setup is the one-time page that makes the first administrator.
func Setup(token string) string { return "/setup/" + url.PathEscape(token) }

// ResetPassword is the page to which a mail leads that somebody asked for who has forgotten their password.
func ResetPassword(token string) string { return "/reset-password/" + url.PathEscape(token) }

// VerifyAddress is the page to which the mail after signing up leads.
func VerifyAddress(token string) string { return "/verify/" + url.PathEscape(token) }

// StepUpThen asks somebody who is signed in to prove who they are, and leads on to next.
func StepUpThen(next string) string { return with(StepUp, QueryNext, next) }

// Passkey is where one of somebody's passkeys is renamed.
func Passkey(id string) string { return "/account/passkeys/" + url.PathEscape(id) }

// RemovePasskey asks before it removes one of somebody's passkeys.
func RemovePasskey(id string) string { return Passkey(id) + "/remove" }

// EndSession ends one of somebody's sessions.
func EndSession(id string) string { return "/account/sessions/" + url.PathEscape(id) + "/end" }

// What can have changed before signing in, in QueryChanged.
const (
	ChangedPassword = "password"
	ChangedAddress  = "address"
)

// SignInChanged is the sign-in page that tells what was changed.
func SignInChanged(what string) string { return with(SignIn, QueryChanged, what) }

// SignInThen is the sign-in page that leads on to next.
func SignInThen(next string) string { return with(SignIn, QueryNext, next) }

// SignInCodeThen is the second step of signing in, which leads on to next; recovery asks for a recovery code.
func SignInCodeThen(next string, recovery bool) string {
	path := with(SignInCode, QueryNext, next)
	if recovery {
		path = with(path, QueryRecovery, "1")
	}
	return path
}

// SignUpThen is the sign-up page that leads on to next.
func SignUpThen(next string) string { return with(SignUp, QueryNext, next) }

// NewTeamThen is the form that makes a team and leads on to next.
func NewTeamThen(next string) string { return with(NewTeam, QueryNext, next) }
