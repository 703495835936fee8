package store

import (
	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// newest reads one page of a list, newest first. Ids grow with time, so the column of the id orders the rows and the id of
// the last one is the cursor.
func newest[T any](query *gorm.DB, column string, page models.Page, id func(T) string) (models.Paged[T], error) {
	if page.After != "" {
		query = query.Where(column+" < ?", page.After)
	}
	var rows []T
	err := query.Order(column + " DESC").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(rows, page.Size(), id), translate(err)
}
