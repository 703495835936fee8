package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// userStore is what administrators do to users. What changes something asks once more, in its transaction, whether the actor
// is an administrator.
type userStore interface {
	Users(ctx context.Context, text string, page models.Page) (models.Paged[models.UserListing], error)
	User(ctx context.Context, id string) (models.User, error)
	UserTeams(ctx context.Context, userID string) ([]models.UserTeam, error)
	UserFacts(ctx context.Context, userID string) (models.UserFacts, error)
	TakeSecondFactor(ctx context.Context, actor models.Actor, userID string, factor, passkeys bool) error
	// SetAdministrator and SuspendUser are models.ErrLastAdministrator if nobody would be left.
	SetAdministrator(ctx context.Context, actor models.Actor, userID string, administrator bool) error
	SuspendUser(ctx context.Context, actor models.Actor, userID string, revokeKeys bool) error
	ReactivateUser(ctx context.Context, actor models.Actor, userID string) error
	SendReset(ctx context.Context, actor models.Actor, userID string) error
	SignOutUser(ctx context.Context, actor models.Actor, userID string) error
}

// AdminUsers lists all users for administrators, narrowed to a search in names and addresses.
func (h *Handlers) AdminUsers(c echo.Context) error {
	users, err := h.store.Users(ctx(c), searchText(c), asked(c))
	if err != nil {
		return err
	}
	props := pages.AdminUsersProps{Query: searchText(c), Pager: pager(c, paths.SearchUsers(searchText(c)), users.Next)}
	for _, l := range users.Rows {
		props.Users = append(props.Users, pages.AdminUserRow{
			ID: l.User.ID, Name: l.User.Name, Email: l.User.Email, Verified: l.User.Verified(), Administrator: l.User.Administrator,
			Suspended: l.User.Suspended(), Teams: int64(l.Teams), SignedUpAt: l.User.CreatedAt,
		})
	}
	return page.Render(c, http.StatusOK, pages.AdminUsers(h.site.Request(c), props))
}
