package sandbox

import (
	"crypto/rand"
)

// Lengths of the random part of ids, as Stripe's are.
const (
	idLength      = 24
	sessionLength = 58
	requestLength = 14
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// newID returns prefix and n random letters and digits. A session's id is all that protects its page, so the source is
// the cryptographic one.
func newID(prefix string, n int) string {
	id := make([]byte, 0, len(prefix)+n)
	id = append(id, prefix...)
	var pool [64]byte
	for len(id) < cap(id) {
		rand.Read(pool[:]) // never fails: crypto/rand ends the program instead
		for _, b := range pool {
			// 248 = 4 × 62: the bytes above would favour the alphabet's beginning.
			if b < 248 && len(id) < cap(id) {
				id = append(id, alphabet[b%62])
			}
		}
	}
	return string(id)
}
