package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/faregate/faregate/models/seal"
)

// secretFile holds the master secret where FAREGATE_SECRET is not set.
const secretFile = "secret.key"

// masterSecret is FAREGATE_SECRET, or what secret.key beside the database holds; the file is made at the first start.
func masterSecret(dir, fromEnvironment string) (seal.Master, error) {
	if fromEnvironment != "" {
		master, err := parseSecret(fromEnvironment)
		if err != nil {
			return master, fmt.Errorf("FAREGATE_SECRET %w", err)
		}
		return master, nil
	}
	path := filepath.Join(dir, secretFile)
	raw, err := os.ReadFile(path) // #nosec G304 -- in the data folder that the operator names
	if errors.Is(err, fs.ErrNotExist) {
		return newSecret(path)
	}
	if err != nil {
		return seal.Master{}, fmt.Errorf("cannot read the master secret: %w", err)
	}
	master, err := parseSecret(string(raw))
	if err != nil {
		return master, fmt.Errorf("%s %w", path, err)
	}
	return master, nil
}

func newSecret(path string) (master seal.Master, err error) {
	_, _ = rand.Read(master[:]) // never fails: crypto/rand
	text := base64.StdEncoding.EncodeToString(master[:]) + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return master, fmt.Errorf("cannot write the master secret: %w", err)
	}
	return master, nil
}

func parseSecret(text string) (master seal.Master, err error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != seal.MasterSize {
		return master, errors.New("is not 32 bytes in base64; make one with: head -c 32 /dev/urandom | base64")
	}
	return seal.Master(raw), nil
}
