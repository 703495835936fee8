//go:build !linux

package worker

import (
	"os"
	"syscall"
)

// Self is the path of the program that is running.
func Self() (string, error) { return os.Executable() }

func attributes() *syscall.SysProcAttr { return nil }
