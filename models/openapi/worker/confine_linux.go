package worker

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// lowerPriority is by how much this process comes after the one that serves the gateway.
const lowerPriority = 10

// grace is how many seconds of the processors the process has to end by itself once its time is over.
const grace = 2

// confine takes from this process, for good, what reading a document does not need. The kernel holds the limits.
func confine(memory, cpu int64) error {
	time.Sleep(time.Nanosecond) // has the runtime make its timers now: it opens a file for them, which soon it cannot
	watch(memory)
	_ = syscall.Setpriority(syscall.PRIO_PGRP, 0, lowerPriority) // a courtesy; where it is refused all the rest still holds
	limit := func(resource int, soft, hard int64) error {
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: uint64(soft), Max: uint64(hard)}); err != nil {
			return fmt.Errorf("limiting resource %d to %d: %w", resource, soft, err)
		}
		return nil
	}
	if memory > 0 {
		if err := limit(syscall.RLIMIT_DATA, memory, memory); err != nil {
			return err
		}
	}
	if cpu > 0 {
		over := make(chan os.Signal, 1)
		signal.Notify(over, syscall.SIGXCPU)
		go func() {
			<-over
			os.Exit(exitTime)
		}()
		if err := limit(syscall.RLIMIT_CPU, cpu, cpu+grace); err != nil {
			return err
		}
	}
	for _, l := range []struct {
		resource int
		most     int64
	}{
		{syscall.RLIMIT_NOFILE, 3}, // the standard ones, which are open: no other file, and no connection
		{syscall.RLIMIT_FSIZE, 0},
		{syscall.RLIMIT_CORE, 0},
	} {
		if err := limit(l.resource, l.most, l.most); err != nil {
			return err
		}
	}
	return nil
}

// processorTime is how much time of the processors this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
