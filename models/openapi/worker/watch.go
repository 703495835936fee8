package worker

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// most is the most memory that was seen in use in this process, in bytes.
var most atomic.Uint64

// watch ends the process shortly before the kernel's limit on its memory would: so it ends with a status that says why.
// The collector is told of a lower limit, that it works harder near. Without a limit it only keeps count.
func watch(memory int64) {
	if memory > 0 {
		debug.SetMemoryLimit(memory / 10 * 8)
	}
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			if used := look(); memory > 0 && used > uint64(memory)/10*9 {
				os.Exit(exitMemory)
			}
		}
	}()
}

// look returns how many bytes the runtime has from the kernel and has not given back.
func look() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	used := samples[0].Value.Uint64() - samples[1].Value.Uint64()
	for before := most.Load(); used > before && !most.CompareAndSwap(before, used); {
		before = most.Load()
	}
	return used
}

// used is what this process took until now.
func used() *Used {
	look()
	return &Used{CPU: processorTime(), Memory: int64(most.Load())}
}
