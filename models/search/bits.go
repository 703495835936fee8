package search

import (
	"iter"
	"math/bits"
)

// set is a set of documents by their number.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i uint32)      { s[i/64] |= 1 << (i % 64) }
func (s set) has(i uint32) bool { return s[i/64]&(1<<(i%64)) != 0 }

// with and without change the set itself.
func (s set) with(other set) {
	for i := range other {
		s[i] |= other[i]
	}
}

func (s set) without(other set) {
	for i := range other {
		s[i] &^= other[i]
	}
}

func (s set) within(other set) {
	for i := range s {
		s[i] &= other[i]
	}
}

func (s set) all() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, word := range s {
			for word != 0 {
				if !yield(uint32(i*64 + bits.TrailingZeros64(word))) {
					return
				}
				word &= word - 1
			}
		}
	}
}
