package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/store"
)

// reference: the pages of the reference of GitHub's document, 13 MB with 1,223 operations, for one reader at a time who is not
// signed in, next to the same bytes from a server of net/http that has them in memory.
func reference(b *bench) ([]line, error) {
	w, err := b.seed("reference")
	if err != nil {
		return nil, err
	}
	b.say("  importing GitHub's document")
	if err := b.document(w, "GitHub"); err != nil {
		return nil, err
	}
	g, err := b.startRoomy(w, "process")
	if err != nil {
		return nil, err
	}
	defer g.stop()
	list := "/apis/" + slug + "/v1/reference"
	operations, schemas, err := b.linked(g.home(), list)
	if err != nil {
		return nil, err
	}
	var lines []line
	for _, kind := range []struct {
		what  string
		pages []string
	}{
		{fmt.Sprintf("the reference of GitHub's %d operations: the list, first byte, p50", len(operations)), []string{list}},
		{"operations found in it: first byte, p50", []string{list + "?q=pull+request", list + "?q=repos", list + "?q=zebra"}},
		{"an operation, 40 different ones: first byte, p50", some(operations, 40)},
		{"a schema, 40 different ones: first byte, p50", some(schemas, 40)},
	} {
		r, err := b.readBoth(g.home(), kind.pages)
		if err != nil {
			return nil, err
		}
		lines = append(lines,
			r.line(kind.what, 0, func(r reading) float64 { return r.first.percentile(0.5) }),
			r.line("the same, p99", 0, func(r reading) float64 { return r.first.percentile(0.99) }),
			r.wire())
	}
	return lines, nil
}

// document publishes the world's API with the document of a vendor, which `go run ./e2e/corpus` fetches.
func (b *bench) document(w world, vendor string) error {
	path, err := exec.CommandContext(b.ctx, "go", "run", "./e2e/corpus", "-path", vendor).Output()
	if err != nil {
		return fmt.Errorf("fetch the document of %s: %w", vendor, err)
	}
	raw, err := os.ReadFile(strings.TrimSpace(string(path)))
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	s, err := store.Open(b.ctx, store.Config{Dir: w.dir, Clock: models.SystemClock{}, Log: log})
	if err != nil {
		return err
	}
	defer s.Close(context.WithoutCancel(b.ctx))
	api, err := s.TeamAPI(b.ctx, w.provider.ID, slug)
	if err != nil {
		return err
	}
	hash, err := s.PutBlob(b.ctx, models.DocumentType(raw), raw)
	if err != nil {
		return err
	}
	begun, err := s.BeginImport(b.ctx, w.owner, models.Import{TeamID: w.provider.ID, VersionID: api.Version.ID, Source: models.ImportUpload, Hash: hash})
	if err != nil {
		return err
	}
	reader := worker.New(log, b.path("faregate"), "read-document")
	if err := jobs.NewImporter(jobs.Importer{Books: s, Inspect: reader.Inspect, Log: log}).Drain(b.ctx); err != nil {
		return err
	}
	done, err := s.Import(b.ctx, w.provider.ID, begun.ID)
	if err != nil {
		return err
	}
	if done.State != models.ImportDone {
		return fmt.Errorf("the document of %s was not imported: %s", vendor, done.Message)
	}
	_, err = s.PublishAPI(b.ctx, w.owner, w.provider.ID, w.apiID, "")
	return err
}

var referenceLink = regexp.MustCompile(`href="(/apis/[^"/]+/[^"/]+/(reference|schemas)/[^"#?]+)"`)

// linked are the pages that a list of operations leads to.
func (b *bench) linked(home, list string) (operations, schemas []string, err error) {
	page, err := b.open(home + list)
	if err != nil {
		return nil, nil, err
	}
	text, err := page.text()
	for _, link := range referenceLink.FindAllSubmatch(text, -1) {
		if string(link[2]) == "schemas" {
			schemas = append(schemas, string(link[1]))
		} else {
			operations = append(operations, string(link[1]))
		}
	}
	if err == nil && (len(operations) == 0 || len(schemas) == 0) {
		err = fmt.Errorf("%s leads to %d operations and %d schemas", list, len(operations), len(schemas))
	}
	return operations, schemas, err
}

// some are so many of the pages, from all over the list.
func some(pages []string, count int) (chosen []string) {
	for i := range count {
		chosen = append(chosen, pages[i*len(pages)/count])
	}
	return chosen
}
