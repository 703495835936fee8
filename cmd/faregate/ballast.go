package main

import "os"

// ballastBytes is how much more than its own data the collector believes to be in use.
const ballastBytes = 64 << 20

// ballast is never written, so it takes no memory from the machine. It is there for the garbage collector, which begins anew
// whenever the heap has doubled: what a gateway keeps is a few megabytes, which busy calls double many times a second, and each
// collection takes its time from them. With it the heap may grow by 64 MiB before that.
var ballast []byte

// loadBallast loads it, unless the operator has settled the matter with the Go runtime's own settings.
func loadBallast() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		ballast = make([]byte, ballastBytes)
	}
}
