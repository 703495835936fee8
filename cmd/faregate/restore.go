package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/faregate/faregate/models/store"
)

type restoreCommand struct {
	File string `arg:"" help:"A file that backup has written, with FILE.documents beside it."`
	Data string `help:"Folder to restore into; it must not have a database." default:"data" env:"FAREGATE_DATA" placeholder:"DIR"`
}

// Run puts a backup in place once its money is proven.
func (c restoreCommand) Run(stdout io.Writer, out logOutput) error {
	ctx, forget := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer forget()
	dir, err := dataFolder(c.Data)
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.File); err != nil {
		return fmt.Errorf("cannot read the backup: %w", err)
	}
	lock, err := store.Acquire(ctx, dir, fmt.Sprintf("process %d, restoring", os.Getpid()), 0)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	m := newMeter(out)
	restored, err := store.Restore(ctx, c.File, dir, (&settings{}).logger(out), m.progress)
	switch {
	case ctx.Err() != nil:
		return errors.New("the restore was broken off; the folder has no database")
	case errors.Is(err, store.ErrHasDatabase):
		return fmt.Errorf("%w; nothing was changed. Name another folder with --data, or move what is there away", err)
	case err != nil:
		return fmt.Errorf("nothing was restored from %s: %w", c.File, err)
	}
	_, err = fmt.Fprintf(stdout, "Restored %s to %s in %s.\nEvery page of it was checked, and its money adds up.\n%s",
		contents(restored), dir, m.took(), needs(restored, dir))
	return err
}

// needs says what has to be put into the folder before it is served.
func needs(c store.Copy, dir string) string {
	text := ""
	if c.Documents.Missing > 0 {
		text += fmt.Sprintf("%d documents that its APIs had are not in it: import them again.\n", c.Documents.Missing)
	}
	if _, err := os.Stat(filepath.Join(dir, secretFile)); err != nil && os.Getenv("FAREGATE_SECRET") == "" {
		text += "Put the installation's secret.key there too, or set FAREGATE_SECRET, before you start: a new secret reads nothing that the old one has encrypted.\n"
	}
	if c.Demo {
		text += "It is a demo's: demo.json, with its logins and keys, belongs there too.\n"
	}
	return text
}
