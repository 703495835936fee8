package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type passkeyStore interface {
	Passkeys(ctx context.Context, userID string) ([]models.Passkey, error)
	// Passkey is models.ErrNotFound if the user has no such passkey, and so are RenamePasskey and RemovePasskey.
	Passkey(ctx context.Context, userID, id string) (models.Passkey, error)
	// AddPasskey is models.ErrConflict if the passkey is somebody's already.
	AddPasskey(ctx context.Context, actor models.Actor, passkey models.Passkey) error
	RenamePasskey(ctx context.Context, actor models.Actor, userID, id, name string) error
	// RemovePasskey ends all sessions but the one with the id keep.
	RemovePasskey(ctx context.Context, actor models.Actor, userID, id, keep string) error
}

// passkeyProps are the viewer's passkeys for their account.
func (h *Handlers) passkeyProps(c echo.Context) (props pages.PasskeysProps, err error) {
	if h.party == nil {
		props.Off = h.noParty.Error()
	}
	all, err := h.store.Passkeys(ctx(c), page.ViewerOf(c).User.ID)
	for _, p := range all {
		row := pages.PasskeyRow{ID: p.ID, Name: p.Name, Added: p.CreatedAt, Used: timeOf(p.UsedAt), BackedUp: p.BackedUp(), Copied: timeOf(p.CopiedAt)}
		if h.party == nil || p.Host != h.party.host {
			row.OtherHost = p.Host
		}
		props.Passkeys = append(props.Passkeys, row)
	}
	return props, err
}

// ShowNewPasskey is where a passkey is made.
func (h *Handlers) ShowNewPasskey(c echo.Context) error {
	return h.newPasskeyForm(c, http.StatusOK, pages.NewPasskeyProps{})
}

// NewPasskeyChallenge is what the browser makes a passkey with. Those that the viewer has are named, so that nobody makes two in
// one place.
func (h *Handlers) NewPasskeyChallenge(c echo.Context) error {
	if err := h.mayAskForPasskey(c); err != nil {
		return err
	}
	v := page.ViewerOf(c)
	who, err := h.holder(c, v.User)
	if err != nil {
		return err
	}
	options, data, err := h.party.BeginRegistration(who, webauthn.WithExclusions(who.descriptors()))
	if err != nil {
		return err
	}
	h.ceremonies.begin(addCeremony, v.Session.ID, *data)
	return challenge(c, options)
}

// NewPasskey gives the viewer the passkey that their browser has made. Without a name it is called after that.
func (h *Handlers) NewPasskey(c echo.Context) error {
	v := page.ViewerOf(c)
	form := pages.NewPasskeyProps{Name: c.FormValue("name")}
	name, err := models.PasskeyName(form.Name, v.Session.Browser)
	if err == nil {
		err = h.addPasskey(c, v, name)
	}
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.newPasskeyForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return h.toAccount(c, ui.Positive, "The passkey “"+name+"” is added. From now on it signs you in.")
}

func (h *Handlers) addPasskey(c echo.Context, v *page.Viewer, name string) error {
	if h.party == nil {
		return h.noParty
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(c.FormValue("credential")))
	if err != nil {
		return h.refuseNewPasskey(c, err)
	}
	data, ok := h.ceremonies.take(addCeremony, v.Session.ID, parsed.Response.CollectedClientData.Challenge)
	if !ok {
		return latePasskey
	}
	if err := h.atHome(parsed.Response.CollectedClientData); err != nil {
		return err
	}
	credential, err := h.party.CreateCredential(holder{User: v.User}, data, parsed)
	if err != nil {
		return h.refuseNewPasskey(c, err)
	}
	err = h.store.AddPasskey(ctx(c), actor(c), h.party.passkeyOf(v.User.ID, name, credential))
	if errors.Is(err, models.ErrConflict) {
		return models.Sentence("This passkey is in use already.")
	}
	return err
}

// refuseNewPasskey tells the log why what a browser made is not taken.
func (h *Handlers) refuseNewPasskey(c echo.Context, why error) error {
	h.Log.InfoContext(ctx(c), "a new passkey was refused", "err", why, "request_id", page.MetaOf(c).RequestID)
	return models.Sentence("What your browser made is no passkey that this portal can take. It has to ask for a finger, a face or a PIN; try another device or password manager.")
}

func (h *Handlers) newPasskeyForm(c echo.Context, status int, form pages.NewPasskeyProps) error {
	if h.party == nil {
		form.Off = h.noParty.Error()
	}
	form.Otherwise = page.ViewerOf(c).Session.Browser
	return page.Render(c, status, pages.NewPasskey(h.site.Request(c), form))
}

// ShowPasskey asks for another name.
func (h *Handlers) ShowPasskey(c echo.Context) error {
	passkey, err := h.store.Passkey(ctx(c), page.ViewerOf(c).User.ID, c.Param("passkey"))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.RenamePasskey(h.site.Request(c), pages.RenamePasskeyProps{ID: passkey.ID, Name: passkey.Name}))
}

// RenamePasskey gives one of the viewer's passkeys another name.
func (h *Handlers) RenamePasskey(c echo.Context) error {
	id, typed := c.Param("passkey"), c.FormValue("name")
	name, err := models.PasskeyName(typed, "")
	if err == nil {
		err = h.store.RenamePasskey(ctx(c), actor(c), page.ViewerOf(c).User.ID, id, name)
	}
	if invalid, bad := isInvalid(err); bad {
		return page.Render(c, http.StatusUnprocessableEntity, pages.RenamePasskey(h.site.Request(c), pages.RenamePasskeyProps{ID: id, Name: typed, Errors: errorsOf(invalid)}))
	}
	if err != nil {
		return err
	}
	return h.toAccount(c, ui.Positive, "The passkey is called “"+name+"” now.")
}

// ShowRemovePasskey says what removing a passkey means, and asks.
func (h *Handlers) ShowRemovePasskey(c echo.Context) error {
	passkey, err := h.store.Passkey(ctx(c), page.ViewerOf(c).User.ID, c.Param("passkey"))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
		Title: "Remove the passkey “" + passkey.Name + "”", Back: "Your account", BackHref: paths.Account, Action: paths.RemovePasskey(passkey.ID),
		What: []string{
			"It signs you in no more, and everywhere else you are signed out. Your password stays as it is.",
			"Your device or password manager goes on offering it until you delete it there, too.",
		},
		Button: "Remove it", Keep: "Keep it",
	}))
}

// RemovePasskey takes one of the viewer's passkeys away.
func (h *Handlers) RemovePasskey(c echo.Context) error {
	v := page.ViewerOf(c)
	if err := h.store.RemovePasskey(ctx(c), actor(c), v.User.ID, c.Param("passkey"), v.Session.ID); err != nil {
		return err
	}
	return h.toAccount(c, ui.Positive, "The passkey is removed, and everywhere else you are signed out.")
}
