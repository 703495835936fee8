package main

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// What the documents link to is there.
func TestLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	root, links := os.DirFS("../.."), 0
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != ".":
			return fs.SkipDir
		case !strings.HasSuffix(name, ".md"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`).FindAllStringSubmatch(string(text), -1) {
			if links++; strings.Contains(link[1], "://") {
				continue
			}
			if _, err := fs.Stat(root, path.Join(path.Dir(name), link[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, link[1])
			}
		}
		return nil
	})
	if err != nil || links == 0 {
		t.Fatalf("%d links, %v", links, err)
	}
}

// The README's table names every flag of serve and demo, and no other.
func TestTheReadmeNamesEveryFlag(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for line := range strings.Lines(string(readme)) {
		if cell, _, isRow := strings.Cut(strings.TrimPrefix(line, "| `--"), " | "); isRow && strings.HasPrefix(line, "| `--") {
			for _, flag := range regexp.MustCompile("[a-z-]+").FindAllString(cell, -1) {
				documented[strings.TrimPrefix(flag, "--")] = true
			}
		}
	}
	flags := map[string]bool{}
	for _, command := range []string{"serve", "demo"} {
		maps.Copy(flags, flagsOf(t, command))
	}
	for flag := range flags {
		if !documented[flag] {
			t.Errorf("the README does not describe --%s", flag)
		}
	}
	for flag := range documented {
		if !flags[flag] {
			t.Errorf("the README describes --%s, which does not exist", flag)
		}
	}
}

// flagsOf are the flags of a command, from its own help.
func flagsOf(t *testing.T, command string) map[string]bool {
	t.Helper()
	p := faregate.Run(t, nil, command, "--help")
	if p.Wait() != 0 {
		t.Fatalf("%s --help: %s", command, p.Stderr())
	}
	flags := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^ +(?:-[a-z], )?--([a-z-]+)`).FindAllStringSubmatch(p.Stdout(), -1) {
		flags[line[1]] = true
	}
	delete(flags, "help")
	return flags
}
