package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// state is everything the sandbox knows. Its JSON form is the state file. Records are lean; what the API shows of them is
// built by their object methods.
type state struct {
	Last      int64                   `json:"last"` // the newest record's Order
	Customers map[string]*customer    `json:"customers"`
	Sessions  map[string]*session     `json:"sessions"`
	Intents   map[string]*intent      `json:"intents"`
	Charges   map[string]*charge      `json:"charges"`
	Events    map[string]*event       `json:"events"`
	Answers   map[string]*savedAnswer `json:"answers"` // by idempotency key
}

// record is what all stored objects share. Order tells objects of the same second apart: lists are newest first.
type record struct {
	ID      string `json:"id"`
	Order   int64  `json:"order"`
	Created int64  `json:"created"` // seconds
}

func (r record) base() record { return r }

func newState() *state {
	return &state{
		Customers: map[string]*customer{},
		Sessions:  map[string]*session{},
		Intents:   map[string]*intent{},
		Charges:   map[string]*charge{},
		Events:    map[string]*event{},
		Answers:   map[string]*savedAnswer{},
	}
}

// loadState reads the state file; no path or no file is an empty state.
func loadState(path string) (*state, error) {
	st := newState()
	if path == "" {
		return st, nil
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err != nil {
		return nil, fmt.Errorf("sandbox: read state: %w", err)
	}
	if err := json.Unmarshal(raw, st); err != nil {
		return nil, fmt.Errorf("sandbox: %s is not a state file: %w", path, err)
	}
	return st, nil
}

// save writes the state file and remembers what it wrote. The caller holds the lock.
func (s *Sandbox) save() error {
	if s.cfg.StatePath == "" {
		return nil
	}
	raw, err := json.Marshal(s.state)
	if err != nil {
		return fmt.Errorf("sandbox: write state: %w", err)
	}
	if err := replaceFile(s.cfg.StatePath, raw); err != nil {
		return fmt.Errorf("sandbox: write state: %w", err)
	}
	s.saved = raw
	return nil
}

// restore goes back to what was written last. It does not read the file: one that has gone missing for a moment would
// look like an empty state, and the next save would make it one.
func (s *Sandbox) restore() {
	st := newState()
	if err := json.Unmarshal(s.saved, st); err != nil {
		panic(err) // save wrote it
	}
	s.state = st
}

// replaceFile writes a file as a whole: a crash at any point leaves either the old content or the new.
func replaceFile(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync() // before the rename, or a power cut could leave an empty file under the name
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		syncFolder(filepath.Dir(path))
	}
	return err
}

// syncFolder makes a rename outlast a power cut. Where a folder cannot be synced, the system sees to that by itself or
// nobody can, so a failure is no reason to refuse a payment.
func syncFolder(path string) {
	d, err := os.Open(path)
	if err != nil {
		return
	}
	_ = d.Sync()
	_ = d.Close()
}
