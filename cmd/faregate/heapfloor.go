package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// heapFloor is what the heap may grow to, in bytes, before garbage is collected.
const heapFloor = 64 << 20

// keepHeapFloor has the garbage collector leave a heap below the floor alone. By itself it begins whenever the heap has doubled:
// what a gateway keeps is a few megabytes, which busy calls double many times a second, and each collection takes its time from
// them. One of which more than half the floor is kept doubles as ever. Nothing is changed if the operator has settled the
// matter with the Go runtime's own settings.
func keepHeapFloor() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		followHeap()
	}
}

// followHeap sets how far the heap may grow by what the last collection kept, and does so again after the next.
func followHeap() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(growth(int64(live[0].Value.Uint64())))
	runtime.AddCleanup(new([16]byte), func(struct{}) { followHeap() }, struct{}{}) // when the next has found it to be garbage
}

// growth is by how many percent a heap may grow of which so many bytes were kept: up to the floor, and at least to its double.
func growth(kept int64) int {
	const least = 4 << 20 // the Go runtime's own floor
	return int(max(100, heapFloor*100/max(kept, least)-100))
}
