package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
)

type upstreamStore interface {
	// DraftCredential is what the draft of an API sends to its upstream, without the value; models.ErrNotFound if nothing.
	DraftCredential(ctx context.Context, apiID string) (models.UpstreamCredential, error)
}

const mebibyte = 1 << 20

// storedUpstream is the form as the draft has it.
func storedUpstream(v models.Version, credential models.UpstreamCredential) pages.UpstreamForm {
	return pages.UpstreamForm{
		CredentialHeader: credential.Header, AnswerSeconds: countInput(v.DraftLimits.AnswerSeconds),
		HangUpSeconds: countInput(v.DraftLimits.HangUpSeconds), MaxBody: countInput(v.DraftLimits.MaxBodyBytes / mebibyte),
	}
}

// typedUpstream is the form as it was typed, but for the credential's value, which goes nowhere but into the seal.
func typedUpstream(c echo.Context) pages.UpstreamForm {
	return pages.UpstreamForm{
		CredentialHeader: strings.TrimSpace(c.FormValue("credential_header")), CredentialChoice: c.FormValue("credential"),
		AnswerSeconds: c.FormValue("answer_seconds"), HangUpSeconds: c.FormValue("hang_up_seconds"), MaxBody: c.FormValue("max_body"),
	}
}

// draftCredential is the credential that is stored, the zero value if there is none.
func (h *Handlers) draftCredential(c echo.Context, apiID string) (models.UpstreamCredential, error) {
	found, err := h.store.DraftCredential(ctx(c), apiID)
	if errors.Is(err, models.ErrNotFound) {
		return models.UpstreamCredential{}, nil
	}
	return found, err
}

// limits reads the numbers of the form.
func limits(form pages.UpstreamForm, invalid models.Invalid) (l models.UpstreamLimits) {
	for _, field := range []struct {
		name, typed string
		into        *int64
	}{
		{"answer_seconds", form.AnswerSeconds, &l.AnswerSeconds},
		{"hang_up_seconds", form.HangUpSeconds, &l.HangUpSeconds},
		{"max_body", form.MaxBody, &l.MaxBodyBytes},
	} {
		text := strings.TrimSpace(field.typed)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 32)
		invalid.Check(err == nil && n > 0, field.name, "Write a whole number above zero, or leave it empty.")
		*field.into = n
	}
	l.MaxBodyBytes *= mebibyte
	return l
}

// credentialChange reads what is to become of the credential, and seals a new value. A value that is kept must not go to
// another host than the one it was given for: whoever may edit the address could have it sent to themselves.
func (h *Handlers) credentialChange(form pages.UpstreamForm, value string, stored models.UpstreamCredential, moved bool, invalid models.Invalid) models.CredentialChange {
	value = strings.TrimSpace(value)
	change := models.CredentialChange{Remove: form.CredentialChoice == "remove", Header: http.CanonicalHeaderKey(form.CredentialHeader)}
	if change.Remove {
		return change
	}
	if err := models.CheckCredentialHeader(form.CredentialHeader); err != nil && (value != "" || form.CredentialHeader != "") {
		invalid.Check(false, "credential_header", err.Error())
		return change
	}
	switch {
	case value != "":
		if err := models.CheckCredentialValue(value); err != nil {
			invalid.Check(false, "credential_value", err.Error())
			return change
		}
		change.Sealed = h.Credentials.Seal([]byte(value))
	case stored.ID == "":
		invalid.Check(form.CredentialHeader == "", "credential_value", "Enter the value that is sent in this header.")
	case form.CredentialHeader == "":
		invalid.Check(false, "credential_header", "Name the header, or choose to remove the credential.")
	case moved:
		invalid.Check(false, "credential_value", "The address leads to another host now. Enter the credential for it, or remove it.")
	}
	return change
}

// movedHost says whether two addresses lead to different hosts, ports or protocols.
func movedHost(was, is string) bool {
	a, errA := url.Parse(was)
	b, errB := url.Parse(strings.TrimSpace(is))
	return errA != nil || errB != nil || !strings.EqualFold(a.Host, b.Host) || !strings.EqualFold(a.Scheme, b.Scheme)
}
