package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/worker"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// importing is an importer over a real store, which reads what each test says.
type importing struct {
	*testing.T
	*store.Store
	*jobs.Importer
	world storetest.World
	log   strings.Builder
}

func newImporting(t *testing.T, inspect func(ctx context.Context, raw []byte, tell func(worker.Event) error) error) *importing {
	t.Helper()
	x := &importing{T: t, Store: storetest.Open(t, modeltest.NewClock(time.Time{}))}
	x.world = storetest.Fill(t, x.Store, "http://upstream.test", 20)
	x.Importer = jobs.NewImporter(jobs.Importer{Books: x.Store, Inspect: inspect, Log: slog.New(slog.NewTextHandler(&x.log, nil)),
		Fetch: func(_ context.Context, address string) ([]byte, error) {
			if strings.HasSuffix(address, "/none") {
				return nil, models.Sentence("Nothing is there.")
			}
			return []byte("openapi: 3.1.1 # of " + address), nil
		}})
	return x
}

func (x *importing) begin(i models.Import) models.Import {
	x.Helper()
	i.TeamID = x.world.ProviderTeam.ID
	made, err := x.BeginImport(context.Background(), models.Actor{UserID: x.world.Provider.ID}, i)
	if err != nil {
		x.Fatal(err)
	}
	return made
}

func (x *importing) paste(text string) models.Import {
	x.Helper()
	hash, err := x.PutBlob(context.Background(), models.DocumentType([]byte(text)), []byte(text))
	if err != nil {
		x.Fatal(err)
	}
	return x.begin(models.Import{Source: models.ImportPaste, Hash: hash, VersionID: x.world.API.Version.ID})
}

// now is an import as it is now.
func (x *importing) now(i models.Import) models.Import {
	x.Helper()
	got, err := x.Import(context.Background(), i.TeamID, i.ID)
	if err != nil {
		x.Fatal(err)
	}
	return got
}

// two tells of a document with two operations, a schema and two findings.
func two(_ context.Context, raw []byte, tell func(worker.Event) error) error {
	events := []worker.Event{{Progress: &worker.Progress{Stage: "Reading", Share: 50}}}
	for _, id := range []string{"list", "get"} {
		events = append(events, worker.Event{Operation: &openapi.Operation{OperationLine: openapi.OperationLine{ID: id}, Description: strings.Repeat(string(raw), 50_000)}})
	}
	return tellAll(tell, append(events,
		worker.Event{Schema: &openapi.NamedSchema{Name: "Quote", Schema: &openapi.Schema{Types: []string{"object"}}}},
		worker.Event{Outline: &openapi.Outline{Spec: "3.1.1", Title: "Quotes", Version: "2", Operations: []openapi.OperationLine{{ID: "list"}, {ID: "get"}}}},
		worker.Event{Finding: &openapi.Finding{Rule: "info-contact", Severity: openapi.Warning, Place: openapi.Place{Line: 2, Column: 3}}},
		worker.Event{Finding: &openapi.Finding{Rule: "path-params", Severity: openapi.Error}},
	))
}

func tellAll(tell func(worker.Event) error, events []worker.Event) error {
	for _, e := range events {
		if err := tell(e); err != nil {
			return err
		}
	}
	return nil
}

func TestADocumentIsImportedInParts(t *testing.T) {
	ctx, x := context.Background(), newImporting(t, two)
	i := x.paste("openapi: 3.1.1")
	fetched := x.begin(models.Import{Source: models.ImportURL, URL: "https://api.example.com/openapi.yaml"})
	if err := x.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	got := x.now(i)
	if got.State != models.ImportDone || got.Stage != "Reading" || got.Share != 50 {
		t.Errorf("%+v", got)
	}
	facts, err := x.Documents(ctx, i.Hash)
	if d := facts[i.Hash]; err != nil || d.Spec != "3.1.1" || d.Title != "Quotes" || d.Version != "2" || d.Operations != 2 || d.Errors != 1 || d.Warnings != 1 || d.Size != 14 {
		t.Errorf("%+v, %v", d, err)
	}
	parts, err := x.DocumentParts(ctx, i.Hash, models.PartOutline, models.PartFindings, models.PartOperation("list"), models.PartOperation("get"), models.PartSchema("Quote"))
	if err != nil || len(parts) != 5 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	var findings []openapi.Finding
	if err := json.Unmarshal(parts[models.PartFindings], &findings); err != nil || len(findings) != 2 || findings[0].Line != 2 {
		t.Errorf("%+v, %v", findings, err)
	}
	if x.now(fetched).State != models.ImportDone {
		t.Errorf("%+v", x.now(fetched))
	}
	blob, err := x.Blob(ctx, x.now(fetched).Hash)
	if err != nil || string(blob.Bytes) != "openapi: 3.1.1 # of https://api.example.com/openapi.yaml" || blob.MediaType != "application/yaml" {
		t.Errorf("%q %s, %v", blob.Bytes, blob.MediaType, err)
	}
}

func TestWhatIsToldOfAnImportThatFails(t *testing.T) {
	for _, row := range []struct {
		sentence string
		inspect  error
		panics   bool
		want     models.Import // its message, line and column
		log      string
	}{
		{"the document is broken", &openapi.Broken{Message: "A bracket is missing.", Place: openapi.Place{Line: 3, Column: 9}}, false, models.Import{Message: "A bracket is missing.", Line: 3, Column: 9}, ""},
		{"it takes too much memory", fmt.Errorf("worker: %w", models.Sentence("The document takes too much memory.")), false, models.Import{Message: "The document takes too much memory."}, ""},
		{"it could not be begun", errors.New("fork: no"), false, models.Import{Message: "The document could not be read. An administrator finds the reason in the log, under ID."}, "fork: no"},
		{"it panics", nil, true, models.Import{Message: "The document could not be read. An administrator finds the reason in the log, under ID."}, "panic: odd"},
		{"nothing is told", nil, false, models.Import{Message: "The document could not be read. An administrator finds the reason in the log, under ID."}, "nothing was told"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			x := newImporting(t, func(context.Context, []byte, func(worker.Event) error) error {
				if row.panics {
					panic("odd")
				}
				return row.inspect
			})
			i := x.paste("{")
			if err := x.Drain(context.Background()); err != nil {
				t.Fatal(err)
			}
			got := x.now(i)
			if want := strings.Replace(row.want.Message, "ID", i.ID, 1); got.State != models.ImportFailed || got.Message != want || got.Line != row.want.Line || got.Column != row.want.Column {
				t.Errorf("%+v", got)
			}
			if !strings.Contains(x.log.String(), row.log) || row.log == "" && x.log.Len() > 0 {
				t.Errorf("logged %s", x.log.String())
			}
			if _, err := x.DocumentPart(context.Background(), i.Hash, models.PartOutline); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("it is shown: %v", err)
			}
		})
	}
	x := newImporting(t, two)
	i := x.begin(models.Import{Source: models.ImportURL, URL: "https://api.example.com/none"})
	if err := x.Drain(context.Background()); err != nil || x.now(i).Message != "Nothing is there." {
		t.Errorf("%+v, %v", x.now(i), err)
	}
}

// A stop is no fault of the document: it is read at the next start as if for the first time.
func TestAStopPutsAnImportBack(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	x := newImporting(t, func(ctx context.Context, _ []byte, _ func(worker.Event) error) error {
		stop()
		return ctx.Err()
	})
	i := x.paste("{}")
	x.Wake()
	x.Importer.Run(ctx)
	if got := x.now(i); got.State != models.ImportWaiting || got.Attempts != 0 || got.Ended() {
		t.Errorf("%+v", got)
	}
}
