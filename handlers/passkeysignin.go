package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type passkeySignInStore interface {
	User(ctx context.Context, id string) (models.User, error)
	Passkeys(ctx context.Context, userID string) ([]models.Passkey, error)
	// PasskeyByCredential is models.ErrNotFound if there is none, and UsePasskey if it is not theirs any more.
	PasskeyByCredential(ctx context.Context, host string, credentialID []byte) (models.Passkey, error)
	UsePasskey(ctx context.Context, actor models.Actor, userID, id string, flags uint8, count uint32) error
}

// What people read whose passkey is not taken. Which of the checks failed is for the log: a stranger learns nothing by trying.
const (
	latePasskey    = models.Sentence("This took longer than five minutes, or was sent twice. Try again.")
	refusedPasskey = models.Sentence("This passkey does not work here. It may have been removed from its account; prove who you are in another way.")
)

// SignInPasskeyChallenge is what a browser asks a passkey to sign so that somebody can sign in. Nobody is named: whose passkey
// it is turns out by the answer, so the challenge tells nobody which accounts there are.
func (h *Handlers) SignInPasskeyChallenge(c echo.Context) error {
	if err := h.mayAskForPasskey(c); err != nil {
		return err
	}
	options, data, err := h.party.BeginDiscoverableLogin()
	if err != nil {
		return err
	}
	h.ceremonies.begin(signInCeremony, h.passkeyVisitor(c), *data)
	return challenge(c, options)
}

// SignInPasskey signs in who shows a passkey. It stands for both steps: whoever holds it has asked for a finger, a face or a
// PIN.
func (h *Handlers) SignInPasskey(c echo.Context) error {
	form := pages.SignInProps{Next: c.FormValue(paths.QueryNext)}
	try, wait := h.throttle.passkey(c.RealIP())
	if wait > 0 {
		return h.tooMany(c, "Too many sign-ins failed from your network.", wait)
	}
	user, passkey, err := h.usePasskey(c, signInCeremony, h.site.Kept(c, passkeyCookie), c.FormValue("credential"))
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.signInForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	try.undo()
	if err := h.site.SignInByPasskey(c, user, passkey); err != nil {
		return err
	}
	return h.goOn(c, form.Next)
}

// StepUpPasskeyChallenge is what one of the viewer's passkeys signs to prove who they are.
func (h *Handlers) StepUpPasskeyChallenge(c echo.Context) error {
	if err := h.mayAskForPasskey(c); err != nil {
		return err
	}
	v := page.ViewerOf(c)
	who, err := h.holder(c, v.User)
	if err != nil {
		return err
	}
	if len(who.passkeys) == 0 {
		return refusedPasskey
	}
	options, data, err := h.party.BeginLogin(who)
	if err != nil {
		return err
	}
	h.ceremonies.begin(stepUpCeremony, v.Session.ID, *data)
	return challenge(c, options)
}

// usePasskey checks what a passkey answered to a challenge, and says whose it is. A models.Sentence says why it is not taken.
func (h *Handlers) usePasskey(c echo.Context, kind ceremonyKind, owner, answer string) (user models.User, passkey models.Passkey, err error) {
	if h.party == nil {
		return user, passkey, h.noParty
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return user, passkey, h.refusePasskey(c, err)
	}
	data, ok := h.ceremonies.take(kind, owner, parsed.Response.CollectedClientData.Challenge)
	if !ok {
		return user, passkey, latePasskey
	}
	if err := h.atHome(parsed.Response.CollectedClientData); err != nil {
		return user, passkey, err
	}
	passkey, err = h.store.PasskeyByCredential(ctx(c), h.party.host, parsed.RawID)
	if err == nil {
		user, err = h.store.User(ctx(c), passkey.UserID)
	}
	if errors.Is(err, models.ErrNotFound) {
		return user, passkey, refusedPasskey
	}
	if err != nil {
		return user, passkey, err
	}
	who, err := h.holder(c, user)
	if err != nil {
		return user, passkey, err
	}
	used, err := h.verifyPasskey(kind, who, data, parsed)
	if err != nil {
		return user, passkey, h.refusePasskey(c, err)
	}
	err = h.store.UsePasskey(ctx(c), actor(c), user.ID, passkey.ID, uint8(used.Flags.ProtocolValue()), parsed.Response.AuthenticatorData.Counter)
	if errors.Is(err, models.ErrNotFound) {
		return user, passkey, refusedPasskey
	}
	return user, passkey, err
}

// verifyPasskey checks the signature and all that was signed: challenge, origin, relying party, and that the user was verified.
func (h *Handlers) verifyPasskey(kind ceremonyKind, who holder, data webauthn.SessionData, parsed *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	if kind == signInCeremony {
		return h.party.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return who, nil }, data, parsed)
	}
	return h.party.ValidateLogin(who, data, parsed)
}

// atHome refuses what was signed at another address. Browsers hinder that by themselves but for names below ours.
func (h *Handlers) atHome(data protocol.CollectedClientData) error {
	if strings.EqualFold(data.Origin, h.party.origin) {
		return nil
	}
	return models.Sentence("This page was not opened at the portal's own address. Open " + h.party.origin + " and try again.")
}

// refusePasskey tells the log why an answer is not taken.
func (h *Handlers) refusePasskey(c echo.Context, why error) error {
	h.Log.InfoContext(ctx(c), "a passkey was refused", "err", why, "request_id", page.MetaOf(c).RequestID)
	return refusedPasskey
}

// mayAskForPasskey refuses challenges where there can be no passkeys, and those who ask too often.
func (h *Handlers) mayAskForPasskey(c echo.Context) error {
	if h.party == nil {
		return h.noParty
	}
	if wait := h.throttle.challenge(c.RealIP()); wait > 0 {
		return echo.NewHTTPError(http.StatusTooManyRequests, "Too many passkeys were asked for from your network. Try again in "+span(int64(wait.Seconds())+1)+".")
	}
	return nil
}

// holder is a user with those of their passkeys that work at this host.
func (h *Handlers) holder(c echo.Context, user models.User) (holder, error) {
	who := holder{User: user}
	all, err := h.store.Passkeys(ctx(c), user.ID)
	for _, p := range all {
		if p.Host == h.party.host {
			who.passkeys = append(who.passkeys, p)
		}
	}
	return who, err
}

// challenge answers with what a browser hands to a passkey.
func challenge(c echo.Context, options any) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, options)
}

const passkeyCookie = "passkey"

// passkeyVisitor is a secret of somebody's browser who is not signed in, which their challenges are bound to. All tabs share it.
func (h *Handlers) passkeyVisitor(c echo.Context) string {
	secret := rand.Text()
	if kept := h.site.Kept(c, passkeyCookie); len(kept) == len(secret) {
		secret = kept
	}
	h.site.KeepHere(c, passkeyCookie, secret, ceremonyLife)
	return secret
}
