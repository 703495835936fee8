package worker

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// watch ends the process shortly before the kernel's limit on its memory would: so it ends with a status that says why.
// The collector is told of a lower limit, that it works harder near.
func watch(memory int64) {
	if memory == 0 {
		return
	}
	debug.SetMemoryLimit(memory / 10 * 8)
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			if inUse() > uint64(memory)/10*9 {
				os.Exit(exitMemory)
			}
		}
	}()
}

// inUse is how many bytes the runtime has from the kernel and has not given back.
func inUse() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}
