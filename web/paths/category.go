package paths

import "net/url"

// What the catalogue is grouped by, for administrators.
const (
	Categories            = "/admin/categories"                  // POST adds one
	CategoryPattern       = "/admin/categories/:category"        // GET asks for another name, POST gives it
	MoveCategoryPattern   = "/admin/categories/:category/move"   // POST
	RemoveCategoryPattern = "/admin/categories/:category/remove" // GET asks, POST does
)

// Category is the form that renames a category.
func Category(id string) string { return Categories + "/" + url.PathEscape(id) }

// MoveCategory is where a category is moved.
func MoveCategory(id string) string { return Category(id) + "/move" }

// RemoveCategory asks before it removes a category.
func RemoveCategory(id string) string { return Category(id) + "/remove" }
