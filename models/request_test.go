package models_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestWhatAProviderMayAnswer(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		sentence string
		answer   models.RequestAnswer
		refused  bool
		comment  string
	}{
		{"yes, without a word", models.RequestAnswer{Approve: true}, false, ""},
		{"yes, with a word, tidied", models.RequestAnswer{Approve: true, Comment: " Welcome\n"}, false, "Welcome"},
		{"no, with a reason", models.RequestAnswer{Comment: "Later"}, false, "Later"},
		{"no, without one", models.RequestAnswer{Comment: " \n"}, true, ""},
		{"as much as there may be", models.RequestAnswer{Approve: true, Comment: strings.Repeat("é", 2000)}, false, strings.Repeat("é", 2000)},
		{"more than that", models.RequestAnswer{Approve: true, Comment: strings.Repeat("é", 2001)}, true, strings.Repeat("é", 2001)},
		{"yes, until then", models.RequestAnswer{Approve: true, EndsAt: new(now.Add(time.Hour))}, false, ""},
		{"yes, until yesterday", models.RequestAnswer{Approve: true, EndsAt: new(now.AddDate(0, 0, -1))}, true, ""},
		{"no, until then", models.RequestAnswer{Comment: "Later", EndsAt: new(now.Add(time.Hour))}, true, "Later"},
		{"what is no text", models.RequestAnswer{Approve: true, Comment: "\xff"}, true, "\xff"},
	} {
		err := row.answer.Validate(now)
		var invalid models.Invalid
		if errors.As(err, &invalid); (err != nil) != row.refused || row.refused && invalid["comment"]+invalid["ends_at"] == "" || row.answer.Comment != row.comment {
			t.Errorf("%s: %v, %q", row.sentence, err, row.answer.Comment)
		}
	}
}
