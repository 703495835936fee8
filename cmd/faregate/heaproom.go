package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// heapRoom is by how many bytes the heap may grow before garbage is collected, at least.
const heapRoom = 64 << 20

// keepHeapRoom has the garbage collector leave the heap alone until it has grown by heapRoom. By itself it begins whenever the
// heap has doubled: what a gateway keeps is a few megabytes, which busy calls double many times a second, and each collection
// takes its time from them. A heap of which more than heapRoom is kept doubles as ever. Nothing is changed if the operator has
// settled the matter with the Go runtime's own settings.
func keepHeapRoom() {
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

// growth is by how many percent a heap may grow of which so many bytes were kept.
func growth(kept int64) int {
	const least = 4 << 20 // the Go runtime's own floor
	return int(max(100, heapRoom*100/max(kept, least)))
}
