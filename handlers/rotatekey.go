package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

// nothingToRotate is why a key that is over is not rotated.
const nothingToRotate = "a new secret would not be taken either"

// ShowRotateKey asks how long the old secret works on, and says what that means for the programs that have it.
func (h *Handlers) ShowRotateKey(c echo.Context, m models.Membership) error {
	key, over, err := h.workingKey(c, m, nothingToRotate)
	if over || err != nil {
		return err
	}
	return h.askToRotate(c, http.StatusOK, m, key, models.OverlapDay, nil)
}

// RotateKey gives a key a new secret and shows it in this very answer, like that of a new key. The form says which secret it
// replaces: sending it again, or reloading the answer, would otherwise end the old one before its time.
func (h *Handlers) RotateKey(c echo.Context, m models.Membership) error {
	key, over, err := h.workingKey(c, m, nothingToRotate)
	if over || err != nil {
		return err
	}
	rotation := models.Rotation{Replaces: c.FormValue("replaces"), Secret: models.NewKeySecret(), Overlap: models.Overlap(c.FormValue("overlap"))}
	if _, known := rotation.Overlap.Time(); !known {
		return h.askToRotate(c, http.StatusUnprocessableEntity, m, key, "", ui.Errors{"overlap": "Choose how long the old secret works on."})
	}
	rotated, err := h.store.RotateKey(ctx(c), actor(c), m.Team.ID, key.ID, rotation)
	if errors.Is(err, models.ErrConflict) {
		return h.explain(c, http.StatusConflict, "“"+key.Name+"” was not rotated",
			"Its secret is not the one any more that this form was to replace: the key was rotated or revoked meanwhile, perhaps by this very form. Nothing was changed now. If nobody has saved the new secret, open the Keys page and rotate it again.")
	}
	if err != nil {
		return err
	}
	return h.showSecret(c, m, rotated.KeyRules, pages.KeyCreatedProps{
		Label: rotated.Name, Secret: rotation.Secret, Rotated: true, Old: rotation.Replaces, OldUntil: rotatingUntil(rotated, h.Clock.Now()),
	})
}

func (h *Handlers) askToRotate(c echo.Context, status int, m models.Membership, key models.Key, chosen models.Overlap, wrong ui.Errors) error {
	use, err := h.recentUse(c, m, key)
	if err != nil {
		return err
	}
	props := pages.RotateKeyProps{ID: key.ID, Label: key.Name, Display: key.Hint, Use: use, Errors: wrong}
	for _, o := range models.Overlaps() {
		props.Overlaps = append(props.Overlaps, ui.Choice{Value: string(o), Label: overlapWords[o][0], Hint: overlapWords[o][1], Selected: o == chosen})
	}
	old, err := h.store.OldSecret(ctx(c), m.Team.ID, key.ID)
	switch {
	case err == nil:
		props.Old, props.OldUntil = old.Hint, old.WorksUntil
	case !errors.Is(err, models.ErrNotFound):
		return err
	}
	return page.Render(c, status, pages.RotateKey(h.teamRequest(c, m), props))
}

// overlapWords name the overlaps, and what each is for.
var overlapWords = map[models.Overlap][2]string{
	models.OverlapNone: {"Not at all", "Programs that have the old secret get 401 at once. For a secret that has leaked."},
	models.OverlapHour: {"1 hour", ""},
	models.OverlapDay:  {"24 hours", "Time to give every program the new secret without a refused call."},
	models.OverlapWeek: {"7 days", ""},
}

// rotatingUntil is when the time of a key's old secret is over; zero where only the present one works.
func rotatingUntil(k models.Key, now time.Time) time.Time {
	if k.StateAt(now) != models.KeyRotating {
		return time.Time{}
	}
	return *k.RotatingUntil
}
