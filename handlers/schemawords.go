package handlers

import (
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
)

// typeWords is what a value of a schema is, in words: "string (date-time) or null".
func typeWords(s *openapi.Schema) string {
	var words []string
	for _, t := range s.Types {
		if t != "null" && s.Format != "" && (t == "string" || t == "integer" || t == "number") {
			t += " (" + s.Format + ")"
		}
		words = append(words, t)
	}
	if len(words) > 0 {
		return strings.Join(words, " or ")
	}
	switch {
	case s.Never:
		return "nothing at all"
	case len(s.Properties) > 0 || s.Additional != nil || len(s.AllOf) > 0:
		return "object"
	case len(s.PrefixItems) > 0:
		return "array"
	case plainChoice(s):
		return choiceWords(s)
	case len(s.OneOf)+len(s.AnyOf) > 0:
		return "one of several"
	case len(s.Enum) > 0 || s.Const != "":
		return "value"
	case s.Format != "":
		return s.Format
	}
	return "anything"
}

// plainChoice says whether a schema is a choice between types of which nothing more is said, so that a line can name them all.
func plainChoice(s *openapi.Schema) bool {
	for _, one := range slices.Concat(s.OneOf, s.AnyOf) {
		bare := openapi.Schema{Types: one.Types, Format: one.Format, Description: one.Description}
		if len(one.Types) == 0 || one.Description != "" && one.Description != s.Description || !reflect.DeepEqual(*one, bare) {
			return false
		}
	}
	return len(s.OneOf)+len(s.AnyOf) > 0
}

func choiceWords(s *openapi.Schema) string {
	var words []string
	for _, one := range slices.Concat(s.OneOf, s.AnyOf) {
		if word := typeWords(one); !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " or ")
}

// limitWords are the assertions of JSON Schema in words; N stands for the value.
var limitWords = map[string]string{
	"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than", "exclusiveMaximum": "less than", "multipleOf": "a multiple of",
	"minLength": "at least N characters", "maxLength": "at most N characters", "pattern": "matches",
	"minItems": "at least N items", "maxItems": "at most N items", "minProperties": "at least N properties", "maxProperties": "at most N properties",
	"contentEncoding": "encoded as", "contentMediaType": "holds",
}

// schemaFacts are what a schema says of a value besides its type, in words.
func schemaFacts(s *openapi.Schema) (facts []pages.Fact) {
	for _, l := range s.Limits {
		words, known := limitWords[l.Keyword]
		switch {
		case l.Keyword == "uniqueItems":
			if l.Value == "true" {
				facts = append(facts, pages.Fact{Text: "no two alike"})
			}
		case !known:
			facts = append(facts, pages.Fact{Text: l.Keyword, Code: short(l.Value)})
		case strings.Contains(words, " N "):
			words = strings.Replace(words, "N", l.Value, 1)
			if l.Value == "1" {
				words = strings.Replace(strings.TrimSuffix(words, "s"), "propertie", "property", 1)
			}
			facts = append(facts, pages.Fact{Text: words})
		default:
			facts = append(facts, pages.Fact{Text: words, Code: short(l.Value)})
		}
	}
	for _, fact := range []struct{ text, code string }{{"always", s.Const}, {"if left out:", s.Default}} {
		if fact.code != "" {
			facts = append(facts, pages.Fact{Text: fact.text, Code: short(fact.code)})
		}
	}
	if len(s.Examples) > 0 && utf8.RuneCountInString(s.Examples[0]) <= maxShownValue {
		facts = append(facts, pages.Fact{Text: "for example", Code: s.Examples[0]})
	}
	if s.Additional != nil && s.Additional.Never {
		facts = append(facts, pages.Fact{Text: "no other properties"})
	}
	if d := s.Discriminator; d != nil {
		facts = append(facts, pages.Fact{Text: "which one is said by", Code: d.Property})
	}
	return facts
}

// maxShownValue is how many characters of a value stand in a line; maxShownEnum is how many values of an enumeration do.
const (
	maxShownValue = 120
	maxShownEnum  = 60
)

func short(text string) string {
	if utf8.RuneCountInString(text) <= maxShownValue {
		return text
	}
	return string([]rune(text)[:maxShownValue]) + "…"
}

func shortened(values []string) []string {
	var out []string
	for i, value := range values {
		if i == maxShownEnum {
			return append(out, "…")
		}
		out = append(out, short(value))
	}
	return out
}
