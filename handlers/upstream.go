package handlers

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
)

type upstreamStore interface {
	// DraftCredential is what the draft of a version sends to its upstream, without the value; models.ErrNotFound if nothing.
	DraftCredential(ctx context.Context, versionID string) (models.UpstreamCredential, error)
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
func (h *Handlers) draftCredential(ctx context.Context, versionID string) (models.UpstreamCredential, error) {
	found, err := h.store.DraftCredential(ctx, versionID)
	if errors.Is(err, models.ErrNotFound) {
		return models.UpstreamCredential{}, nil
	}
	return found, err
}

// typedCredential is what the form chooses for the credential.
func typedCredential(c echo.Context, form pages.UpstreamForm) models.NewCredential {
	return models.NewCredential{Remove: form.CredentialChoice == "remove", Header: form.CredentialHeader, Value: c.FormValue("credential_value")}
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
