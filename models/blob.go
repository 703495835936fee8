package models

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Blob is bytes that are kept apart from the books, which name them by their hash: a document as it was received, or a logo.
type Blob struct {
	Hash      string
	MediaType string
	Size      int64
	StoredAt  time.Time
	Bytes     []byte
}

// BlobHash is the name of bytes: their SHA-256 in hexadecimal digits.
func BlobHash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
