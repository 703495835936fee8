package sandbox

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxBody caps a request's body, in bytes.
const maxBody = 1 << 20

// params are a request's parameters under the names they were sent with: "line_items[0][price_data][currency]".
type params struct {
	values url.Values
}

func readParams(w http.ResponseWriter, r *http.Request) (params, error) {
	if kind := r.Header.Get("Content-Type"); r.Method == http.MethodPost && kind != "" {
		if media, _, _ := mime.ParseMediaType(kind); media != "application/x-www-form-urlencoded" {
			return params{}, invalid("", "", "Invalid request (check that your POST content type is "+
				"application/x-www-form-urlencoded).")
		}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	err := r.ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return params{}, &apiError{status: http.StatusRequestEntityTooLarge, kind: "invalid_request_error",
			message: "The request's body is larger than 1 MiB."}
	case err != nil:
		return params{}, invalid("", "", "Invalid request: the parameters are not form-encoded.")
	}
	return params{r.Form}, nil
}

var listIndex = regexp.MustCompile(`\[\d*\]`)

// accept refuses the first parameter, in alphabetical order, that is empty or not among the named ones. In a name "[]"
// stands for any index and a final "[*]" for any key.
func (p params) accept(names []string) error {
	for _, name := range p.names() {
		shape := listIndex.ReplaceAllString(name, "[]")
		wildcard := shape[:max(strings.LastIndexByte(shape, '['), 0)] + "[*]"
		free := slices.Contains(names, wildcard)
		if !free && shape != "expand[]" && !slices.Contains(names, shape) {
			return invalid("parameter_unknown", name, "Received unknown parameter: %s", name)
		}
		if !free && p.text(name) == "" {
			return invalid("parameter_invalid_empty", name, "You passed an empty string for '%s'. We assume empty values "+
				"are an attempt to unset a parameter; however '%s' cannot be unset. You should remove '%s' from your "+
				"request or supply a non-empty value.", name, name, name)
		}
	}
	return nil
}

func (p params) names() []string {
	var names []string
	for name := range p.values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (p params) text(name string) string { return p.values.Get(name) }

func (p params) requiredText(name string) (string, error) {
	if !p.values.Has(name) {
		return "", missingParameter(name)
	}
	return p.text(name), nil
}

// integer is the number under a name, or fallback if there is none.
func (p params) integer(name string, fallback int64) (int64, error) {
	if !p.values.Has(name) {
		return fallback, nil
	}
	n, err := strconv.ParseInt(p.text(name), 10, 64)
	if err != nil {
		return 0, invalid("parameter_invalid_integer", name, "Invalid integer: %s", p.text(name))
	}
	return n, nil
}

func (p params) requiredInteger(name string) (int64, error) {
	if !p.values.Has(name) {
		return 0, missingParameter(name)
	}
	return p.integer(name, 0)
}

// textMap reads name[key]=value pairs. An empty value means that the key shall not be set.
func (p params) textMap(name string) map[string]string {
	pairs := map[string]string{}
	for full := range p.values {
		key, ok := strings.CutPrefix(full, name+"[")
		if key, ok2 := strings.CutSuffix(key, "]"); ok && ok2 && p.text(full) != "" {
			pairs[key] = p.text(full)
		}
	}
	return pairs
}

// textList reads name[]=a&name[]=b as well as name[0]=a&name[1]=b.
func (p params) textList(name string) []string {
	list := slices.Clone(p.values[name+"[]"])
	for _, element := range p.elements(name) {
		if p.values.Has(element) && element != name+"[]" {
			list = append(list, p.text(element))
		}
	}
	return list
}

// elements are the names of a list's elements, "line_items[0]" and so on, by their index.
func (p params) elements(name string) []string {
	var indexes []int
	for full := range p.values {
		rest, inside := strings.CutPrefix(full, name+"[")
		digits, _, closed := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(digits); inside && closed && err == nil && !slices.Contains(indexes, n) {
			indexes = append(indexes, n)
		}
	}
	slices.Sort(indexes)
	var elements []string
	for _, n := range indexes {
		elements = append(elements, name+"["+strconv.Itoa(n)+"]")
	}
	return elements
}
