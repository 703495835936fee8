package worker

import "syscall"

// Self is the path of the program that is running, even if the file that it was started from has been replaced since.
func Self() (string, error) { return "/proc/self/exe", nil }

// attributes start the child in a group of its own, so that a signal from the terminal reaches us first, and have the
// kernel end it when the thread that started it ends.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
