package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"testing"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
)

// dueBooks remembers what was published with which warning.
type dueBooks struct {
	due       []models.DueRelease
	published map[string]string
	broken    string // the id of what cannot be published
}

func (b *dueBooks) DueReleases(context.Context) ([]models.DueRelease, error) { return b.due, nil }

func (b *dueBooks) PublishDue(_ context.Context, id, warning string) error {
	if id == b.broken {
		return errors.New("broken")
	}
	b.published[id] = warning
	return nil
}

// An upstream that cannot be used holds up no release, and neither does a release that cannot be published.
func TestScheduledReleasesArePublished(t *testing.T) {
	books := &dueBooks{published: map[string]string{}, broken: "rel_2", due: []models.DueRelease{
		{ID: "rel_1", UpstreamURL: "http://gone.test"}, {ID: "rel_2", UpstreamURL: "http://up.test"}, {ID: "rel_3", UpstreamURL: "http://up.test"},
	}}
	check := func(_ context.Context, upstream string) error {
		if upstream == "http://gone.test" {
			return models.Sentence("Nobody answers there.")
		}
		return nil
	}
	if err := jobs.PublishReleases(books, check, slog.New(slog.DiscardHandler)).Do(t.Context()); err == nil {
		t.Error("that one could not be published is not told")
	}
	want := map[string]string{"rel_1": "The upstream could not be used at that time: Nobody answers there.", "rel_3": ""}
	if !reflect.DeepEqual(books.published, want) {
		t.Errorf("published are %q", books.published)
	}
}
