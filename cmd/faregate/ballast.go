package main

import "os"

// ballastBytes is how much more than there is the garbage collector believes to be in use.
const ballastBytes = 64 << 20

// newBallast is never written, so it takes no memory from the machine. It is there for the garbage collector, which begins
// anew whenever the heap has doubled: what a gateway keeps is a few megabytes, which busy calls double many times a second, and
// each collection takes its time from them. With it the heap may grow by 64 MiB before that. There is none if the operator has
// settled the matter with the Go runtime's own settings.
func newBallast() []byte {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return nil
	}
	return make([]byte, ballastBytes)
}
