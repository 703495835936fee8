package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models/openapi/edit"
	"github.com/faregate/faregate/views/pages"
)

// maxOperationRows is how many parameters, and answers, the form of an operation has at most.
const maxOperationRows = 200

// oneLine is a field of a single line.
func oneLine(c echo.Context, name string) string {
	return strings.TrimSpace(c.FormValue(name))
}

// typedOperation reads the form of an operation as it was typed.
func typedOperation(c echo.Context) pages.OperationForm {
	f := pages.OperationForm{
		Method: c.FormValue("method"), Path: oneLine(c, "path"), Summary: oneLine(c, "summary"), Description: c.FormValue("description"),
		OperationID: oneLine(c, "operation_id"), Tags: c.FormValue("tags"), Deprecated: c.FormValue("deprecated") != "", Kept: c.FormValue("kept"), Base: c.FormValue("base"),
		Body: pages.BodyFields{Sent: c.FormValue("body") != "", Required: c.FormValue("body-required") != "", Fixed: c.FormValue("body-fixed"), ContentFields: typedContent(c, "body-")},
	}
	for i := range rows(c, "parameters") {
		at := "parameter-" + strconv.Itoa(i) + "-"
		f.Parameters = append(f.Parameters, pages.ParameterFields{
			Was: c.FormValue(at + "was"), Fixed: c.FormValue(at + "fixed"), Kept: c.FormValue(at + "kept"), Name: oneLine(c, at+"name"), In: c.FormValue(at + "in"),
			Type: c.FormValue(at + "type"), Description: oneLine(c, at+"description"), Example: oneLine(c, at+"example"), Required: c.FormValue(at+"required") != "",
		})
	}
	for i := range rows(c, "responses") {
		at := "response-" + strconv.Itoa(i) + "-"
		f.Responses = append(f.Responses, pages.ResponseFields{
			Was: c.FormValue(at + "was"), Fixed: c.FormValue(at + "fixed"), Status: oneLine(c, at+"status"), Description: oneLine(c, at+"description"),
			ContentFields: typedContent(c, at),
		})
	}
	return f
}

func typedContent(c echo.Context, at string) pages.ContentFields {
	return pages.ContentFields{MediaType: oneLine(c, at+"media"), Schema: c.FormValue(at + "schema"), Example: c.FormValue(at + "example"), Kept: c.FormValue(at + "kept")}
}

// rows is how many rows of a kind the form has.
func rows(c echo.Context, name string) int {
	n, _ := strconv.Atoi(c.FormValue(name)) // what is no number is none
	return min(max(n, 0), maxOperationRows)
}

// changeRows does to the rows what a button of the form says. What newly stands in the braces of the path gets a row of its own; was is the
// path in the document.
func changeRows(f *pages.OperationForm, do, was string) {
	for _, name := range edit.PathNames(f.Path) {
		named := func(p pages.ParameterFields) bool { return p.In == "path" && p.Name == name }
		if f.Path != was && !slices.ContainsFunc(f.Parameters, named) {
			f.Parameters = append(f.Parameters, pages.ParameterFields{Name: name, In: "path", Type: "string", Required: true})
		}
	}
	row := func(prefix string, length int) (i int, ok bool) {
		text, found := strings.CutPrefix(do, prefix)
		i, err := strconv.Atoi(text)
		return i, found && err == nil && i >= 0 && i < length
	}
	if i, ok := row(pages.DoRemoveParameter, len(f.Parameters)); ok {
		f.Parameters = slices.Delete(f.Parameters, i, i+1)
	}
	if i, ok := row(pages.DoRemoveResponse, len(f.Responses)); ok {
		f.Responses = slices.Delete(f.Responses, i, i+1)
	}
	if do == pages.DoAddParameter && len(f.Parameters) < maxOperationRows {
		f.Parameters = append(f.Parameters, pages.ParameterFields{In: "query", Type: "string"})
	}
	if do == pages.DoAddResponse && len(f.Responses) < maxOperationRows {
		f.Responses = append(f.Responses, pages.ResponseFields{})
	}
}

// operationFormOf is the form of an operation as the document has it.
func operationFormOf(o edit.Operation) pages.OperationForm {
	f := pages.OperationForm{
		Method: o.Method, Path: o.Path, Summary: o.Summary, Description: o.Description, OperationID: o.OperationID, Tags: edit.TagsText(o.Tags), Deprecated: o.Deprecated,
		Kept: strings.Join(o.Kept, ", "), Body: pages.BodyFields{ContentFields: contentForm(o.Body.Content), Sent: o.Body.Sent, Required: o.Body.Required, Fixed: o.Body.Fixed},
	}
	for _, p := range o.Parameters {
		f.Parameters = append(f.Parameters, pages.ParameterFields{
			Was: strconv.Itoa(p.Was), Name: p.Name, In: p.In, Type: p.Type, Description: p.Description, Example: p.Example, Required: p.Required, Fixed: p.Fixed,
			Kept: strings.Join(p.Kept, ", "),
		})
	}
	for _, r := range o.Responses {
		f.Responses = append(f.Responses, pages.ResponseFields{
			ContentFields: contentForm(r.Content), Was: r.Was, Status: r.Status, Description: r.Description, Fixed: r.Fixed,
		})
	}
	return f
}

func contentForm(c edit.Content) pages.ContentFields {
	return pages.ContentFields{MediaType: c.MediaType, Schema: c.Schema, Example: c.Example, Kept: strings.Join(c.Kept, ", ")}
}

// operationOf is the operation that a form is of.
func operationOf(f pages.OperationForm) edit.Operation {
	o := edit.Operation{
		Method: f.Method, Path: f.Path, Summary: f.Summary, Description: f.Description, OperationID: f.OperationID, Tags: edit.TagsOf(f.Tags), Deprecated: f.Deprecated,
		Body: edit.Body{Sent: f.Body.Sent, Required: f.Body.Required, Fixed: f.Body.Fixed, Content: contentOf(f.Body.ContentFields)},
	}
	for _, p := range f.Parameters {
		was, _ := strconv.Atoi(p.Was) // what is no number is a new one
		o.Parameters = append(o.Parameters, edit.Parameter{
			Was: was, Name: p.Name, In: p.In, Type: p.Type, Description: p.Description, Example: p.Example, Required: p.Required, Fixed: p.Fixed,
		})
	}
	for _, r := range f.Responses {
		o.Responses = append(o.Responses, edit.Response{Was: r.Was, Status: r.Status, Description: r.Description, Fixed: r.Fixed, Content: contentOf(r.ContentFields)})
	}
	return o
}

func contentOf(f pages.ContentFields) edit.Content {
	return edit.Content{MediaType: f.MediaType, Schema: f.Schema, Example: f.Example}
}
