package main

import (
	"fmt"
	"os"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/store"
)

// importer imports documents. Each is read by this program once more, as a process of its own.
func (p parts) importer(db *store.Store) (*jobs.Importer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find this program to read documents with: %w", err)
	}
	reader := worker.New(p.log, self, "read-document")
	return jobs.NewImporter(jobs.Importer{Books: db, Fetch: p.upstreams.FetchDocument, Inspect: reader.Inspect, Log: p.log}), nil
}
