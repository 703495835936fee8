package lint

import (
	"slices"
	"strconv"
	"strings"
)

// place is where something stands, as the way there from the top. Places are made for everything in a document, pointers only
// for what is reported.
type place struct {
	above *place
	token string
	id    string // of the operation that begins here
}

// in is a place below.
func (p *place) in(token string) *place { return &place{above: p, token: token} }

// item is the place of an item of a list.
func (p *place) item(i int) *place { return p.in(strconv.Itoa(i)) }

var escaper = strings.NewReplacer("~", "~0", "/", "~1")

// pointer is the place as a JSON Pointer (RFC 6901).
func (p *place) pointer() string {
	var tokens []string
	for ; p.above != nil; p = p.above {
		tokens = append(tokens, "/"+escaper.Replace(p.token))
	}
	slices.Reverse(tokens)
	return strings.Join(tokens, "")
}

// operation is the id of the operation that the place is in, "" for none.
func (p *place) operation() string {
	for ; p != nil; p = p.above {
		if p.id != "" {
			return p.id
		}
	}
	return ""
}
