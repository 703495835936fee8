package main

import (
	"fmt"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/store"
)

// reader reads documents by this program once more, as a process of its own.
func (p parts) reader() (*worker.Worker, error) {
	self, err := worker.Self()
	if err != nil {
		return nil, fmt.Errorf("cannot find this program to read documents with: %w", err)
	}
	return worker.New(p.log, self, readDocument), nil
}

// importer imports documents.
func (p parts) importer(db *store.Store, reader *worker.Worker) *jobs.Importer {
	return jobs.NewImporter(jobs.Importer{Books: db, Fetch: p.upstreams.FetchDocument, Inspect: reader.Inspect, Log: p.log})
}
