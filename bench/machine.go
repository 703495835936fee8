package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine is where and of what the result was measured.
type machine struct {
	cores    int
	cpu      string
	kernel   string
	commit   string
	fsync    series  // milliseconds
	busy     float64 // percent of all processors that others took before the first measurement
	versions string
}

// text is a list in Markdown.
func (m machine) text() string {
	return fmt.Sprintf("- Machine: %d cores, %s, %s\n- Disk: fsync of 4 KiB takes %s ms\n- Commit: %s\n- Tools: %s\n"+
		"- Before the first measurement, other programs took %.0f %% of the processors",
		m.cores, m.cpu, m.kernel, m.fsync.text("%.2f"), m.commit, m.versions, m.busy)
}

// lookAtMachine measures the disk that holds folder. The commit is that of the folder the benchmark is run in.
func lookAtMachine(folder string) (m machine, err error) {
	m = machine{cores: runtime.NumCPU(), cpu: cpuModel(), kernel: told("uname", "-sr")}
	m.commit = told("git", "log", "-1", "--format=%h of %cs")
	if told("git", "status", "--porcelain", "--untracked-files=no") != "" {
		m.commit += ", with changes"
	}
	nginx := exec.Command("nginx", "-v")
	out, _ := nginx.CombinedOutput() // on standard error, whatever it is
	wrk, _, _ := strings.Cut(told("wrk", "-v"), " [")
	m.versions = strings.Join([]string{runtime.Version(), wrk, strings.TrimPrefix(strings.TrimSpace(string(out)), "nginx version: ")}, ", ")
	if m.fsync, err = fsyncTimes(folder); err != nil {
		return m, err
	}
	m.busy, err = busyBefore()
	return m, err
}

// busyBefore watches the processors for two seconds in which this program does nothing.
func busyBefore() (percent float64, err error) {
	idle, total, err := processorTicks()
	if err != nil {
		return 0, err
	}
	time.Sleep(2 * time.Second)
	idleLater, totalLater, err := processorTicks()
	return 100 * (1 - (idleLater-idle)/(totalLater-total)), err
}

// processorTicks are those of the first line of /proc/stat: all processors together.
func processorTicks() (idle, total float64, err error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	for i, field := range strings.Fields(first)[1:9] { // guests are in the first two already
		ticks, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return 0, 0, err
		}
		total += ticks
		if i == 3 || i == 4 { // idle, waiting for the disk
			idle += ticks
		}
	}
	return idle, total, nil
}

func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, model, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return runtime.GOARCH
}

// told is what a command prints. wrk ends with an error when it is asked for its version, so the output counts.
func told(name string, args ...string) string {
	out, _ := exec.Command(name, args...).Output()
	return cmp.Or(strings.TrimSpace(string(out)), "")
}

// fsyncTimes appends 4 KiB to a file and waits for the disk, 200 times. The first is left out: it also makes the file.
func fsyncTimes(folder string) (times series, err error) {
	file, err := os.Create(filepath.Join(folder, "fsync"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	block := make([]byte, 4<<10)
	for i := range 201 {
		began := time.Now()
		if _, err := file.Write(block); err != nil {
			return nil, err
		}
		if err := file.Sync(); err != nil {
			return nil, err
		}
		if i > 0 {
			times = append(times, float64(time.Since(began).Microseconds())/1000)
		}
	}
	return times, os.Remove(file.Name())
}
