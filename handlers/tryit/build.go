package tryit

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/faregate/faregate/handlers/snippet"
)

// Request is what was typed, as a request.
type Request struct {
	Method string
	Target string // path and query below the version, escaped
	Header []snippet.Field
	Body   string // "" for none
}

// Errors are what has to be mended, by the field's name.
type Errors map[string]string

// The names of the fields that every form has, beside those of the operation.
const (
	FieldMethod  = "method"
	FieldTarget  = "target"
	FieldHeaders = "headers"
	FieldType    = "type"
	FieldBody    = "body"
)

// Build makes the request that was typed into the form. Of several bodies, the one of the chosen media type is sent.
func (f Form) Build(typed url.Values) (Request, Errors) {
	bad := Errors{}
	r := Request{Method: f.Method}
	var query, cookies []string
	path := f.Path
	for _, field := range f.Fields {
		text := typed.Get(field.Name)
		if text == "" {
			if field.Required {
				bad[field.Name] = "Fill in " + field.Label + ": the operation needs it."
			}
			continue
		}
		v, err := field.read(text)
		if err != nil {
			bad[field.Name] = "This is no JSON. Write an object such as {\"a\": 1}, or a list such as [1, 2]."
			continue
		}
		switch p := field.parameter; field.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", v.inPath(p))
		case "query":
			query = append(query, v.inQuery(p)...)
		case "querystring":
			query = append(query, strings.Map(noControl, text))
		case "cookie":
			cookies = append(cookies, strings.Join(v.inQuery(p), "; "))
		case "header":
			line := v.simple(p, asIs)
			if why := checkHeader(p.Name, line); why != "" {
				bad[field.Name] = why
			}
			r.Header = append(r.Header, snippet.Field{Name: p.Name, Value: line})
		}
	}
	if r.Target = escapedPath(path); len(query) > 0 {
		r.Target += "?" + strings.Join(query, "&")
	}
	if len(cookies) > 0 {
		r.Header = append(r.Header, snippet.Field{Name: "Cookie", Value: strings.Join(cookies, "; ")})
	}
	f.addBody(&r, typed, bad)
	return r, bad
}

// Chosen is the body of the media type that was chosen, or else the first; ok is false where the operation takes none.
func (f Form) Chosen(typed url.Values) (b Body, ok bool) {
	for _, b := range f.Bodies {
		if b.Type == typed.Get(FieldType) {
			return b, true
		}
	}
	if len(f.Bodies) == 0 {
		return Body{}, false
	}
	return f.Bodies[0], true
}

func (f Form) addBody(r *Request, typed url.Values, bad Errors) {
	b, ok := f.Chosen(typed)
	if !ok {
		return
	}
	r.Body = typed.Get(FieldBody)
	if len(b.Fields) > 0 {
		r.Body = strings.Join(formPairs(b.Fields, typed, bad), "&")
	}
	if r.Body != "" {
		r.Header = append([]snippet.Field{{Name: "Content-Type", Value: b.Type}}, r.Header...)
	}
}

func formPairs(fields []Field, typed url.Values, bad Errors) (pairs []string) {
	for _, field := range fields {
		text := typed.Get(field.Name)
		if text == "" {
			continue
		}
		v, err := field.read(text)
		if err != nil {
			bad[field.Name] = "This is no JSON."
			continue
		}
		pairs = append(pairs, v.inQuery(field.parameter)...)
	}
	return pairs
}

// Free makes a request of what was typed without an operation: a method, a path with its query, lines of a header and a body.
func Free(typed url.Values) (Request, Errors) {
	bad := Errors{}
	r := Request{Method: strings.ToUpper(strings.TrimSpace(typed.Get(FieldMethod))), Target: strings.TrimSpace(typed.Get(FieldTarget)), Body: typed.Get(FieldBody)}
	if !isToken(r.Method) || r.Method == http.MethodConnect || r.Method == http.MethodTrace {
		bad[FieldMethod] = "Choose a method, such as GET or POST."
	}
	if r.Body != "" && !hasBody(r.Method) {
		bad[FieldBody] = r.Method + " sends no body. Choose another method, or leave this empty."
	}
	if r.Target != "" && !strings.HasPrefix(r.Target, "/") {
		bad[FieldTarget] = "Begin with a slash, such as /items?limit=10."
	}
	path, query, asks := strings.Cut(r.Target, "?")
	if r.Target = escapedPath(path); asks {
		r.Target += "?" + escapedQuery(query)
	}
	for line := range strings.SplitSeq(typed.Get(FieldHeaders), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, text, _ := strings.Cut(line, ":")
		name, text = strings.TrimSpace(name), strings.TrimSpace(text)
		if why := checkHeader(name, text); why != "" {
			bad[FieldHeaders] = why
		}
		r.Header = append(r.Header, snippet.Field{Name: name, Value: text})
	}
	if media := strings.TrimSpace(typed.Get(FieldType)); media != "" && r.Body != "" {
		if why := checkHeader("Content-Type", media); why != "" {
			bad[FieldType] = why
		}
		r.Header = append([]snippet.Field{{Name: "Content-Type", Value: media}}, r.Header...)
	}
	return r, bad
}

// ours are the fields that the console and the gateway say themselves, and those by which a connection is kept.
var ours = map[string]bool{
	"Host": true, "Content-Length": true, "Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Proxy-Authorization": true, "Te": true,
	"Trailer": true, "Transfer-Encoding": true, "Upgrade": true, "Expect": true, "Http2-Settings": true, "X-Api-Key": true,
	"Forwarded": true, "X-Forwarded-For": true, "X-Forwarded-Host": true, "X-Forwarded-Proto": true, "X-Forwarded-Port": true, "X-Real-Ip": true,
}

// checkHeader says in a sentence why a field cannot be sent, "" if it can.
func checkHeader(name, text string) string {
	switch canonical := http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-")); {
	case !isToken(name):
		return "“" + strings.Map(noControl, name) + "” cannot be the name of a header. Write lines such as X-Trace: 1."
	case ours[canonical] || strings.HasPrefix(canonical, "Faregate-"):
		return "The portal or the gateway sets " + name + " itself. Leave it out."
	case strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) >= 0:
		return "The value of " + name + " has a line break or another control character. Write it on one line."
	}
	return ""
}

// isToken says whether text is a token of HTTP (RFC 9110 section 5.6.2), as names of fields and methods are.
func isToken(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	}) < 0
}

func noControl(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// escapedPath escapes what may not stand in a path, and leaves what is escaped as it is.
func escapedPath(path string) string { return escaped(path, "/-._~!$&'()*+,;=:@[]") }

// escapedQuery does the same for a query.
func escapedQuery(query string) string { return escaped(query, "/-._~!$&'()*+,;=:@?[]") }

func escaped(text, may string) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(text) {
		b := text[i]
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', strings.IndexByte(may, b) >= 0,
			b == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			out.WriteByte(b)
		default:
			out.WriteString(string([]byte{'%', digits[b>>4], digits[b&15]}))
		}
	}
	return out.String()
}

func isHex(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}
