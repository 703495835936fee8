package main

import (
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
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

// The worked example of a key's checksum is what the program makes of it, and so is the pattern.
func TestTheDocumentedFormOfAKey(t *testing.T) {
	const text, digits = "fg_live_ExampleExampleExampleExampleExam", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := crc32.ChecksumIEEE([]byte(text))
	var places [6]string
	var written [6]byte
	for i, rest := 5, sum; i >= 0; i, rest = i-1, rest/62 {
		places[i], written[i] = strconv.Itoa(int(rest%62)), digits[rest%62]
	}
	key := text + string(written[:])
	if _, err := models.HashKey(key); err != nil {
		t.Fatalf("the program does not take %s: %v", key, err)
	}
	document, err := os.ReadFile("../../docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	const pattern = `\bfg_live_[0-9A-Za-z]{38}\b`
	example := fmt.Sprintf("text      %s\nCRC-32    0x%08x = %d\nbase 62   %s = %s\nkey       %s\n", text, sum, sum, strings.Join(places[:], " "), written, key)
	for _, part := range []string{"\n" + example, "\n" + pattern + "\n"} {
		if !strings.Contains(string(document), part) {
			t.Errorf("docs/keys.md has to say\n%s", part)
		}
	}
	for range 100 {
		if secret := models.NewKeySecret(); !regexp.MustCompile(pattern).MatchString("KEY=" + secret + "\n") {
			t.Errorf("the pattern does not find %s", secret)
		}
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

// The table of docs/notifications.md is the one that the program goes by.
func TestTheDocumentedNotifications(t *testing.T) {
	document, err := os.ReadFile("../../docs/notifications.md")
	if err != nil {
		t.Fatal(err)
	}
	said := func(on, fixed bool) string {
		switch {
		case on && fixed:
			return "always"
		case on:
			return "yes"
		case fixed:
			return "to whoever paid"
		}
		return "no"
	}
	var table strings.Builder
	for _, row := range models.NotificationRows() {
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", row.Kind, row.Words, said(row.Portal, row.Always), said(row.Mail, row.MailIsFixed()))
	}
	if !strings.Contains(string(document), "\n"+table.String()) {
		t.Errorf("docs/notifications.md has to say\n%s", table.String())
	}
}
