package models_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestAHistogramCountsEachNumberInOneBucket(t *testing.T) {
	h := models.NewHistogram(1, 10, 100)
	for _, n := range []int64{-5, 0, 1, 2, 10, 11, 100, 101, 5000} {
		h.Observe(n)
	}
	want := models.HistogramCounts{Bounds: []int64{1, 10, 100}, Buckets: []int64{3, 2, 2, 2}, Sum: 5220}
	if diff := cmp.Diff(want, h.Counts()); diff != "" || h.Counts().Count() != 9 {
		t.Error(diff)
	}
}

func TestAHistogramLosesNothingWhenManyCountAtOnce(t *testing.T) {
	h := models.NewHistogram(50)
	var counting sync.WaitGroup
	for range 8 {
		counting.Go(func() {
			for n := range int64(100) {
				h.Observe(n + 1)
			}
		})
	}
	counting.Wait()
	if got := h.Counts(); got.Buckets[0] != 400 || got.Buckets[1] != 400 || got.Sum != 8*5050 {
		t.Errorf("%+v", got)
	}
}

func TestAHistogramTakesNoMemory(t *testing.T) {
	h := models.NewHistogram(1, 10, 100)
	if n := testing.AllocsPerRun(100, func() { h.Observe(7) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkHistogram(b *testing.B) {
	h := models.NewHistogram(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			h.Observe(150)
		}
	})
}
