package snippet

import (
	"net/http"
	"strings"
)

func curl(r Request) string {
	var out strings.Builder
	out.WriteString("curl")
	switch {
	case r.Method == http.MethodHead:
		out.WriteString(" --head")
	case r.Method != http.MethodGet:
		out.WriteString(" --request " + shellWord(r.Method))
	}
	if strings.ContainsAny(r.URL, "[]{}") {
		out.WriteString(" --globoff") // or curl makes several addresses of it
	}
	out.WriteString(" " + shellWord(r.URL))
	name, before := r.key()
	line := func(text string) { out.WriteString(" \\\n  " + text) }
	line(`--header "` + name + `: ` + before + `$` + KeyVariable + `"`)
	for _, f := range r.Header {
		if f.Value == "" {
			line("--header " + shellQuote(f.Name+";")) // with a colon curl would leave the field out
		} else {
			line("--header " + shellQuote(f.Name+": "+f.Value))
		}
	}
	if r.sends() {
		line("--data-raw " + shellQuote(r.Body))
	}
	return out.String()
}

// shellQuote is a text in single quotes, in which a shell reads nothing but the end.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// shellWord is a text as it stands if no shell reads more into it, and in quotes otherwise.
func shellWord(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/:._~%,@+=-", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return shellQuote(text)
}
