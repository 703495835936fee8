package gateway

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// anyText draws what a text may be: nothing, plain, full of what JSON or HTML escapes, or no UTF-8 at all.
var anyText = rapid.OneOf(
	rapid.Just(""), rapid.StringMatching(`[ -~]{0,40}`), rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("a\"\\<>&\u2028\u2029\x00\n\x7f€"))),
	rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) }),
)

func drawProblem(t *rapid.T) Problem {
	text := func(name string) string { return anyText.Draw(t, name) }
	amount := func(name string) Amount {
		return rapid.OneOf(rapid.Just(Amount{}), rapid.Just(Amount{0, "nanousd"}), rapid.Custom(func(t *rapid.T) Amount {
			return Amount{models.Nano(rapid.Int64().Draw(t, "amount")), anyText.Draw(t, "unit")}
		})).Draw(t, name)
	}
	number := func(name string) *int64 {
		return rapid.OneOf(rapid.Just[*int64](nil), rapid.Ptr(rapid.Int64(), false)).Draw(t, name)
	}
	return Problem{
		Type: text("type"), Title: text("title"), Status: rapid.Int().Draw(t, "status"), Detail: text("detail"),
		Instance: text("instance"), Code: problem.Code(text("code")),
		Required: amount("required"), Available: amount("available"), Held: amount("held"),
		TopUpURL: text("top-up"), SubscribeURL: text("subscribe"),
		ViolatedPolicies: rapid.SliceOfN(anyText, 0, 3).Draw(t, "policies"), Limit: number("limit"), Used: number("used"),
		Budget: amount("budget"), Spent: amount("spent"), ResetsAt: text("resets at"), WhoCanRaise: text("who"), RequestID: text("id"),
		Error: ProblemError{
			Message: text("message"), Type: text("SDK's type"), Code: problem.Code(text("SDK's code")),
			Param: rapid.Ptr(anyText, true).Draw(t, "param"),
		},
	}
}

// checkDocument holds the document to the one that encoding/json writes.
func checkDocument(t *rapid.T) {
	p := drawProblem(t)
	want, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("before"+string(want), string(p.appendTo([]byte("before")))); diff != "" {
		t.Fatalf("%+v\n%s", p, diff)
	}
}

func TestTheDocumentIsThatOfEncodingJSON(t *testing.T) { rapid.Check(t, checkDocument) }

func FuzzDocument(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkDocument)) }

// Every byte and every pair of them, for no generator is sure to meet the one that matters.
func TestTextsAreThoseOfEncodingJSON(t *testing.T) {
	check := func(text string) {
		want, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendText(nil, text); string(got) != string(want) {
			t.Errorf("%q is written as %s, want %s", text, got, want)
		}
	}
	for first := range 256 {
		check(string([]byte{byte(first)}))
		for second := range 256 {
			check(string([]byte{byte(first), byte(second)}))
		}
	}
}
