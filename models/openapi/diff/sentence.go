package diff

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/oasdiff/oasdiff/checker"
)

// maxValue is how many characters of a value a sentence quotes.
const maxValue = 120

// ours are the sentences that oasdiff says too shortly, by the id of the change.
var ours = map[string]string{
	checker.EndpointAddedId:       "The operation is new.",
	checker.EndpointDeprecatedId:  "The operation is deprecated.",
	checker.EndpointReactivatedId: "The operation is not deprecated any more.",
}

// sentence is a change in words.
func sentence(found checker.Change, words checker.Localizer) string {
	if text, ok := ours[found.GetId()]; ok {
		return text
	}
	args := make([]any, len(found.GetArgs()))
	for i, arg := range found.GetArgs() {
		args[i] = quote(arg)
	}
	text := strings.ReplaceAll(words(found.GetId(), args...), "`", "")
	if change, ok := found.(checker.ApiChange); ok && change.Details != "" {
		text += " " + change.Details
	}
	if rest, ok := strings.CutPrefix(text, "api "); ok {
		text = "API " + rest
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}

// quote is a value of the document as a sentence shows it.
func quote(arg any) string {
	text, isText := arg.(string)
	if !isText {
		if asJSON, err := json.Marshal(arg); err == nil {
			text = string(asJSON)
		} else {
			text = fmt.Sprint(arg)
		}
		text = strings.Trim(text, `"`)
	}
	text = strings.ReplaceAll(text, "#/components/schemas/", "")
	if utf8.RuneCountInString(text) > maxValue {
		text = string([]rune(text)[:maxValue]) + "…"
	}
	return "“" + text + "”"
}
