package lint

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var oas3Schema = Rule{
	Name:     "oas3-schema",
	Severity: openapi.Warning,
	Why:      "What the standard does not allow is read differently by different tools.",
	check: func(d *document, report report) {
		defer d.cutSchemas()()
		options := []openapi3.ValidationOption{
			openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation(),
		}
		err := careful(func() error { return d.Validate(context.Background(), options...) })
		var several openapi3.MultiError
		if !errors.As(err, &several) {
			several = openapi3.MultiError{err}
		}
		for _, problem := range several {
			if problem != nil && !hasOwnRule(problem) {
				at, cause := d.locate(problem)
				report(at, "%s.", asSentence(cause.Error()))
			}
		}
		if d.IsOpenAPI31OrLater() {
			options = append(options, openapi3.IsOpenAPI31OrLater())
		}
		for _, s := range d.schemas {
			if err := careful(func() error { return s.Validate(context.Background(), options...) }); err != nil {
				report(s.at, "%s.", asSentence(err.Error()))
			}
		}
	},
}

// careful calls the module for something that may be invalid. It promises nothing then and may panic; then nothing is told.
func careful(call func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = nil
		}
	}()
	return call()
}

// cutSchemas puts an empty schema wherever there is one, until the function that it returns is called. The module would go through
// all that a schema reaches, once for each schema, and not say where in it a problem is. So each is checked by itself.
func (d *document) cutSchemas() (restore func()) {
	was := make([]*openapi3.Schema, len(d.holders))
	for i, holder := range d.holders {
		was[i], holder.Value = holder.Value, &openapi3.Schema{}
	}
	return func() {
		for i, holder := range slices.Backward(d.holders) {
			holder.Value = was[i]
		}
	}
}

// hasOwnRule says whether another rule finds the same.
func hasOwnRule(problem error) bool {
	var coded openapi3.CodedError
	return errors.As(problem, &coded) && slices.Contains([]string{
		"conflicting-paths", "duplicate-operation-id", "duplicate-parameter", "duplicate-tag", "path-must-start-with-slash", "path-parameters-mismatch",
	}, coded.Code())
}

// locate takes an error out of those around it, which say where it is.
func (d *document) locate(problem error) (at *place, cause error) {
	at = d.top
	for {
		switch around := problem.(type) { //nolint:errorlint // it is unwrapped layer by layer
		case *openapi3.SectionValidationError:
			if at == d.top {
				at = at.in(strings.ReplaceAll(around.Section, "external docs", "externalDocs"))
			}
			problem = around.Cause
		case *openapi3.ComponentValidationError:
			at, problem = at.in(sections[around.Section]).in(around.Name), around.Cause
		case *openapi3.PathValidationError:
			at, problem = at.in(around.Path), around.Cause
		case *openapi3.WebhookValidationError:
			at, problem = at.in(around.Name), around.Cause
		case *openapi3.OperationValidationError:
			at, problem = d.operationAt(at, around.Method), around.Cause
		default:
			return at, problem
		}
	}
}

// operationAt is the place of an operation of the path there.
func (d *document) operationAt(path *place, method string) *place {
	for _, o := range d.operations {
		if o.method == method && o.path == path.token {
			return o.at
		}
	}
	return path.in(strings.ToLower(method))
}

// sections are the members of components, by what the module calls one of them.
var sections = map[string]string{
	"schema": "schemas", "parameter": "parameters", "header": "headers", "request body": "requestBodies", "response": "responses",
	"security scheme": "securitySchemes", "example": "examples", "link": "links", "callback": "callbacks",
}

// asSentence begins a text of the module's as a sentence, without its end mark.
func asSentence(text string) string {
	text = strings.TrimSuffix(strings.Join(strings.Fields(text), " "), ".")
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
