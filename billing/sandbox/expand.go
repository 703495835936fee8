package sandbox

import (
	"strings"
)

// listOf marks an endpoint that returns a list.
const listOf = "list of "

// expandable says which properties of an object can be asked for in full, and what kind of object they then hold.
var expandable = map[string]map[string]string{
	"checkout.session": {"customer": "customer", "line_items": "item", "payment_intent": "payment_intent"},
	"payment_intent":   {"customer": "customer", "latest_charge": "charge"},
	"charge":           {"customer": "customer", "payment_intent": "payment_intent"},
}

// checkExpand refuses an expand path that leads nowhere. It stands before the request runs, so that a misspelt path never
// leaves a created object behind.
func checkExpand(kind string, p params) error {
	for _, path := range p.textList("expand") {
		at := kind
		steps := strings.Split(path, ".")
		if one, list := strings.CutPrefix(kind, listOf); list {
			if steps[0] != "data" || len(steps) == 1 {
				return notExpandable(path)
			}
			at, steps = one, steps[1:]
		}
		for _, step := range steps {
			if at = expandable[at][step]; at == "" {
				return notExpandable(path)
			}
		}
	}
	return nil
}

func notExpandable(path string) error {
	return invalid("", "expand", "This property cannot be expanded (%s).", path)
}

// expandAll follows the paths that checkExpand let through.
func (t *tx) expandAll(kind string, o object, p params) object {
	for _, path := range p.textList("expand") {
		if !strings.HasPrefix(kind, listOf) {
			t.expand(o, path)
			continue
		}
		_, path, _ = strings.Cut(path, ".")
		for _, element := range o["data"].([]object) {
			t.expand(element, path)
		}
	}
	return o
}

func (t *tx) expand(o object, path string) {
	field, rest, deeper := strings.Cut(path, ".")
	whole, already := o[field].(object)
	if !already {
		whole = t.expanded(o, field)
	}
	if whole == nil {
		return // the property is null: there is nothing to show in full
	}
	o[field] = whole
	if deeper {
		t.expand(whole, rest)
	}
}

func (t *tx) expanded(o object, field string) object {
	if field == "line_items" { // not an id but a list that is left out unless asked for
		return t.Sessions[o["id"].(string)].itemList()
	}
	id, _ := o[field].(string)
	if id == "" {
		return nil
	}
	switch field {
	case "customer":
		return t.Customers[id].object()
	case "payment_intent":
		return t.Intents[id].object()
	default: // latest_charge
		return t.Charges[id].object()
	}
}
