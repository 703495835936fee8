//go:build !linux

package worker

import "time"

// confine limits the memory as far as a process can by itself. The limits that a kernel holds are set on Linux only, where
// Faregate is meant to be served; the parent's time-out holds everywhere.
func confine(memory, _ int64) error {
	watch(memory)
	return nil
}

func processorTime() time.Duration { return 0 }
