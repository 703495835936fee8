package paths

import (
	"maps"
	"net/url"
	"slices"
)

// CatalogueFacets are the parameters that the catalogue is narrowed by, in the order in which it offers them. Each may be given
// several times: one of its values has to hold.
var CatalogueFacets = []string{QueryCategory, QueryTag, QueryKind, QueryPrice, QueryState, QueryTeam}

// CatalogueQuery is what the catalogue is asked for; the zero value is everything.
type CatalogueQuery struct {
	Text    string
	Sort    string              // "" is the usual order
	Mine    bool                // the reader's favourites only
	Filters map[string][]string // by the names of CatalogueFacets
}

// Path is the catalogue's address with the query.
func (q CatalogueQuery) Path() string {
	values := url.Values{}
	for name, chosen := range q.Filters {
		if len(chosen) > 0 {
			values[name] = chosen
		}
	}
	if q.Text != "" {
		values.Set(QuerySearch, q.Text)
	}
	if q.Sort != "" {
		values.Set(QuerySort, q.Sort)
	}
	if q.Mine {
		values.Set(QueryMine, "1")
	}
	if len(values) == 0 {
		return APIs
	}
	return APIs + "?" + values.Encode()
}

// Narrowed says whether the query leaves anything out besides what its text does.
func (q CatalogueQuery) Narrowed() bool {
	for _, chosen := range q.Filters {
		if len(chosen) > 0 {
			return true
		}
	}
	return q.Mine
}

// Without is the query without one value of a filter.
func (q CatalogueQuery) Without(name, value string) CatalogueQuery {
	q.Filters = maps.Clone(q.Filters)
	q.Filters[name] = slices.DeleteFunc(slices.Clone(q.Filters[name]), func(chosen string) bool { return chosen == value })
	return q
}

// WithoutMine is the query among all APIs.
func (q CatalogueQuery) WithoutMine() CatalogueQuery {
	q.Mine = false
	return q
}

// Widened is the query with its text and order alone.
func (q CatalogueQuery) Widened() CatalogueQuery { return CatalogueQuery{Text: q.Text, Sort: q.Sort} }

// Saying is the query with another text.
func (q CatalogueQuery) Saying(text string) CatalogueQuery {
	q.Text = text
	return q
}
