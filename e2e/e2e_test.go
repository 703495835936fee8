// Package e2e clicks through Faregate as people do: the real binary, started as its demo, and a real browser without a
// screen. The journeys are those that the product exists for. Somebody's call is refused for want of money; they open the
// link, pay, and the very same call goes through (pay_test.go). Somebody publishes an API, somebody else finds it,
// subscribes and pays for each call (publish_test.go). An API lives from its document to its end (lifecycle_test.go). Then come
// people who use a keyboard (keyboard_test.go) and people whom something goes wrong for (errors_test.go).
//
// The driver (driver_test.go) has the verbs of a person, not of a programmer: what cannot be seen cannot be clicked. Each
// page that a journey reaches is inspected once on the way (inspect_test.go): accessible in both themes and on a phone, no
// word on the console, no request to anybody but us.
package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/faregate/faregate/e2e/program"
)

var (
	faregate program.Binary  // built once for all tests
	chromium context.Context // one browser for all tests; each person has their own cookies in it
)

func TestMain(m *testing.M) {
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e: "+err.Error())
		status = 1
	}
	os.Exit(status)
}

func run(m *testing.M) (int, error) {
	found, err := findChromium()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "faregate-e2e-")
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
	// The sandbox of the browser needs rights that a container has not; it sees nobody's pages but ours.
	allocator, end := chromedp.NewExecAllocator(context.Background(),
		append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(found), chromedp.NoSandbox, chromedp.DisableGPU)...)
	defer end()
	browser, stop := chromedp.NewContext(allocator)
	defer stop()
	if err := chromedp.Do(browser); err != nil {
		return 0, fmt.Errorf("start %s: %w", found, err)
	}
	chromium = browser //nolint:fatcontext // set once, before any test
	return m.Run(), nil
}

func findChromium() (string, error) {
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("these tests need Chromium, which is missing here; install it, on Debian with: sudo apt-get install chromium")
}

// startDemo starts a demo of the test's own. When the test ends it is stopped as an operator would, and must have had
// nothing to complain about.
func startDemo(t *testing.T, args ...string) *program.Demo {
	t.Helper()
	d := faregate.Demo(t, append([]string{"--data", t.TempDir()}, args...)...)
	t.Cleanup(func() {
		if status := d.Stop(); status != 0 {
			t.Errorf("the demo ended with status %d:\n%s", status, d.Stderr())
		}
		for line := range strings.Lines(d.Stderr()) {
			if strings.Contains(line, "level=ERROR") || strings.Contains(line, "panic") {
				t.Errorf("the demo logged: %s", line)
			}
		}
	})
	return d
}

// once remembers what was done already, for all tests together.
type once struct {
	mu   sync.Mutex
	done map[string]bool
}

func (o *once) first(name string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done == nil {
		o.done = map[string]bool{}
	}
	was := o.done[name]
	o.done[name] = true
	return !was
}
