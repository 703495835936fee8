// Package workertest lets tests have documents read as the program does, by a child process. That child is the test
// binary itself.
package workertest

import (
	"log/slog"
	"os"
	"testing"

	"github.com/faregate/faregate/models/openapi/worker"
)

// argument is what a test binary is started with to be the child.
const argument = "read-document"

// Main runs the tests of a package, or the child. Call it as TestMain does: func TestMain(m *testing.M) { workertest.Main(m) }.
func Main(m *testing.M) {
	Child()
	os.Exit(m.Run())
}

// Child does the work and ends the process if this is the child, and returns otherwise; for a TestMain with more to do.
func Child() {
	if len(os.Args) == 2 && os.Args[1] == argument {
		os.Exit(worker.Main(os.Stdin, os.Stdout, os.Stderr))
	}
}

// New returns a worker whose child is the test binary; the package's TestMain has to call Main or Child.
func New(t testing.TB) *worker.Worker {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := worker.New(slog.New(slog.NewTextHandler(t.Output(), nil)), self, argument)
	if raceEnabled {
		w.Memory = 0 // the race detector's own memory is beyond any bound
	}
	return w
}
