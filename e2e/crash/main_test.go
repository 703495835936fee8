// Package crash kills Faregate and counts the money. The real binary is loaded by many callers, killed with SIGKILL at a
// random moment, and started again on what is left; then what every caller received is compared with what the books say.
// Every complete answer must be charged exactly once, an answer that was cut only if its commit came first, and then it must
// be on the list of calls that may want a refund.
//
// `make test` kills ten times, `make crash` a hundred times. CRASH_KILLS says how often, CRASH_SEED which moments.
package crash

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

var faregate program.Binary // built once for all tests

func TestMain(m *testing.M) {
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash: "+err.Error())
		status = 1
	}
	os.Exit(status)
}

func run(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "faregate-crash-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	faregate.Path = filepath.Join(dir, "faregate")
	build := exec.Command("go", "build", "-o", faregate.Path, "github.com/faregate/faregate/cmd/faregate")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is released
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return m.Run(), nil
}
