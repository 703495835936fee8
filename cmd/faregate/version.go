package main

import (
	"fmt"
	"io"
	"runtime"
)

type versionCommand struct{}

// Run prints the version and what the program was built with.
func (versionCommand) Run(stdout io.Writer) error {
	_, err := fmt.Fprintf(stdout, "faregate %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
