package search

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
)

// Sort is an order of results. Where it leaves two alike, the one that is called more comes first.
type Sort string

// The orders. Without words the best match is what is called most.
const (
	ByMatch  Sort = "match"
	ByName   Sort = "name"
	ByNewest Sort = "newest"
	ByCalls  Sort = "calls"
	ByPrice  Sort = "price"
)

// key is a result's place in the order: less comes first. It is what a cursor holds, so its fields have names as short as
// they are.
type key struct {
	N    int64  `json:"n,omitempty"`
	Text string `json:"t,omitempty"`
	More int64  `json:"m,omitempty"`
	ID   string `json:"i"`
}

func compareKeys(a, b key) int {
	return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(a.Text, b.Text), cmp.Compare(a.More, b.More), cmp.Compare(a.ID, b.ID))
}

func (by Sort) key(d *document, s score) key {
	k := key{More: -d.Calls, ID: d.ID}
	switch by {
	case ByName:
		k.Text = d.name
	case ByNewest:
		k.N = -d.Newest
	case ByPrice:
		k.N = d.Price
	case ByCalls:
	default:
		k.N = -int64(s)
	}
	return k
}

func (k key) cursor() string {
	raw, err := json.Marshal(k)
	if err != nil {
		panic("search: " + err.Error()) // texts and numbers always have a form
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// page keeps the first results after a cursor.
type page struct {
	sort  Sort
	after *key // nil: from the beginning
	limit int
	keys  []key // in order, at most one more than the limit
	total int
}

func newPage(q Query) *page {
	p := &page{sort: q.Sort, limit: max(q.Limit, 1)}
	if raw, err := base64.RawURLEncoding.DecodeString(q.After); err == nil && len(raw) > 0 {
		var after key
		if json.Unmarshal(raw, &after) == nil {
			p.after = &after
		}
	}
	return p
}

func (p *page) add(d *document, s score) {
	p.total++
	k := p.sort.key(d, s)
	full := len(p.keys) > p.limit
	if p.after != nil && compareKeys(k, *p.after) <= 0 || full && compareKeys(k, p.keys[p.limit]) >= 0 {
		return
	}
	if full {
		p.keys = p.keys[:p.limit]
	}
	at, _ := slices.BinarySearchFunc(p.keys, k, compareKeys)
	p.keys = slices.Insert(p.keys, at, k)
}

func (p *page) result() Result {
	r := Result{Total: p.total}
	if len(p.keys) > p.limit {
		p.keys = p.keys[:p.limit]
		r.Next = p.keys[p.limit-1].cursor()
	}
	for _, k := range p.keys {
		r.IDs = append(r.IDs, k.ID)
	}
	return r
}
