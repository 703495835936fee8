package snippet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

func python(r Request) string {
	var out strings.Builder
	name, before := r.key()
	key := `os.environ["` + KeyVariable + `"]`
	if before != "" {
		key = quote(before) + " + " + key
	}
	out.WriteString("import os\n\nimport requests\n\nanswer = requests.request(\n    " + quote(r.Method) + ",\n    " + quote(r.URL) + ",\n    headers={\n")
	out.WriteString("        " + quote(name) + ": " + key + ",\n")
	for _, f := range r.Header {
		out.WriteString("        " + quote(f.Name) + ": " + quote(f.Value) + ",\n")
	}
	out.WriteString("    },\n")
	if r.sends() {
		out.WriteString("    data=" + pythonText(r.Body) + ".encode(),\n")
	}
	out.WriteString("    timeout=60,\n)\nprint(answer.status_code, answer.text)")
	return out.String()
}

func javaScript(r Request) string {
	var out strings.Builder
	name, before := r.key()
	key := "process.env." + KeyVariable
	if before != "" {
		key = "`" + before + "${" + key + "}`"
	}
	out.WriteString("const answer = await fetch(" + quote(r.URL) + ", {\n  method: " + quote(r.Method) + ",\n  headers: {\n    " + quote(name) + ": " + key + ",\n")
	for _, f := range r.Header {
		out.WriteString("    " + quote(f.Name) + ": " + quote(f.Value) + ",\n")
	}
	out.WriteString("  },\n")
	if r.sends() {
		out.WriteString("  body: " + templateLiteral(r.Body) + ",\n")
	}
	out.WriteString("});\nconsole.log(answer.status, await answer.text());")
	return out.String()
}

func golang(r Request) string {
	name, before := r.key()
	body, imports := "nil", []string{"fmt", "io", "log", "net/http", "os"}
	if r.sends() {
		body, imports = "strings.NewReader("+goText(r.Body)+")", append(imports, "strings")
	}
	var out strings.Builder
	out.WriteString("package main\n\nimport (\n")
	for _, path := range imports {
		out.WriteString("\t" + strconv.Quote(path) + "\n")
	}
	fmt.Fprintf(&out, ")\n\nfunc main() {\n\trequest, err := http.NewRequest(%q, %q, %s)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n", r.Method, r.URL, body)
	key := `os.Getenv("` + KeyVariable + `")`
	if before != "" {
		key = strconv.Quote(before) + "+" + key
	}
	fmt.Fprintf(&out, "\trequest.Header.Set(%q, %s)\n", name, key)
	for _, f := range r.Header {
		fmt.Fprintf(&out, "\trequest.Header.Add(%q, %q)\n", f.Name, f.Value)
	}
	out.WriteString("\tanswer, err := http.DefaultClient.Do(request)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tdefer answer.Body.Close()\n" +
		"\ttext, err := io.ReadAll(answer.Body)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tfmt.Println(answer.Status, string(text))\n}")
	return out.String()
}

func php(r Request) string {
	var out strings.Builder
	name, before := r.key()
	out.WriteString("<?php\n$call = curl_init(" + phpText(r.URL) + ");\ncurl_setopt_array($call, [\n    CURLOPT_CUSTOMREQUEST => " + phpText(r.Method) + ",\n")
	if r.Method == http.MethodHead {
		out.WriteString("    CURLOPT_NOBODY => true,\n")
	}
	out.WriteString("    CURLOPT_RETURNTRANSFER => true,\n    CURLOPT_HTTPHEADER => [\n        " + phpText(name+": "+before) + " . getenv('" + KeyVariable + "'),\n")
	for _, f := range r.Header {
		line := f.Name + ": " + f.Value
		if f.Value == "" {
			line = f.Name + ";" // as in curl
		}
		out.WriteString("        " + phpText(line) + ",\n")
	}
	out.WriteString("    ],\n")
	if r.sends() {
		out.WriteString("    CURLOPT_POSTFIELDS => " + phpText(r.Body) + ",\n")
	}
	out.WriteString("]);\n$text = curl_exec($call);\necho curl_getinfo($call, CURLINFO_RESPONSE_CODE), ' ', $text, PHP_EOL;")
	return out.String()
}

func java(r Request) string {
	var out strings.Builder
	name, before := r.key()
	key := `System.getenv("` + KeyVariable + `")`
	if before != "" {
		key = quote(before) + " + " + key
	}
	publisher := "HttpRequest.BodyPublishers.noBody()"
	if r.sends() {
		publisher = "HttpRequest.BodyPublishers.ofString(" + quote(r.Body) + ")"
	}
	out.WriteString("import java.net.URI;\nimport java.net.http.*;\n\npublic class Call {\n    public static void main(String[] args) throws Exception {\n" +
		"        var request = HttpRequest.newBuilder(URI.create(" + quote(r.URL) + "))\n            .method(" + quote(r.Method) + ", " + publisher + ")\n" +
		"            .header(" + quote(name) + ", " + key + ")\n")
	for _, f := range r.Header {
		out.WriteString("            .header(" + quote(f.Name) + ", " + quote(f.Value) + ")\n")
	}
	out.WriteString("            .build();\n        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());\n" +
		"        System.out.println(answer.statusCode() + \" \" + answer.body());\n    }\n}")
	return out.String()
}

// quote is a text as JSON writes it, which Python, JavaScript and Java read alike: they share its escapes.
func quote(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string can be encoded
	return strings.TrimSuffix(out.String(), "\n")
}

// pythonText is a text in three quotes, in which lines stay lines.
func pythonText(text string) string {
	return "'''" + escaped(text, `'`) + "'''"
}

// templateLiteral is a text in backquotes, in which lines stay lines.
func templateLiteral(text string) string {
	return "`" + escaped(text, "`$") + "`"
}

// escaped puts a backslash before itself and before the characters that would mean something, and writes control characters
// but line feeds and tabs by their number.
func escaped(text, meaning string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\\' || strings.ContainsRune(meaning, r):
			out.WriteByte('\\')
			out.WriteRune(r)
		case r < ' ' && r != '\n' && r != '\t' || r == 0x7f:
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// goText is a text in backquotes where those can hold it, for lines to stay lines, and in quotes otherwise.
func goText(text string) string {
	if strings.ContainsAny(text, "\n\"") {
		raw := true
		for line := range strings.SplitSeq(text, "\n") {
			raw = raw && strconv.CanBackquote(line)
		}
		if raw {
			return "`" + text + "`"
		}
	}
	return strconv.Quote(text)
}

// phpText is a text in single quotes, in which PHP reads a backslash and the end.
func phpText(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}
