package models_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestWhatAProviderMayAnswer(t *testing.T) {
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
		{"what is no text", models.RequestAnswer{Approve: true, Comment: "\xff"}, true, "\xff"},
	} {
		err := row.answer.Validate()
		var invalid models.Invalid
		if errors.As(err, &invalid); (err != nil) != row.refused || row.refused && invalid["comment"] == "" || row.answer.Comment != row.comment {
			t.Errorf("%s: %v, %q", row.sentence, err, row.answer.Comment)
		}
	}
}
