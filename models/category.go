package models

import "strings"

// Category is what an administrator groups the catalogue by. An API is in one or in none.
type Category struct {
	ID       string `gorm:"primaryKey"`
	Slug     string // in addresses; it stays when the name changes
	Name     string
	Position int // in the list, from 1 on
}

// CategoryListing is a category with how many APIs are in it, published or not.
type CategoryListing struct {
	Category Category `gorm:"embedded"`
	APIs     int64    `gorm:"column:api_count"`
}

// MaxCategories is how many there can be: the catalogue shows them all.
const MaxCategories = 100

// ErrTooManyCategories says that another one has to go first.
const ErrTooManyCategories = Sentence("There are 100 categories, which is the most. Remove one first.")

// CheckCategoryName tidies the name of a category, and says what is wrong with it.
func CheckCategoryName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		return name, Sentence("Enter a name, such as Weather.")
	case !IsLine(name, 40):
		return name, Sentence("Use at most 40 characters, on one line.")
	}
	return name, nil
}
