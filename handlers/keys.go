package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type keyStore interface {
	TeamKeys(ctx context.Context, teamID string, filter models.KeyFilter, page models.Page) (models.Paged[models.Key], error)
	TeamKey(ctx context.Context, teamID, keyID string) (models.Key, error)
	KeyUse(ctx context.Context, teamID string, keys []models.Key, since time.Time) (map[string]models.KeyUse, error)
	KeyAPIs(ctx context.Context, teamID, keyID string, since time.Time) ([]models.APICalls, error)
	KeySpends(ctx context.Context, keyIDs []string) (map[string]models.Spend, error)
	UserNames(ctx context.Context, ids []string) (map[string]string, error)
	CreateKey(ctx context.Context, actor models.Actor, teamID, name, secret string, rules models.KeyRules) (models.Key, error)
	SetKeyRules(ctx context.Context, actor models.Actor, teamID, keyID string, rules models.KeyRules) error
	RevokeKey(ctx context.Context, actor models.Actor, teamID, keyID string) error
	// RotateKey is models.ErrConflict if the secret to be replaced is not the key's any more, or the key does not work any more.
	RotateKey(ctx context.Context, actor models.Actor, teamID, keyID string, r models.Rotation) (models.Key, error)
	EndRotation(ctx context.Context, actor models.Actor, teamID, keyID string) error
	// OldSecret is models.ErrNotFound if only the present one works.
	OldSecret(ctx context.Context, teamID, keyID string) (models.ReplacedSecret, error)
	// APIsForKeys are the APIs that a team's keys may be limited to, by id.
	APIsForKeys(ctx context.Context, teamID string, kept ...models.KeyRules) (map[string]models.APIName, error)
	// APINames names APIs whoever may see them, for a team that has them in its own settings.
	APINames(ctx context.Context, ids []string) (map[string]models.APIName, error)
}

// Keys lists a team's keys with what each has spent of its budgets, or else this month, and its other limits, narrowed to what
// the address asks for: ?state=active&q=import.
func (h *Handlers) Keys(c echo.Context, m models.Membership) error {
	filter, shown := keyFilter(c)
	keys, err := h.store.TeamKeys(ctx(c), m.Team.ID, filter, asked(c))
	if err != nil {
		return err
	}
	now := h.Clock.Now()
	use, err := h.store.KeyUse(ctx(c), m.Team.ID, keys.Rows, now.AddDate(0, 0, -models.UseDays))
	if err != nil {
		return err
	}
	_, spent, err := h.Spent(ctx(c), m.Team.ID, keyIDs(keys.Rows)...)
	if err != nil {
		return err
	}
	names, err := h.store.APINames(ctx(c), models.APIsOf(rulesOf(keys.Rows)...))
	if err != nil {
		return err
	}
	owners, err := h.store.UserNames(ctx(c), idsOf(keys.Rows, func(k models.Key) string { return k.UserID }))
	if err != nil {
		return err
	}
	props := pages.KeysProps{Filter: shown, Pager: pager(c, paths.KeysOf(m.Team.Slug, shown.State, shown.Text), keys.Next)}
	for _, k := range keys.Rows {
		props.Keys = append(props.Keys, pages.KeyRow{
			ID: k.ID, Label: k.Name, Display: k.Hint, Owner: cmp.Or(owners[k.UserID], models.TeamTokenName), State: string(k.StateAt(now)), OldUntil: rotatingUntil(k, now), CreatedAt: k.CreatedAt, ExpiresAt: expiry(k),
			LastUsed: lastUsed(use[k.ID]), Waits: pages.Waits{Calls: use[k.ID].Calls, Gone: use[k.ID].Gone}, Spent: h.keyBudgets(k, spent[k.ID]), Limits: ruleWords(k.KeyRules, names),
		})
	}
	return page.Render(c, http.StatusOK, pages.Keys(h.teamRequest(c, m), props))
}

// keyFilter reads the filter and gives it back in its plain form, for the page and its links. A state that is none is left out.
func keyFilter(c echo.Context) (filter models.KeyFilter, shown pages.KeysFilter) {
	if state := models.KeyState(c.QueryParam(paths.QueryState)); slices.Contains(models.KeyStates(), state) {
		filter.State, shown.State = state, string(state)
	}
	filter.Text = searchText(c)
	shown.Text = filter.Text
	return filter, shown
}

// keyBudgets are a key's budgets that are set, or what it spent this month.
func (h *Handlers) keyBudgets(k models.Key, spent billing.Spent) []ui.Budget {
	all := h.budgets(k.Budgets, spent)
	set := slices.DeleteFunc(slices.Clone(all), func(b ui.Budget) bool { return b.Most == nil })
	if len(set) == 0 {
		set = append(set, all[slices.Index(models.BudgetPeriods[:], models.PerMonth)])
	}
	return set
}

func rulesOf(keys []models.Key) []models.KeyRules {
	rules := make([]models.KeyRules, len(keys))
	for i, k := range keys {
		rules[i] = k.KeyRules
	}
	return rules
}

func keyIDs(keys []models.Key) []string {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	return ids
}

// recentUse is what a key did of late, for pages that are about to change its secret.
func (h *Handlers) recentUse(c echo.Context, m models.Membership, key models.Key) (pages.KeyUse, error) {
	since := h.Clock.Now().AddDate(0, 0, -models.UseDays)
	use, err := h.store.KeyUse(ctx(c), m.Team.ID, []models.Key{key}, since)
	if err != nil {
		return pages.KeyUse{}, err
	}
	apis, err := h.store.KeyAPIs(ctx(c), m.Team.ID, key.ID, since)
	out := pages.KeyUse{LastUsed: lastUsed(use[key.ID]), Calls: use[key.ID].Calls}
	for _, a := range apis {
		out.APIs = append(out.APIs, a.Name)
	}
	return out, err
}

// expiry is when a key ends; zero for one that does not.
func expiry(k models.Key) time.Time {
	if k.ExpiresAt == nil {
		return time.Time{}
	}
	return *k.ExpiresAt
}

func lastUsed(use models.KeyUse) time.Time {
	if use.LastCall == 0 {
		return time.Time{}
	}
	return use.LastCall.Time()
}
