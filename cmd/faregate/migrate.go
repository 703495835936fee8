package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

type migrateCommand struct {
	Data string `help:"Folder of the database." default:"data" env:"FAREGATE_DATA" placeholder:"DIR"`
}

// Run brings the database up to date, for those who do that apart from a start.
func (c migrateCommand) Run(stdout io.Writer, out logOutput) error {
	dir, err := dataFolder(c.Data)
	if err != nil {
		return err
	}
	ctx := context.Background()
	lock, err := store.Acquire(ctx, dir, fmt.Sprintf("process %d, migrating", os.Getpid()), 0)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	db, err := store.Open(ctx, store.Config{Dir: dir, Clock: models.SystemClock{}, Log: (&settings{}).logger(out)})
	if err != nil {
		return err
	}
	if err := db.Close(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "The database in %s is up to date.\n", dir)
	return err
}
