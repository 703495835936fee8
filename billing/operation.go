package billing

import (
	"strings"

	"github.com/faregate/faregate/models"
)

// MayCall says whether a key may call an operation of an API: a method, and a path as it follows the version, as the caller
// escaped it. Upstreams differ in how they read odd spellings of a path, and which reading is this upstream's is not known
// here: every reading must be allowed, as a price is that of the dearest. So no way of writing an address gets a key to an
// operation that it was not given.
func (k *KeyTerms) MayCall(apiID, method, path string) bool {
	if len(k.Operations) == 0 {
		return true
	}
	if method = strings.ToUpper(method); method == "HEAD" {
		method = "GET"
	}
	for r := range readings(path) {
		if !k.mayCallRead(apiID, method, r) {
			return false
		}
	}
	return true
}

func (k *KeyTerms) mayCallRead(apiID, method string, r reading) bool {
	var room [8]string
	segments := r.segments(room[:0])
	for i := range k.Operations {
		o := &k.Operations[i]
		if o.Of(apiID) && (o.Method == "" || o.Method == method) && matchesPath(o.Path, segments, r.way&anyCase != 0) {
			return true
		}
	}
	return false
}

// OperationsOf are those that a key may call of an API; all is true if nothing is left out.
func (k *KeyTerms) OperationsOf(apiID string) (some []models.Operation, all bool) {
	for _, o := range k.Operations {
		if o.Of(apiID) {
			some = append(some, o)
		}
	}
	return some, len(k.Operations) == 0
}
