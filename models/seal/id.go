package seal

import "encoding/base32"

// An id after its prefix is 16 bytes, written as 26 characters.
const (
	idSize   = 16
	idLength = 26
	idBits   = 5 // of each character
)

const idAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

var idEncoding = base32.NewEncoding(idAlphabet).WithPadding(base32.NoPadding)

// idValues are the values of the characters, and notInID of those that no id has.
var idValues = func() (values [256]byte) {
	for i := range values {
		values[i] = notInID
	}
	for i := range len(idAlphabet) {
		values[idAlphabet[i]] = byte(i)
	}
	return values
}()

const notInID = 0xff

// decodeID is what idEncoding encodes to the text; ok is false if it encodes nothing to it. The decoder of encoding/base32
// would also take line breaks and surplus bits, so that its work had to be proved by encoding again, and it needs memory for
// each id: the four ids of a reference cost more than to encrypt it.
func decodeID(text string) (id [idSize]byte, ok bool) {
	if len(text) != idLength {
		return id, false
	}
	var bits uint32
	held, filled := 0, 0
	for i := range len(text) {
		value := idValues[text[i]]
		if value == notInID {
			return id, false
		}
		bits, held = bits<<idBits|uint32(value), held+idBits
		if held >= 8 {
			held -= 8
			id[filled] = byte(bits >> held)
			filled++
		}
	}
	return id, bits&(1<<held-1) == 0
}
