package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/faregate/faregate/models/store"
)

type backupCommand struct {
	Data string `help:"Folder of the database." default:"data" env:"FAREGATE_DATA" placeholder:"DIR"`
	File string `arg:"" help:"File to write, with FILE.documents beside it; neither may be there yet."`
}

// Run copies the databases, which another process may be serving meanwhile.
func (c backupCommand) Run(stdout io.Writer, out logOutput) error {
	ctx, forget := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer forget()
	dir, err := dataFolder(c.Data)
	if err != nil {
		return err
	}
	file, err := filepath.Abs(c.File)
	if err != nil {
		return err
	}
	m := newMeter(out)
	copied, err := store.Backup(ctx, dir, file, m.progress)
	switch {
	case ctx.Err() != nil:
		return errors.New("the backup was broken off; nothing is left of it")
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s is there already, and no backup replaces a file; name another", taken(file))
	case errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("no backup was made, for its copy could not be read back whole: %w. Keep your earlier backups", err)
	case err != nil:
		return fmt.Errorf("no backup was made: %w", err)
	case !copied.Proof.Holds():
		return fmt.Errorf("%s is a whole copy, but its money does not add up, and so the database's own does not: %s", file, copied.Proof)
	case copied.Documents.Missing > 0:
		return fmt.Errorf("%s is a whole copy, but %d documents that it names are neither in %s nor in documents.db: import them again",
			file, copied.Documents.Missing, store.DocumentsOf(file))
	}
	proven := "Every page of it was checked, and its money adds up."
	if copied.Older {
		proven = "Every page of it was checked. It is of an earlier release, so its money is proven when it is restored."
	}
	_, err = fmt.Fprintf(stdout, "Backed up %s to %s%s in %s.\n%s\n%s is not in it: keep a copy of that too, apart from the backups.\n",
		contents(copied), file, second(copied, file), m.took(), proven, secretOf(dir))
	return err
}

// taken is the file of a backup that is there already.
func taken(file string) string {
	if _, err := os.Lstat(file); err != nil {
		return store.DocumentsOf(file)
	}
	return file
}

// contents says what is in a copy.
func contents(c store.Copy) string {
	return fmt.Sprintf("%d bytes (%d teams, %d ledger entries, %d calls, %d documents)",
		c.Bytes+c.Documents.Bytes, c.Counts.Teams, c.Counts.LedgerEntries, c.Counts.Calls, c.Documents.Blobs)
}

// second names the second file of a backup, if it has one.
func second(c store.Copy, file string) string {
	if c.Documents.Bytes == 0 {
		return ""
	}
	return " and " + store.DocumentsOf(file)
}

// secretOf names where the master secret of a data folder is.
func secretOf(dir string) string {
	path := filepath.Join(dir, secretFile)
	if _, err := os.Stat(path); err == nil {
		return "The master secret, " + path + ","
	}
	return "The master secret, FAREGATE_SECRET,"
}
