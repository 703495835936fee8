package store

// sums are sums by key, in the order in which the keys came. They are emptied and filled again by every commit of calls.
type sums[K comparable, T any] struct {
	index map[K]int
	keys  []K
	sums  []T
	last  int // of the keys; neighbours in a commit are often alike
}

// of is the sum of a key, zero where there is none yet. The pointer is good until the next call.
func (s *sums[K, T]) of(key K) *T {
	if len(s.keys) > 0 && s.keys[s.last] == key {
		return &s.sums[s.last]
	}
	at, known := s.index[key]
	if !known {
		if s.index == nil {
			s.index = map[K]int{}
		}
		at = len(s.keys)
		s.index[key], s.keys, s.sums = at, append(s.keys, key), append(s.sums, *new(T))
	}
	s.last = at
	return &s.sums[at]
}

func (s *sums[K, T]) empty() {
	clear(s.index)
	s.keys, s.sums, s.last = s.keys[:0], s.sums[:0], 0
}
