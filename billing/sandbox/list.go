package sandbox

import (
	"cmp"
	"slices"
)

const (
	defaultLimit = 10
	maxLimit     = 100
)

// listParams are the parameters that every list accepts.
var listParams = []string{
	"limit", "starting_after", "created[gt]", "created[gte]", "created[lt]", "created[lte]",
}

// listable is a stored object that lists can hold.
type listable interface {
	base() record
	object() object
}

// listing answers a list request: one page of the records that pass keep, newest first.
func listing[T listable](c *call, all map[string]T, keep func(T) bool) (object, error) {
	limit, err := c.params.integer("limit", defaultLimit)
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > maxLimit {
		return nil, invalid("parameter_invalid_integer", "limit", "Limit must be between 1 and %d", maxLimit)
	}
	wanted, err := wantedRecords(c.params, all)
	if err != nil {
		return nil, err
	}
	var kept []T
	for _, r := range all {
		if wanted(r.base()) && keep(r) {
			kept = append(kept, r)
		}
	}
	slices.SortFunc(kept, func(a, b T) int { return cmp.Compare(b.base().Order, a.base().Order) })
	return page(c.path, kept, int(limit)), nil
}

// wantedRecords reads the cursor and the time limits that all lists share.
func wantedRecords[T listable](p params, all map[string]T) (func(record) bool, error) {
	conditions := []func(record) bool{}
	if id := p.text("starting_after"); id != "" {
		seen, ok := all[id]
		if !ok {
			return nil, noSuch("object", id, "starting_after")
		}
		conditions = append(conditions, func(r record) bool { return r.Order < seen.base().Order })
	}
	for name, holds := range map[string]func(created, limit int64) bool{
		"created[gt]":  func(created, limit int64) bool { return created > limit },
		"created[gte]": func(created, limit int64) bool { return created >= limit },
		"created[lt]":  func(created, limit int64) bool { return created < limit },
		"created[lte]": func(created, limit int64) bool { return created <= limit },
	} {
		limit, err := p.integer(name, 0)
		if err != nil {
			return nil, err
		}
		if p.values.Has(name) {
			conditions = append(conditions, func(r record) bool { return holds(r.Created, limit) })
		}
	}
	return func(r record) bool {
		return !slices.ContainsFunc(conditions, func(holds func(record) bool) bool { return !holds(r) })
	}, nil
}

func page[T listable](path string, kept []T, limit int) object {
	data := []object{}
	for _, r := range kept[:min(limit, len(kept))] {
		data = append(data, r.object())
	}
	return object{"object": "list", "url": path, "has_more": len(kept) > limit, "data": data}
}
