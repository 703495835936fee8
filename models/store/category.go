package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/faregate/faregate/models"
)

// Categories lists what the catalogue is grouped by, in its order.
func (s *Store) Categories(ctx context.Context) ([]models.Category, error) {
	var categories []models.Category
	err := s.read(ctx).Order("position").Find(&categories).Error
	return categories, translate(err)
}

// CategoriesInUse lists the same with how many APIs are in each.
func (s *Store) CategoriesInUse(ctx context.Context) ([]models.CategoryListing, error) {
	var rows []models.CategoryListing
	err := s.read(ctx).Raw(`SELECT g.*, (SELECT COUNT(*) FROM apis WHERE category_id = g.id AND deleted_at IS NULL) AS api_count
		FROM categories g ORDER BY g.position`).Scan(&rows).Error
	return rows, translate(err)
}

// Category returns one, or models.ErrNotFound.
func (s *Store) Category(ctx context.Context, id string) (models.Category, error) {
	var category models.Category
	err := s.read(ctx).Take(&category, "id = ?", id).Error
	return category, translate(err)
}

// AddCategory adds a category at the end of the list. models.Invalid says what is wrong with the name.
func (s *Store) AddCategory(ctx context.Context, actor models.Actor, name string) (models.Category, error) {
	var made models.Category
	err := s.changeCategories(ctx, actor, func(t *txn) error {
		var facts struct{ Categories, Last int }
		if err := t.Raw(`SELECT COUNT(*) AS categories, COALESCE(MAX(position), 0) AS last FROM categories`).Scan(&facts).Error; err != nil {
			return err
		}
		if facts.Categories >= models.MaxCategories {
			return models.ErrTooManyCategories
		}
		slug, err := t.categorySlug(name)
		if err != nil {
			return err
		}
		made = models.Category{ID: models.NewID(models.KindCategory), Slug: slug, Name: name, Position: facts.Last + 1}
		if err := takenName(t.Create(&made).Error); err != nil {
			return err
		}
		return t.audit(actor, models.AuditCategoryAdded, "", made.ID, name)
	})
	return made, err
}

// categorySlug is one that no other category has.
func (t *txn) categorySlug(name string) (string, error) {
	var taken []string
	if err := t.Model(&models.Category{}).Pluck("slug", &taken).Error; err != nil {
		return "", err
	}
	used := map[string]bool{}
	for _, slug := range taken {
		used[slug] = true
	}
	first := models.Slug(name, "category")
	slug := first
	for n := 2; used[slug]; n++ {
		slug = fmt.Sprintf("%s-%d", first, n)
	}
	return slug, nil
}

// RenameCategory gives a category another name. Its address stays.
func (s *Store) RenameCategory(ctx context.Context, actor models.Actor, id, name string) error {
	return s.changeCategories(ctx, actor, func(t *txn) error {
		var category models.Category
		if err := t.Take(&category, "id = ?", id).Error; err != nil || category.Name == name {
			return err
		}
		if err := takenName(t.Model(&models.Category{}).Where("id = ?", id).Update("name", name).Error); err != nil {
			return err
		}
		if err := t.changedWith(id); err != nil {
			return err
		}
		return t.audit(actor, models.AuditCategoryRenamed, "", id, category.Name+" → "+name)
	})
}

// MoveCategory gives a category the place of its neighbour, before it if up. The first does not move up, nor the last down.
func (s *Store) MoveCategory(ctx context.Context, actor models.Actor, id string, up bool) error {
	return s.changeCategories(ctx, actor, func(t *txn) error {
		var category, neighbour models.Category
		if err := t.Take(&category, "id = ?", id).Error; err != nil {
			return err
		}
		query := t.Where("position > ?", category.Position).Order("position")
		if up {
			query = t.Where("position < ?", category.Position).Order("position DESC")
		}
		if err := query.Limit(1).Find(&neighbour).Error; err != nil || neighbour.ID == "" {
			return err
		}
		return t.Exec(`UPDATE categories SET position = CASE id WHEN ? THEN ? ELSE ? END WHERE id IN (?, ?)`,
			category.ID, neighbour.Position, category.Position, category.ID, neighbour.ID).Error
	})
}

// RemoveCategory removes a category. The APIs in it are in none then.
func (s *Store) RemoveCategory(ctx context.Context, actor models.Actor, id string) error {
	return s.changeCategories(ctx, actor, func(t *txn) error {
		var category models.Category
		if err := t.Take(&category, "id = ?", id).Error; err != nil {
			return err
		}
		if err := t.changedWith(id); err != nil {
			return err
		}
		if err := t.Model(&models.API{}).Where("category_id = ?", id).Update("category_id", "").Error; err != nil {
			return err
		}
		if err := t.Delete(&models.Category{}, "id = ?", id).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditCategoryRemoved, "", id, category.Name)
	})
}

// changeCategories is for administrators alone.
func (s *Store) changeCategories(ctx context.Context, actor models.Actor, change func(t *txn) error) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.mayAdminister(actor); err != nil {
			return err
		}
		return change(t)
	})
}

// changedWith tells listeners that the APIs in a category show something else.
func (t *txn) changedWith(categoryID string) error {
	var ids []string
	err := t.Model(&models.API{}).Where("category_id = ?", categoryID).Pluck("id", &ids).Error
	t.changes.shown = append(t.changes.shown, ids...)
	return err
}

func takenName(err error) error {
	if errors.Is(translate(err), models.ErrConflict) {
		return models.Invalid{"name": "There is a category of this name."}
	}
	return err
}
