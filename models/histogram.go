package models

import "sync/atomic"

// Histogram counts whole numbers, such as microseconds, in buckets whose bounds never change. Observing one costs a look
// through the bounds and two atomic additions: no lock, no memory. It is safe for concurrent use.
type Histogram struct {
	bounds  []int64
	buckets []atomic.Int64 // one more than bounds: what is beyond them all
	sum     atomic.Int64
}

// NewHistogram makes an empty one. The bounds ascend; each is the greatest number in its bucket.
func NewHistogram(bounds ...int64) *Histogram {
	return &Histogram{bounds: bounds, buckets: make([]atomic.Int64, len(bounds)+1)}
}

// Observe counts one number.
func (h *Histogram) Observe(n int64) {
	i := 0
	for i < len(h.bounds) && n > h.bounds[i] {
		i++
	}
	h.buckets[i].Add(1)
	h.sum.Add(n)
}

// HistogramCounts is a histogram at one instant, give or take what was being counted meanwhile.
type HistogramCounts struct {
	Bounds  []int64 // not to be changed
	Buckets []int64 // how many numbers lie in each bucket alone; the last has what is beyond all bounds
	Sum     int64
}

// Counts returns what was counted so far.
func (h *Histogram) Counts() HistogramCounts {
	c := HistogramCounts{Bounds: h.bounds, Buckets: make([]int64, len(h.buckets)), Sum: h.sum.Load()}
	for i := range h.buckets {
		c.Buckets[i] = h.buckets[i].Load()
	}
	return c
}

// Count is how many numbers were counted.
func (c HistogramCounts) Count() (n int64) {
	for _, in := range c.Buckets {
		n += in
	}
	return n
}
