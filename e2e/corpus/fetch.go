package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// cache is where packages of npm are kept; the go command has its own place.
const cache = ".cache/corpus"

// fetch returns the path of an entry's file, after getting its package if it is not there.
func fetch(ctx context.Context, e entry) (string, error) {
	switch e.from {
	case "npm":
		return fetchNPM(ctx, e)
	case "go":
		return fetchGo(ctx, e)
	}
	return "", fmt.Errorf("nothing is fetched from %q", e.from)
}

func fetchNPM(ctx context.Context, e entry) (string, error) {
	folder := filepath.Join(cache, strings.NewReplacer("/", "_", "@", "_").Replace(e.pkg))
	file := filepath.Join(folder, "package", e.file)
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	archive, err := output(ctx, "", "npm", "pack", "--silent", "--pack-destination", folder, e.pkg)
	if err != nil {
		return "", err
	}
	name := filepath.Join(folder, filepath.Base(strings.TrimSpace(archive)))
	defer os.Remove(name)
	if _, err := output(ctx, "", "tar", "-xzf", name, "-C", folder); err != nil {
		return "", err
	}
	return file, nil
}

// fetchGo asks the go command, in a folder without a module: so no go.mod of ours is looked at or changed.
func fetchGo(ctx context.Context, e entry) (string, error) {
	answer, err := output(ctx, os.TempDir(), "go", "mod", "download", "-json", e.pkg)
	if err != nil {
		return "", err
	}
	var module struct{ Dir string }
	if err := json.Unmarshal([]byte(answer), &module); err != nil {
		return "", err
	}
	return filepath.Join(module.Dir, e.file), nil
}

func output(ctx context.Context, folder, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stderr = folder, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), nil
}
